"""Paper and assembly votes: voters and ballots are entered apart, their counts must match, two officials confirm.

Who is on the list votes nowhere else from that moment (docs/decisions/0085); the ballots count once both officials have
confirmed. A sitting that is given up, or that nobody confirms within a day, leaves nothing. All but `expire` work in a
transaction of the caller, who afterwards calls `settle`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ballots.model import Choices, Phase, PollId
from gateway import daily, mixing
from gateway.errors import BadLines, BadRow, NotNow, NotThere, Unfit
from gateway.home import Home
from gateway.loads.paper import ID, Desk, Lines, choices_of, local_day, open_cycle, put_batch
from gateway.store import approvals, areas, audit, cycles, officials, paper, polls, sittings, states
from gateway.store.approvals import State, Wish
from gateway.store.ballots import Batch
from gateway.store.engine import Tx
from gateway.store.officials import Official
from gateway.store.sittings import Listed, Sitting

log = structlog.get_logger(__name__)

ACT = "paper votes"  # of store.approvals.PAIRS
SPOILED = "0"  # as it is typed
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a confirmation."""

    by: tuple[str, ...]  # one official, or both
    batch: Batch | None  # None: another official must confirm, too


def begin(tx: Tx, home: Home, cycle: int, label: str, at: datetime, actor: str = audit.OPERATOR) -> Sitting:  # noqa: PLR0913, PLR0917 - one entry
    """A sitting with two empty lists. Raises NotThere, NotNow out of season."""
    found = open_cycle(tx, cycle)
    head = audit.record(tx, home.keys, at, actor, "open sitting", cycle=cycle, label=label)
    sittings.begin(tx, head.seq, found.poll, label, actor, at)
    return sittings.by_id(tx, head.seq)


def enter_voters(tx: Tx, home: Home, sitting: int, lines: Lines, at: datetime) -> Sitting:
    """Phones and slips of those who vote on paper. All or nothing. Raises BadLines, NotThere, NotNow."""
    tx.lock()
    one = sittings.by_id(tx, sitting)
    if one.ballots:
        raise NotNow("ballots are entered already: take them out to add a voter, voters come first", "voters_first")
    desk = Desk(tx, home, open_cycle(tx, one.cycle), local_day(home, at))
    bad: list[tuple[int, BadRow]] = []
    for no, cell in lines:
        try:
            _list(tx, one, desk, cell)
        except BadRow as error:
            bad.append((no, error))
    if bad:
        raise BadLines(f"{len(bad)} bad rows, so nobody was put on the list:", bad)
    return sittings.by_id(tx, sitting)


def enter_ballots(tx: Tx, home: Home, sitting: int, lines: Lines) -> Sitting:
    """What the ballots say, in any order; `0` is a spoiled one. All or nothing. Raises BadLines, NotThere, NotNow."""
    one = sittings.by_id(tx, sitting)
    if not one.voters:
        raise NotNow("nobody is on the list of voters yet, and voters come first", "no_voters")
    valid = [(no, cell) for no, cell in lines if cell != SPOILED]
    chosen: list[Choices] = [*choices_of(polls.published(tx, one.poll), valid), *[()] * (len(lines) - len(valid))]
    sittings.add_ballots(tx, sitting, [(home.randomness(ID), choices) for choices in chosen])
    return sittings.by_id(tx, sitting)


def strike_voter(tx: Tx, sitting: int, no: int) -> Sitting:
    """Take a voter off the list: the phone or slip may vote elsewhere again. Raises NotThere."""
    one = sittings.by_id(tx, sitting)
    listed = next((listed for listed in sittings.voters(tx, sitting) if listed.no == no), None)
    if listed is None:
        raise NotThere(f"nobody stands in line {no} of the list of voters", "no_line_of_list")
    _release(tx, one, (listed,))
    sittings.strike_voter(tx, sitting, no)
    return sittings.by_id(tx, sitting)


def strike_ballots(tx: Tx, sitting: int) -> Sitting:
    """Take all ballots out: one alone cannot be told from the others. Raises NotThere."""
    sittings.by_id(tx, sitting)
    sittings.strike_ballots(tx, sitting)
    return sittings.by_id(tx, sitting)


