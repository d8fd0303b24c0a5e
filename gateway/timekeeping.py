"""What is kept of the clock: the highest instant seen, doubt, steps and restarts in the audit log, officials' acts."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway import __version__
from gateway.clock import BACK, OLDEST, Clock, Doubt, News, Step, Timekeeper
from gateway.errors import NotNow
from gateway.home import Home
from gateway.store import audit, counters, jobs, outbox, states
from gateway.store.engine import Store, Tx

log = structlog.get_logger(__name__)

KEPT_EVERY = timedelta(minutes=1)  # an SD card wears, and a vote must not pay
LOOKS_EVERY = 5.0  # seconds
BOX = "box"


@dataclass(frozen=True, slots=True)
class Told:
    """The clock as everybody but the serving process sees it."""

    wall: datetime
    seen: datetime | None  # the highest instant that was kept
    doubt: Doubt | None
    doubtful: Mapping[int, int]  # poll -> votes taken in this doubt
    late: Mapping[int, int]  # of these, the ones that came when voting was over by the time carried on


def awake(home: Home, wall: Clock, elapsed: Callable[[], float]) -> Timekeeper:
    """The clock of a process that begins to serve."""
    with home.store.reading() as tx:
        seen = states.highest_seen(tx)
    return Timekeeper(wall, elapsed, seen, lambda: _acts(home.store))


async def watch(home: Home, keeper: Timekeeper, stepped: Callable[[], None]) -> None:
    """Keep what the clock tells, until cancelled; `stepped` is called when the wall clock jumped."""
    kept = keeper.proven
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        proven, news = keeper.proven, keeper.take_news()
        if news:
            stepped()
        if not news and proven - kept < KEPT_EVERY:
            continue
        try:
            await asyncio.to_thread(keep, home, keeper, news)
        except SQLAlchemyError as error:  # the disk is full: votes are told so, too; it is tried again
            log.warning("The clock could not be kept", reason=str(getattr(error, "orig", error)))
            keeper.put_back(news)
        else:
            kept = proven


def begin(home: Home, keeper: Timekeeper) -> None:
    """A process begins to serve: the audit log says when, and whether its clock is believed."""
    with home.store.reading() as tx:
        written = states.get(tx, states.DOUBT)
    cut_off = [News("clock trusted", {"by": "restart"}, _read(written))] if written else []
    keep(home, keeper, [*cut_off, *keeper.take_news()], "start")


def end(home: Home, keeper: Timekeeper) -> None:
    """A process ends in order. A start without an end before it was a crash or a power cut."""
    with suppress(SQLAlchemyError):
        keep(home, keeper, keeper.take_news(), "stop")


def keep(home: Home, keeper: Timekeeper, news: list[News], act: str = "") -> None:
    """Write the highest instant, the doubt that there is, and what the audit log should hold."""
    now, proven, doubt = keeper(), keeper.proven, keeper.doubt
    with home.store.transaction() as tx:
        states.see(tx, proven)
        states.put(tx, states.DOUBT, _written(doubt))
        if act:
            audit.record(tx, home.keys, now, BOX, act, version=__version__, trusted=doubt is None)
        for one in news:
            audit.record(tx, home.keys, now, BOX, one.act, **one.facts, **_votes(tx, one.doubt))
    for one in news:
        log.warning("The clock: see the audit log", what=one.act, **one.facts)
    if doubt is not None:
        log.warning(
            "The clock is in doubt: nothing opens, closes or is mixed by itself. See dauys clock", why=doubt.why
        )


def tell(tx: Tx, wall: datetime) -> Told:
    """What `dauys clock`, a banner or a check shows."""
    seen, written = states.highest_seen(tx), states.get(tx, states.DOUBT)
    doubt = _read(written) if written else Timekeeper(lambda: wall, lambda: 0.0, seen, lambda: 0).doubt
    taken, late = _counts(tx, doubt)
    return Told(wall, seen, doubt, taken, late)


def believed(home: Home, wall: datetime) -> datetime:
    """The wall clock of a command that opens, closes, mixes or lets stand. Raises NotNow while it is in doubt."""
    with home.store.reading() as tx:
        if tell(tx, wall).doubt is None:
            return wall
    raise NotNow(
        f"this box says {wall:%Y-%m-%d %H:%M} UTC, which is in doubt: dauys clock tells why, and what was seen"
    )


def confirm(tx: Tx, home: Home, wall: datetime, actor: str) -> None:
    """The wall clock is right: go by it. Raises NotNow if it is behind what was seen."""
    told = tell(tx, wall)
    if told.seen is not None and wall < told.seen - BACK:
        raise NotNow(
            f"this box says {wall:%Y-%m-%d %H:%M} UTC, but it was {told.seen:%Y-%m-%d %H:%M} before: set its clock; "
            "if what was seen before was wrong, dauys clock reset"
        )
    _go_by(tx, home, told, actor, "confirm clock")


def reset(tx: Tx, home: Home, wall: datetime, actor: str) -> None:
    """What was seen before was wrong, and the wall clock is right: forget the one, go by the other. Raises NotNow."""
    _go_by(tx, home, tell(tx, wall), actor, "reset clock")
    jobs.release(tx)  # a lease until 2036 would keep every job from running
    outbox.bring_back(tx, wall)


def in_doubt(tx: Tx, doubt: Doubt, poll: int, *, late: bool) -> None:
    """A vote was taken while the clock was in doubt: kept, counted, and told with the doubt's end."""
    counters.bump(tx, "doubt", _key(poll), _period(doubt))
    if late:
        counters.bump(tx, "late", _key(poll), _period(doubt))


