"""The clock of a box without a battery: what it may believe, and what waits while it is in doubt.

now = max(wall, highest seen), carried by the monotonic clock while the wall clock is not believed. Only what a process
starts from calls a clock; everything below takes `at`. What doubt means for a vote: docs/decisions/0040.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import NamedTuple

Clock = Callable[[], datetime]
"""Now, aware, UTC."""

BACK = timedelta(seconds=60)  # a wall clock further behind what was seen is in doubt
NO_TIME, SECONDS_BACK = timedelta(0), BACK.total_seconds()
FORWARD = timedelta(days=1)  # and one further ahead
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)  # there was no Dauys before: a box that says so has lost its clock
LONGEST_OFF = timedelta(days=366)  # after a longer sleep a person looks at the clock, not an operator's time alone


class Step(StrEnum):
    """Which way the wall clock jumped."""

    BACK = "back"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Doubt:
    """The wall clock is not believed."""

    why: Step
    since: datetime  # the last instant that was believed; votes are judged by it
    wall: datetime  # what the wall clock said when the doubt began


class News(NamedTuple):
    """Something that the audit log should hold."""

    act: str  # "clock step", "clock trusted"
    facts: dict[str, int | str]
    doubt: Doubt | None  # the doubt that ended


def system_clock() -> datetime:
    """The wall clock of this box."""
    return datetime.now(UTC)


class Timekeeper:
    """A clock that never goes back by itself and knows when it is in doubt. Calls may come from any thread.

    A look costs a microsecond and touches no disk, but for `acts` while in doubt: a number that an official's act on
    the clock raises. What must outlive the process is taken from `proven` and `take_news` every so often.
    """

    def __init__(
        self, wall: Clock, elapsed: Callable[[], float], seen: datetime | None, acts: Callable[[], int | None]
    ) -> None:
        """`elapsed`: seconds that no step of the wall clock moves; `seen`: the highest instant that was kept."""
        self._wall = wall
        self._elapsed = elapsed
        self._acts = acts
        self._known_acts = acts()
        self._lock = Lock()
        self._at = seen or max(wall(), OLDEST)  # the last instant told, and
        self._then = elapsed()  # when that was
        self._shift = timedelta(0)  # what is added to a wall clock that is not believed
        self._news: list[News] = []
        self.doubt: Doubt | None = None
        self()
        self._news = [news for news in self._news if self.doubt]  # how long we were off is no step

    def __call__(self) -> datetime:
        with self._lock:
            return self._look()

    @property
    def trusted(self) -> bool:
        """Is it fit to open, close and mix by?"""
        self()
        return self.doubt is None

    @property
    def proven(self) -> datetime:
        """The highest instant that was certainly reached: what may be kept as seen."""
        with self._lock:
            now = self._look()
            return self.doubt.since if self.doubt else now

    def heard(self, sent_at: datetime | None) -> None:
        """An operator's own time of a message: it lies in the past, so what is newer than all we saw is a proof.

        It ends a doubt: against a wall clock that is behind it proves that what we saw before was real; a wall clock
        that is ahead by less than a day it confirms, and of one further ahead it proves only a part.
        """
        if self.doubt is None or sent_at is None:
            return
        with self._lock:
            now, wall, doubt = self._look(), self._wall(), self.doubt
            if doubt is None or not doubt.since < sent_at <= now + LONGEST_OFF:
                return
            if doubt.why is Step.BACK:
                self._set(max(now, sent_at), wall)
                self._end_doubt("operator")
            elif wall - FORWARD <= sent_at <= wall + BACK:
                self._set(wall, wall)
                self._end_doubt("operator")
            elif sent_at < wall:
                self._set(max(now, sent_at), wall)
                self.doubt = replace(doubt, since=sent_at)

    def take_news(self) -> list[News]:
        """What happened since the last call."""
        with self._lock:
            news, self._news = self._news, []
            return news

    def put_back(self, news: list[News]) -> None:
        """It could not be kept: it is news again."""
        with self._lock:
            self._news = [*news, *self._news]

    def _look(self) -> datetime:
        wall, elapsed = self._wall(), self._elapsed()
        since = wall - self._at
        if NO_TIME <= since <= BACK and elapsed - self._then <= SECONDS_BACK and not (self._shift or self.doubt):
            self._at, self._then = wall, elapsed  # both clocks went on by less than a step: every message asks
            return wall
        if self.doubt is not None:
            self._hear_officials(wall)
        believed = self._at + timedelta(seconds=elapsed - self._then)
        gap = wall - believed
        if -BACK <= gap <= FORWARD:
            if self._shift:
                self._shift = timedelta(0)
                self._end_doubt("agrees")
            elif gap > BACK:
                self._step(gap)
        elif not -BACK <= gap + self._shift <= FORWARD:
            self._shift = -gap
            self.doubt = self.doubt or Doubt(Step.BACK if gap < -BACK else Step.FORWARD, self._at, wall)
            self._step(gap)
        self._at, self._then = max(wall + self._shift, self._at), elapsed
        return self._at

    def _hear_officials(self, wall: datetime) -> None:
        acts = self._acts()
        if acts is not None and acts != self._known_acts:
            self._known_acts = acts
            self._set(wall, wall)
            self.doubt = None  # the act itself is in the audit log

    def _set(self, at: datetime, wall: datetime) -> None:
        self._at, self._then, self._shift = at, self._elapsed(), at - wall

    def _step(self, gap: timedelta) -> None:
        self._news.append(News("clock step", {"seconds": round(gap.total_seconds())}, None))

    def _end_doubt(self, by: str) -> None:
        ended, self.doubt = self.doubt, None
        if ended is not None:
            self._news.append(News("clock trusted", {"by": by}, ended))