def confirm(tx: Tx, home: Home, sitting: int, official: Official, at: datetime) -> Confirmed:
    """An official confirms both lists as they stand; the second, another one, has them counted.

    Raises NotThere, NotNow out of season, Unfit for the wrong official or for counts that differ.
    """
    tx.lock()
    one = sittings.by_id(tx, sitting)
    _check(tx, one, official)
    seen = sittings.content_hash(tx, sitting)
    asked = first_of(tx, one)
    if asked is None:
        approvals.drop(tx, subject(one.id), at)  # of lists that were others
        wish = Wish(ACT, subject(one.id), {"hash": seen, "cycle": one.cycle, "ballots": one.ballots})
        approvals.ask(tx, official, wish, at)
        facts = {"sitting": sitting, "ballots": one.ballots, "hash": seen}
        audit.record(tx, home.keys, at, official.name, "confirm sitting", **facts)
        return Confirmed((official.name,), None)
    approvals.answer(tx, official, asked.id, State.APPROVED, at)
    both = (officials.names(tx)[asked.asked_by], official.name)
    batch = _count(tx, home, one, both, at)
    return Confirmed(both, batch)


def _count(tx: Tx, home: Home, one: Sitting, both: tuple[str, str], at: datetime) -> Batch:
    """The entry in the log is that of `load paper-votes`: whoever verifies a bulletin knows it."""
    found = sittings.ballots(tx, one.id)
    valid = [choices for choices in found if choices]
    batch = put_batch(tx, home, one.poll, valid, at)
    paper.spoil(tx, one.poll, len(found) - len(valid))
    sittings.erase(tx, one.id)
    counts = {"ballots": batch.size, "spoiled": len(found) - len(valid), "batch": batch.batch}
    facts = {"cycle": one.cycle, "sitting": one.id, **counts, "hash": batch.ballots_hash}
    audit.record(tx, home.keys, at, both[1], "load paper-votes", officials=sorted(both), **facts)
    states.bump_catalogue(tx)
    return batch


def first_of(tx: Tx, one: Sitting) -> approvals.Approval | None:
    """The first official's confirmation of the lists as they stand now."""
    seen = sittings.content_hash(tx, one.id)
    waiting = (asked for asked in approvals.about(tx, subject(one.id)) if asked.state is State.ASKED)
    return next((asked for asked in waiting if asked.facts["hash"] == seen), None)


def subject(sitting: int) -> str:
    """As approvals name it."""
    return f"sitting {sitting}"


def give_up(tx: Tx, home: Home, sitting: int, at: datetime, actor: str = audit.OPERATOR) -> None:
    """Nothing of it stays, and nothing of it counts. Raises NotThere."""
    one = sittings.by_id(tx, sitting)
    _release(tx, one, sittings.voters(tx, one.id))
    sittings.erase(tx, one.id)
    approvals.drop(tx, subject(one.id), at)
    facts = {"sitting": one.id, "cycle": one.cycle, "voters": one.voters, "ballots": one.ballots}
    audit.record(tx, home.keys, at, actor, "give up sitting", **facts)


def settle(home: Home, poll: PollId) -> None:
    """After a sitting has ended: nothing of it lies in the log of writes, and everybody is told the new count."""
    mixing.truncate_wal(home.store)
    with home.store.reading() as tx:
        over = polls.published(tx, poll).phase is Phase.CLOSED
    if over:
        daily.show(home, poll)


def expire(home: Home, now: datetime) -> int:
    """Sittings that nobody has confirmed within a day are given up; how many."""
    with home.store.reading() as tx:
        old = [one for one in sittings.every(tx) if now - one.opened_at >= LIFETIME]
    for one in old:
        log.warning("A sitting on paper is given up: nobody confirmed it within a day", sitting=one.id)
        with home.store.transaction() as tx:
            give_up(tx, home, one.id, now, "box")
        settle(home, one.poll)
    return len(old)


def _list(tx: Tx, one: Sitting, desk: Desk, cell: str) -> None:
    """Raises BadRow."""
    voter = desk.find(cell)
    taken = sittings.elsewhere(tx, one.poll, voter.tag)
    if taken == one.id:
        raise BadRow("this voter is on the list already", "listed_already")
    if taken is not None:
        raise BadRow(f"this voter is in sitting {taken}", "listed_elsewhere")
    desk.mark(voter)
    sittings.add_voter(tx, one.id, voter.tag, slip=voter.slip)


def _check(tx: Tx, one: Sitting, official: Official) -> None:
    cycle = open_cycle(tx, one.cycle)
    if official.areas is not None and not any(cycle.place.id in areas.below(tx, area) for area in official.areas):
        raise Unfit(f"{official.name} looks after other areas than {cycle.place.code}", "not_your_area")
    if not one.voters or one.voters != one.ballots:
        said = f"{one.ballots} ballots for {one.voters} voters on the list: count both again"
        raise Unfit(said, "counts_differ", ballots=one.ballots, voters=one.voters)


def _release(tx: Tx, one: Sitting, listed: Iterable[Listed]) -> None:
    round_id = cycles.by_id(tx, one.cycle).round_id
    for voter in listed:
        paper.release(tx, one.poll, round_id, voter.tag, slip=voter.slip)
