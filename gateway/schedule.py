"""When things happen by themselves: JOBS. The only file that knows apscheduler.

The scheduler merely looks often; what is true stands in job_run: a slot that should be done by now and is not, is done
now, however long the box was off.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from gateway import backup, daily, watching
from gateway.bulletins.digest import FINAL
from gateway.clock import Clock
from gateway.home import Home
from gateway.outbox import phone_tag_of
from gateway.store import dialogues, jobs, outbox, reports, roll_uploads
from gateway.store.jobs import Watched

log = structlog.get_logger(__name__)

NOON = time(12)
LEASE = timedelta(minutes=10)  # a process that died lets go of its jobs after this

Function = Callable[[Home, datetime], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is looked at every so often."""

    every: timedelta
    run: Function  # blocking, in a thread; safe to repeat
    does: str
    by_the_clock: bool = False  # it opens, closes or mixes: it waits while the clock is in doubt


def due_slots(watched: Watched, zone: tzinfo, now: datetime, done: frozenset[str]) -> tuple[str, ...]:
    """Slots that should be done by now and are not, the oldest first: each day's tally while voting, then FINAL."""
    if FINAL in done:
        return ()
    at = time.fromisoformat(watched.tally_at)
    over = watched.over or now >= watched.closes_at + watched.grace
    days = tuple(slot for slot in _days(watched, zone, at, now) if slot not in done)
    return (*days, FINAL) if over else days


def due_noon(watched: Watched, zone: tzinfo, now: datetime, done: frozenset[str]) -> str | None:
    """The last noon of voting, if the turnout was not moved then."""
    noons = list(_days(watched, zone, NOON, now))
    return noons[-1] if noons and noons[-1] not in done and not watched.over else None


def tick(home: Home, now: datetime) -> None:
    """Close what must close, do the tallies that are due, move the turnout at noon."""
    with home.store.reading() as tx:
        polls, tallied, shown = jobs.watched(tx), jobs.done(tx, daily.TALLY), jobs.done(tx, daily.TURNOUT)
    zone, none = home.settings.gateway.zone, frozenset[str]()
    try:
        watching.look(home, polls, now)
    except Exception:  # an alarm that fails keeps no vote from being counted
        log.exception("Looking for odd votes failed; it is tried again")
    for watched in polls:
        try:
            noon = due_noon(watched, zone, now, shown.get(watched.poll, none))
            if noon is not None:
                daily.turnout(home, watched, noon, now)
            slots = due_slots(watched, zone, now, tallied.get(watched.poll, none))
            for slot in slots:
                daily.tally(home, watched, slot, now, newest=slot == slots[-1])
        except Exception:  # one poll must not keep the others from being counted
            log.exception("A poll's tally failed; it is tried again", poll=watched.poll)


def housekeep(home: Home, now: datetime) -> None:
    """Messages that nobody will hear of lose their recipients; dialogues and uploads that broke off are forgotten."""
    with home.store.transaction() as tx:
        dialogues.forget_old(tx, now)
        roll_uploads.forget_old(tx, now)
        settled = reports.settle(tx, now, partial(phone_tag_of, home.keys))
        given_up = outbox.give_up(tx, now)
    if settled or given_up:
        log.info("Messages were settled by reports on their phone, or given up", settled=settled, given_up=given_up)


JOBS: dict[str, Job] = {
    "tick": Job(
        timedelta(seconds=30),
        tick,
        "looks for odd votes, closes polls, does daily tallies with bulletins, turnout at noon",
        by_the_clock=True,
    ),
    "housekeeping": Job(
        timedelta(minutes=10),
        housekeep,
        "settles messages by reports on their phone, gives up what expired or was never reported",
    ),
    "backup": Job(timedelta(minutes=5), backup.scheduled, "makes the copy that is due, keeps the newest and one a day"),
}


class Schedule:
    """Runs JOBS beside a serving gateway; of several processes one runs each."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        owner: str,
        *,
        wake: Callable[[], None] = lambda: None,  # something may have been put into the outbox
        trusted: Callable[[], bool] = lambda: True,  # is the clock fit to open, close and mix by?
    ) -> None:
        self._home = home
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self._trusted = trusted
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Look at once, then every so often. Needs a running event loop."""
        for name, job in JOBS.items():
            self._scheduler.add_job(
                self._scheduled,
                IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=UTC),
                args=(name,),
                id=name,
                next_run_time=datetime.now(UTC),  # the scheduler's own clock, not ours
            )
        self._scheduler.start()

    def stop(self) -> None:
        """No job begins any more; one under way is safe to be cut off."""
        self._scheduler.shutdown(wait=False)

    def again(self) -> None:
        """Look at once: the wall clock jumped, and the scheduler, which knows no other, might wait for years."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    async def run(self, name: str) -> None:
        """Do a job now, unless another process has it, or it goes by a clock that is in doubt."""
        if JOBS[name].by_the_clock and not self._trusted():
            return
        await asyncio.to_thread(self._work, name)
        self._wake()

    async def _scheduled(self, name: str) -> None:
        with suppress(asyncio.CancelledError):  # we stop: no failure to be logged
            await self.run(name)

    def _work(self, name: str) -> None:
        now = self._clock()
        with self._home.store.transaction() as tx:
            mine = jobs.lease(tx, name, self._owner, now, now + LEASE)
        if mine:
            JOBS[name].run(self._home, now)


def _days(watched: Watched, zone: tzinfo, at: time, now: datetime) -> Iterator[str]:
    """Local dates on which `at` lies within the voting and has passed."""
    day = watched.opens_at.astimezone(zone).date()
    while (instant := datetime.combine(day, at, zone).astimezone(UTC)) <= now and instant < watched.closes_at:
        if instant > watched.opens_at:
            yield day.isoformat()
        day += timedelta(days=1)
