"""What this process counts while it serves; everything else that /metrics tells is read from the database."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from handlers.messages import Outcome

FOREIGN, NOT_TAKEN, UNSURE = "foreign", "not-taken", "unsure"
"""What else becomes of a call: no phone of this country; nothing was kept; nobody knows whether it was."""
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


class Histogram:
    """How long something took, how often."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)  # the last one: longer than all
        self.seconds = 0.0
        self._lock = Lock()

    def observe(self, seconds: float) -> None:
        """Once more; from any thread."""
        with self._lock:
            self.counts[bisect_left(BUCKETS, seconds)] += 1
            self.seconds += seconds

    def cumulated(self) -> list[tuple[str, float]]:
        """(upper limit, how many took no longer), as Prometheus wants it."""
        told, total = [], 0
        for limit, count in zip((*map(str, BUCKETS), "+Inf"), self.counts, strict=True):
            total += count
            told.append((limit, float(total)))
        return told


def _outcomes() -> Counter[tuple[str, str]]:
    """All of them from 0 on: who waits for one that is rare sees the first, too."""
    words = (*(outcome.value for outcome in Outcome), FOREIGN)
    pairs = [("sms", word) for word in words] + [("ussd", word) for word in (*words, NOT_TAKEN, UNSURE)]
    return Counter(dict.fromkeys(pairs, 0))


@dataclass(frozen=True, slots=True)
class Meters:
    """One process's counts, all of them made on the event loop. Never of a poll, a phone or a choice."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # (provider, hook, status)
    outcomes: Counter[tuple[str, str]] = field(default_factory=_outcomes)  # (channel, outcome), once it is durable
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)  # (provider, kind)
