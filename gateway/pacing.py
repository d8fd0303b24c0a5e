"""How fast a line is used: one message at a time at its own rate, and not at all while it refuses everything."""

from datetime import timedelta

from gateway.providers.base import SendFailed
from gateway.retrying import LONGEST, cooling

IN_A_ROW = 3  # failures without a success between them: it is the line, not the message
QUICK = timedelta(minutes=5)  # the longest rest where a probe costs nothing: it certainly did not leave


class Bucket:
    """One token at a time, at a rate: a queue that waited all night does not leave in one second."""

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate
        self._next = 0.0

    def reserve(self, now: float) -> float:
        """Take the next place; how many seconds to wait for it."""
        start = max(now, self._next)
        self._next = start + self._interval
        return start - now


class Circuit:
    """Whether a line takes messages. Open: it rests, then one message probes it. `now` is the event loop's time."""

    def __init__(self) -> None:
        self.openings = 0  # in a row; 0 = closed
        self._until = 0.0
        self._failures = 0  # in a row

    def rests(self, now: float) -> float:
        """Seconds until the next message may try; 0 = now."""
        return max(0.0, self._until - now)

    def failed(self, failure: SendFailed, now: float, fraction: float, in_a_row: int = IN_A_ROW) -> bool:
        """A message did not leave. True if that opened the circuit (again): nothing else is tried for a while."""
        if failure.permanent and not failure.account_wide:  # the line works: it refused this message
            self._failures = 0
            return False
        self._failures += 1
        of_the_line = in_a_row and (self._failures >= in_a_row or failure.retry_after)
        tells = failure.account_wide or self.openings or of_the_line
        if not tells or self.rests(now):  # a call that was under way when it opened tells nothing new
            return False
        rest = cooling(self.openings, fraction, LONGEST if failure.account_wide or failure.unknown else QUICK)
        wished = min(failure.retry_after or timedelta(0), LONGEST)
        self._until = now + max(rest, wished).total_seconds()
        self.openings += 1
        return True

    def suspect(self) -> None:
        """It did not work when somebody tried last: one message probes it first."""
        self.openings = max(1, self.openings)

    def try_now(self) -> None:
        """Somebody says that it works again: the rest is over."""
        self._until = 0.0

    def close(self) -> None:
        """Something was taken."""
        self.openings, self._until, self._failures = 0, 0.0, 0