def _go_by(tx: Tx, home: Home, told: Told, actor: str, act: str) -> None:
    if told.wall < OLDEST:
        raise NotNow(f"this box says {told.wall:%Y-%m-%d}, which cannot be: set its clock first")
    states.reset_clock(tx, told.wall)
    states.put(tx, states.DOUBT, "")
    states.count_clock_act(tx)
    was = "" if told.seen is None else told.seen.isoformat()
    audit.record(tx, home.keys, told.wall, actor, act, was=was, **_votes(tx, told.doubt))


def _acts(store: Store) -> int | None:
    try:
        with store.reading() as tx:
            return states.clock_acts(tx)
    except SQLAlchemyError:  # who asks has a vote to answer; the next look may be luckier
        log.exception("Officials' acts on the clock could not be read")
        return None


def _votes(tx: Tx, doubt: Doubt | None) -> dict[str, list[list[int]]]:
    """For the audit log: pairs of poll and votes."""
    if doubt is None:
        return {}
    taken, late = _counts(tx, doubt)
    return {"doubtful": [list(pair) for pair in taken.items()], "late": [list(pair) for pair in late.items()]}


def _counts(tx: Tx, doubt: Doubt | None) -> tuple[dict[int, int], dict[int, int]]:
    if doubt is None:
        return {}, {}
    return _count(tx, "doubt", doubt), _count(tx, "late", doubt)


def _count(tx: Tx, what: str, doubt: Doubt) -> dict[int, int]:
    return {int.from_bytes(who): times for who, times in counters.every(tx, what, _period(doubt))}


def _key(poll: int) -> bytes:
    return poll.to_bytes(8)


def _period(doubt: Doubt) -> str:
    return doubt.wall.isoformat()  # `since` may rise meanwhile


def _written(doubt: Doubt | None) -> str:
    if doubt is None:
        return ""
    return json.dumps({"why": doubt.why, "since": doubt.since.isoformat(), "wall": doubt.wall.isoformat()})


def _read(written: str) -> Doubt:
    kept = json.loads(written)
    return Doubt(Step(kept["why"]), datetime.fromisoformat(kept["since"]), datetime.fromisoformat(kept["wall"]))
