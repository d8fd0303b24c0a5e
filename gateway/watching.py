"""Looks at running votes for what a farm of SIM cards or a stuffed roll leaves: too many votes, or too many at once.

Looked at by the schedule, never while a vote is taken. An alarm asks people to look; votes count as before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from ballots.model import PollId
from gateway.home import Home
from gateway.store import alarms, areas, audit, rolls
from gateway.store.alarms import Alarm, Kind, Pace, Seen
from gateway.store.engine import Tx
from gateway.store.jobs import Watched

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
BURST = 30  # votes a minute that are nothing to wonder at, however quiet the poll was
SHARE = 50  # nor is one in so many phones of the roll within a minute: an announcement does that
FAR_OVER = 5  # times the mean of the minutes since opening


def look(home: Home, polls: Sequence[Watched], now: datetime) -> None:
    """Raise the alarms that are due; each poll is looked at once a minute."""
    running = [watched for watched in polls if not watched.over and watched.opens_at <= now]
    day = now.astimezone(home.settings.gateway.zone).date().isoformat()
    with home.store.reading() as tx:
        known = alarms.paces(tx)
        paces = {watched.poll: known.get(watched.poll, Pace(watched.opens_at, 0)) for watched in running}
        due = [watched for watched in running if not paces[watched.poll].at <= now < paces[watched.poll].at + MINUTE]
        received = alarms.seen_now(tx) if due else {}
        looked_at = [watched for watched in due if watched.poll in received]  # the others were closed just now
        found = [
            Alarm(watched.poll, watched.cycle, kind, day, votes, limit)
            for watched in looked_at
            for kind, votes, limit in _odd(tx, watched, received[watched.poll], paces[watched.poll], now)
        ]
    if looked_at:
        paces |= {watched.poll: Pace(now, received[watched.poll].by_phone) for watched in looked_at}
        _keep(home, found, paces, now)


def per_minute(pace: Pace, votes: int, now: datetime) -> float:
    """New votes a minute since the last look; over less than a minute as if it had been one."""
    return max(0, votes - pace.votes) / max(1.0, (now - pace.at) / MINUTE)


def burst_limit(opens_at: datetime, pace: Pace, phones: int) -> int:
    """Votes a minute beyond which people should look; `phones` are on the roll."""
    usual = pace.votes / max(1.0, (pace.at - opens_at) / MINUTE)
    return max(BURST, phones // SHARE, int(FAR_OVER * usual))


def _odd(tx: Tx, watched: Watched, seen: Seen, pace: Pace, now: datetime) -> Iterator[tuple[Kind, int, int]]:
    """Kind, votes, and what they should not have passed."""
    if 0 < seen.adults < seen.votes:
        yield Kind.ADULTS, seen.votes, seen.adults
    rate = per_minute(pace, seen.by_phone, now)
    if rate > BURST:  # only then is the roll counted
        phones = rolls.size(tx, seen.round_id, areas.below(tx, seen.area_id))
        limit = burst_limit(watched.opens_at, pace, phones)
        if rate > limit:
            yield Kind.BURST, round(rate), limit


def _keep(home: Home, found: Sequence[Alarm], paces: Mapping[PollId, Pace], now: datetime) -> None:
    with home.store.transaction() as tx:
        alarms.put_paces(tx, paces)
        raised = [alarm for alarm in found if alarms.raise_(tx, alarm)]
        for alarm in raised:
            facts = {"poll": alarm.poll, "cycle": alarm.cycle, "votes": alarm.votes, "limit": alarm.limit}
            audit.record(tx, home.keys, now, "box", "alarm", kind=str(alarm.kind), **facts)
    for alarm in raised:
        log.warning(
            "Something is odd about a vote: look at it",
            kind=str(alarm.kind),
            cycle=alarm.cycle,
            votes=alarm.votes,
            limit=alarm.limit,
        )
