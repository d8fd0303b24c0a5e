"""Alarms: what the box asks people to look at. They stand beside a poll, and never touch a vote.

In gateway_state: `alarm:<poll>:<kind>` -> the alarm as JSON, for digests, commands and the console's banner;
`paces` -> how many votes there were when the box last looked.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from ballots.model import PollId
from gateway.store import states
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_json, to_micros

PACES = "paces"


class Kind(StrEnum):
    """What is odd."""

    ADULTS = "adults"  # more votes than the aul has adults
    BURST = "burst"  # far more votes in a minute than this poll has shown


@dataclass(frozen=True, slots=True)
class Alarm:
    """One oddity of one poll. `votes` are all of them (ADULTS) or those of one minute (BURST)."""

    poll: PollId
    cycle: int
    kind: Kind
    day: str  # local date
    votes: int
    limit: int  # what `votes` should not have passed


@dataclass(frozen=True, slots=True)
class Pace:
    """Votes by phone when the box last looked."""

    at: datetime
    votes: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a poll has received."""

    adults: int  # of its area; 0 = unknown
    round_id: int
    area_id: int
    votes: int  # accepted, held ones apart
    by_phone: int  # of them


SENTENCES: Mapping[Kind, str] = {
    Kind.ADULTS: "{votes} votes and {limit} adults: look at roll and slips (seen {day})",
    Kind.BURST: "{votes} votes within a minute, {limit} would be no wonder: look who votes (seen {day})",
}


def sentence(alarm: Alarm) -> str:
    """For officials."""
    return SENTENCES[alarm.kind].format(votes=alarm.votes, limit=alarm.limit, day=alarm.day)


def of_poll(tx: Tx, poll: PollId) -> tuple[Alarm, ...]:
    """The alarms of a poll, by kind."""
    kept = [states.get(tx, _key(poll, kind)) for kind in Kind]
    return tuple(_read(value) for value in kept if value)


def every(tx: Tx) -> tuple[Alarm, ...]:
    """All alarms of this gateway, the oldest poll first."""
    rows = tx.rows("SELECT value FROM gateway_state WHERE key > 'alarm:' AND key < 'alarm;'")
    return tuple(sorted((_read(value) for (value,) in rows), key=lambda alarm: (alarm.poll, alarm.kind)))


def raise_(tx: Tx, alarm: Alarm) -> bool:
    """Keep it. False if this poll has had one of this kind today: then that stands."""
    before = states.get(tx, _key(alarm.poll, alarm.kind))
    if before is not None and (alarm.kind is Kind.ADULTS or _read(before).day == alarm.day):
        return False
    states.put(tx, _key(alarm.poll, alarm.kind), to_json(asdict(alarm)))
    return True


def seen_now(tx: Tx) -> Mapping[PollId, Seen]:
    """What the polls that take votes have received."""
    rows = tx.rows(
        "SELECT p.id, a.adults, c.round_id, a.id, count(v.tag), sum(CASE WHEN v.channel <> 'paper' THEN 1 ELSE 0 END) "
        "FROM poll p JOIN cycle c ON c.id = p.cycle_id JOIN area a ON a.id = c.area_id "
        "LEFT JOIN participation v ON v.poll_id = p.id AND v.state <> 'held' "
        "WHERE p.phase IN ('voting', 'grace') GROUP BY p.id, a.adults, c.round_id, a.id"
    )
    return {PollId(row[0]): Seen(*map(int, row[1:])) for row in rows}


def paces(tx: Tx) -> dict[PollId, Pace]:
    """As the box saw them last."""
    kept = json.loads(states.get(tx, PACES) or "{}")
    return {PollId(int(poll)): Pace(from_micros(at), votes) for poll, (at, votes) in kept.items()}


def put_paces(tx: Tx, seen: Mapping[PollId, Pace]) -> None:
    """Remember them."""
    kept = {str(poll): [to_micros(pace.at), pace.votes] for poll, pace in seen.items()}
    states.put(tx, PACES, to_json(kept))


def _key(poll: PollId, kind: Kind) -> str:
    return f"alarm:{poll}:{kind}"


def _read(value: str) -> Alarm:
    kept = json.loads(value)
    return Alarm(**kept | {"kind": Kind(kept["kind"])})
