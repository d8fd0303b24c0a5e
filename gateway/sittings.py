"""Paper and assembly votes: voters and ballots are entered apart, their counts must match, two officials confirm.

Who is on the list votes nowhere else from that moment (docs/decisions/0085); the ballots count once both officials have
confirmed. A sitting that is given up, or that nobody confirms within a day, leaves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ballots.model import Phase
from gateway import daily, mixing
from gateway.errors import BadRow, BadSheet, NotNow, NotThere, Unfit
from gateway.home import Home
from gateway.loads.paper import ID, Desk, choices_of, local_day, open_cycle, put_batch, records_of
from gateway.sheets import Row
from gateway.store import areas, audit, cycles, few, officials, paper, polls, sittings, states
from gateway.store.ballots import Batch
from gateway.store.engine import Tx
from gateway.store.sittings import Listed, Sitting

log = structlog.get_logger(__name__)

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a confirmation."""

    by: tuple[str, ...]  # one official, or both
    batch: Batch | None  # None: another official must confirm, too


def begin(home: Home, cycle: int, label: str, at: datetime, actor: str) -> Sitting:
    """A sitting with two empty lists. Raises NotThere, NotNow out of season."""
    with home.store.transaction() as tx:
        found = open_cycle(tx, cycle)
        head = audit.record(tx, home.keys, at, actor, "open sitting", cycle=cycle, label=label)
        sittings.begin(tx, head.seq, found.poll, label, actor, at)
        return sittings.by_id(tx, head.seq)


def enter_voters(home: Home, sitting: int, rows: tuple[Row, ...], at: datetime) -> Sitting:
    """Phones and slips of those who vote on paper. All or nothing. Raises BadSheet, NotThere, NotNow."""
    records = records_of(rows, ("phone", "slip"))
    with home.store.transaction() as tx:
        tx.lock()
        one = sittings.by_id(tx, sitting)
        if one.ballots:
            raise NotNow("ballots are entered already, and voters come first: take the ballots out to add a voter")
        desk = Desk(tx, home, open_cycle(tx, one.cycle), local_day(home, at))
        bad = []
        for record in records:
            try:
                _list(tx, one, desk, record["phone"] or record["slip"])
            except BadRow as error:
                bad.append(f"row {record.no}: {error}")
        if bad:
            raise BadSheet(f"{len(bad)} bad rows, so nobody was put on the list:", bad)
        return sittings.by_id(tx, sitting)


def enter_ballots(home: Home, sitting: int, rows: tuple[Row, ...]) -> Sitting:
    """What the ballots say, in any order. All or nothing. Raises BadSheet, NotThere, NotNow."""
    records = records_of(rows, ("choices",))
    with home.store.transaction() as tx:
        one = sittings.by_id(tx, sitting)
        if not one.voters:
            raise NotNow("nobody is on the list of voters yet, and voters come first")
        chosen = choices_of(polls.published(tx, one.poll), records)
        sittings.add_ballots(tx, sitting, [(home.randomness(ID), choices) for choices in chosen])
        return sittings.by_id(tx, sitting)


def strike_voter(home: Home, sitting: int, no: int) -> Sitting:
    """Take a voter off the list: the phone or slip may vote elsewhere again. Raises NotThere."""
    with home.store.transaction() as tx:
        one = sittings.by_id(tx, sitting)
        listed = next((listed for listed in sittings.voters(tx, sitting) if listed.no == no), None)
        if listed is None:
            raise NotThere(f"nobody stands in line {no} of the list of voters")
        _release(tx, one, (listed,))
        sittings.strike_voter(tx, sitting, no)
        return sittings.by_id(tx, sitting)


def strike_ballots(home: Home, sitting: int) -> Sitting:
    """Take all ballots out: one alone cannot be told from the others. Raises NotThere."""
    with home.store.transaction() as tx:
        sittings.by_id(tx, sitting)
        sittings.strike_ballots(tx, sitting)
        return sittings.by_id(tx, sitting)


