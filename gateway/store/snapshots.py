"""What the console tells of a running vote: taken when the turnout moves, at noon, at the daily tally and at closing.

Counting 100,000 rows for each look would be slow, and a figure that moves with each vote tells who has just voted. So
one snapshot per poll lies in gateway_state as `snapshot:<poll>`, and every look between two slots reads the same.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo

from ballots.model import PollId
from gateway.store import areas, rolls, states
from gateway.store.engine import Tx
from gateway.store.paper import FIRST_BATCH
from gateway.store.types import from_micros, to_json, to_micros


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A day on which voters on paper and their ballots were not equal."""

    day: str  # local date
    voters: int
    ballots: int


@dataclass(frozen=True, slots=True)
class Received:
    """Who took part so far; held votes apart, since they do not count."""

    days: Mapping[str, int]  # local date -> votes
    channels: Mapping[str, int]  # sms, ussd, paper -> votes
    pending: int  # sealed, not mixed yet
    held: int  # wait for a confirmation
    unreadable: int  # mixed, and no key opened them
    unmatched: tuple[Unmatched, ...]  # days that are over


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One poll at one slot."""

    at: datetime
    phones: int  # on its roll, each once
    accepted: int
    ballots: int  # anonymous, counted
    votes: Mapping[int, int] | None  # number -> votes; None where only the turnout may be told
    funded: tuple[int, ...]  # numbers in the order of funding; empty where votes are None
    received: Received = field(default_factory=lambda: Received({}, {}, 0, 0, 0, ()))


def phones(tx: Tx, poll: PollId) -> int:
    """How many phones may vote in this poll, each once."""
    row = tx.row("SELECT c.round_id, c.area_id FROM poll p JOIN cycle c ON c.id = p.cycle_id WHERE p.id = ?", poll)
    return 0 if row is None else rolls.size(tx, row[0], areas.below(tx, row[1]))


def received(tx: Tx, poll: PollId, today: str, zone: tzinfo) -> Received:
    """Count a poll's participation once, by day and channel. A sitting of `today` may still be under way."""
    days: dict[str, int] = {}
    channels: dict[str, int] = {}
    states_: dict[str, int] = {}
    on_paper: dict[str, int] = {}
    for day, channel, state, times in tx.rows(
        "SELECT day, channel, state, count(*) FROM participation WHERE poll_id = ? "
        "GROUP BY day, channel, state ORDER BY day, channel, state",
        poll,
    ):
        states_[state] = states_.get(state, 0) + times
        if state == "held":
            continue
        days[day] = days.get(day, 0) + times
        channels[channel] = channels.get(channel, 0) + times
        if state == "paper":
            on_paper[day] = on_paper.get(day, 0) + times
    (unreadable,) = tx.row("SELECT coalesce(sum(unreadable), 0) FROM batch WHERE poll_id = ?", poll) or (0,)
    return Received(
        days=days,
        channels=channels,
        pending=states_.get("pending", 0),
        held=states_.get("held", 0),
        unreadable=int(unreadable),
        unmatched=_unmatched(on_paper, _paper_ballots(tx, poll, zone), today),
    )


def put(tx: Tx, poll: PollId, snapshot: Snapshot) -> None:
    """What is told of the poll from now on."""
    states.put(tx, _key(poll), to_json(asdict(snapshot) | {"at": to_micros(snapshot.at)}))


def of_poll(tx: Tx, poll: PollId) -> Snapshot | None:
    """What may be told of the poll; None before the first noon or tally."""
    kept = states.get(tx, _key(poll))
    return None if kept is None else _read(kept)


def every(tx: Tx) -> dict[PollId, Snapshot]:
    """All polls that have one."""
    rows = tx.rows("SELECT key, value FROM gateway_state WHERE key > 'snapshot:' AND key < 'snapshot;'")
    return {PollId(int(key.partition(":")[2])): _read(value) for key, value in rows}


def _paper_ballots(tx: Tx, poll: PollId, zone: tzinfo) -> dict[str, int]:
    """Local date -> ballots of the sittings whose counting was entered then."""
    found: dict[str, int] = {}
    for size, at in tx.rows("SELECT size, mixed_at FROM batch WHERE poll_id = ? AND no >= ?", poll, FIRST_BATCH):
        day = from_micros(at).astimezone(zone).date().isoformat()
        found[day] = found.get(day, 0) + size
    return found


def _unmatched(voters: Mapping[str, int], ballots: Mapping[str, int], today: str) -> tuple[Unmatched, ...]:
    days = sorted(day for day in voters.keys() | ballots.keys() if day < today)
    found = (Unmatched(day, voters.get(day, 0), ballots.get(day, 0)) for day in days)
    return tuple(day for day in found if day.voters != day.ballots)


def _read(value: str) -> Snapshot:
    kept = json.loads(value)
    of_voters = kept["received"]
    votes = kept["votes"]
    return Snapshot(
        at=from_micros(kept["at"]),
        phones=kept["phones"],
        accepted=kept["accepted"],
        ballots=kept["ballots"],
        votes=None if votes is None else {int(number): times for number, times in votes.items()},
        funded=tuple(kept["funded"]),
        received=Received(**of_voters | {"unmatched": tuple(Unmatched(**day) for day in of_voters["unmatched"])}),
    )


def _key(poll: PollId) -> str:
    return f"snapshot:{poll}"
