"""When to try again: a pure decision. Full jitter, the provider's own wish honoured, an end.

https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter")
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.providers.base import SendFailed

STEP = timedelta(seconds=5)
LONGEST = timedelta(minutes=30)
COOLING = timedelta(seconds=30)  # the shortest rest of a line that refuses everything
LONGEST_WISH = timedelta(hours=24)  # a Retry-After beyond this is not believed


@dataclass(frozen=True, slots=True)
class Retry:
    """Due again at `at`."""

    at: datetime
    reason: str
    doubtful: bool = False  # it may have left


@dataclass(frozen=True, slots=True)
class Dead:
    """Never again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have left: only a report settles it."""

    reason: str
    provider_id: str = ""  # what that report will carry, where it is known


Decision = Retry | Dead | Unknown


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that failed."""

    tries: int  # this one included
    at: datetime
    expires_at: datetime  # half-open: at this instant it helps nobody any more
    repeatable: bool  # it carries an id of its own: the receiver sees that it is the same


def decide(failure: SendFailed, attempt: Attempt, fraction: float) -> Decision:
    """What becomes of the message; `fraction` is random, 0 <= fraction < 1."""
    if failure.unknown and not attempt.repeatable:
        return Unknown(failure.reason, failure.provider_id)
    if failure.permanent and not failure.account_wide:
        return Dead(failure.reason)
    at = attempt.at + max(pause(attempt.tries - 1, fraction), _wish(failure))
    if at >= attempt.expires_at:
        return Dead(f"given up: {failure.reason}")
    return Retry(at, failure.reason, doubtful=failure.unknown)


def pause(failures: int, fraction: float) -> timedelta:
    """rand(0, min(30 min, 5 s · 2^failures))."""
    return fraction * min(LONGEST, STEP * (1 << min(failures, 20)))


def cooling(openings: int, fraction: float, longest: timedelta = LONGEST) -> timedelta:
    """How long a line rests after its `openings`-th refusal in a row before one message probes it."""
    return COOLING + min(longest, pause(openings + 3, fraction))


def _wish(failure: SendFailed) -> timedelta:
    return min(failure.retry_after or timedelta(0), LONGEST_WISH)