def confirm(home: Home, sitting: int, official: str, at: datetime, actor: str) -> Confirmed:
    """An official confirms both lists; the second, another one, has them counted.

    Raises NotThere, NotNow out of season or for the same official, Unfit for the wrong one or for counts that differ.
    """
    with home.store.transaction() as tx:
        tx.lock()
        one = sittings.by_id(tx, sitting)
        _check(tx, one, official)
        seen = sittings.content_hash(tx, sitting)
        if one.confirmed_hash != seen:
            sittings.confirm(tx, sitting, official, seen)
            audit.record(tx, home.keys, at, actor, "confirm sitting", sitting=sitting, official=official, hash=seen)
            return Confirmed((official,), None)
        if one.confirmed_by == official:
            raise NotNow(f"{official} has confirmed this already: another official must, too")
        both = (one.confirmed_by, official)
        batch = put_batch(tx, home, one.poll, sittings.ballots(tx, one.id), at)
        sittings.erase(tx, one.id)
        facts = {"sitting": sitting, "cycle": one.cycle, "ballots": batch.size, "batch": batch.batch}
        hashed = batch.ballots_hash
        audit.record(tx, home.keys, at, actor, "count sitting", **facts, hash=hashed, officials=sorted(both))
        states.bump_catalogue(tx)
        over = polls.published(tx, one.poll).phase is Phase.CLOSED
    mixing.truncate_wal(home.store)
    if over:  # what everybody was told of the result is out of date
        daily.show(home, one.poll)
    return Confirmed(both, batch)


def give_up(home: Home, sitting: int, at: datetime, actor: str) -> None:
    """Nothing of it stays, and nothing of it counts. Raises NotThere."""
    with home.store.transaction() as tx:
        one = sittings.by_id(tx, sitting)
        _give_up(tx, home, one, at, actor)
    mixing.truncate_wal(home.store)


def expire(home: Home, now: datetime) -> int:
    """Sittings that nobody has confirmed within a day are given up; how many."""
    with home.store.reading() as tx:
        old = [one.id for one in sittings.every(tx) if now - one.opened_at >= LIFETIME]
    for sitting in old:
        log.warning("A sitting on paper is given up: nobody confirmed it within a day", sitting=sitting)
        with home.store.transaction() as tx:
            _give_up(tx, home, sittings.by_id(tx, sitting), now, "box")
    if old:
        mixing.truncate_wal(home.store)
    return len(old)


def _list(tx: Tx, one: Sitting, desk: Desk, cell: str) -> None:
    """Raises BadRow."""
    voter = desk.find(cell)
    taken = sittings.elsewhere(tx, one.poll, voter.tag)
    if taken is not None:
        raise BadRow("this voter is on the list already" if taken == one.id else f"this voter is in sitting {taken}")
    desk.mark(voter)
    sittings.add_voter(tx, one.id, voter.tag, slip=voter.slip)


def _check(tx: Tx, one: Sitting, name: str) -> None:
    cycle = open_cycle(tx, one.cycle)
    found = next((official for official in officials.every(tx) if official.name == name), None)
    if found is None:
        raise NotThere(f"there is no official named {name!r}; see dauys official list")
    here = found.area_id is None or cycle.place.id in areas.below(tx, found.area_id)
    if found.role not in few.READERS or not here:
        roles = ", ".join(sorted(few.READERS))
        raise Unfit(f"{name} ({found.role}) may not confirm paper of area {cycle.place.code}: it takes {roles} of it")
    if not one.voters or one.voters != one.ballots:
        raise Unfit(f"{one.ballots} ballots for {one.voters} voters on the list: count both again")


def _release(tx: Tx, one: Sitting, listed: Iterable[Listed]) -> None:
    round_id = cycles.by_id(tx, one.cycle).round_id
    for voter in listed:
        paper.release(tx, one.poll, round_id, voter.tag, slip=voter.slip)


def _give_up(tx: Tx, home: Home, one: Sitting, at: datetime, actor: str) -> None:
    _release(tx, one, sittings.voters(tx, one.id))
    sittings.erase(tx, one.id)
    facts = {"sitting": one.id, "cycle": one.cycle, "voters": one.voters, "ballots": one.ballots}
    audit.record(tx, home.keys, at, actor, "give up sitting", **facts)
