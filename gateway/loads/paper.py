"""One sitting on paper: first who voted (phones or slips, no choice), then the ballots (choices, no voter).

Two officials, and the counts must match. What a ballot says is never tied to who voted.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ballots import receipts, slips
from ballots.casting import check, normalise
from ballots.errors import Refused
from ballots.model import Choices, Paper, Phase, PollId
from gateway.errors import BadLines, BadRow, BadSheet, NotNow, Unfit
from gateway.home import Home
from gateway.identity import Identity, Sender
from gateway.sheets import Record, Row, Table, table
from gateway.store import areas, audit, ballots, cycles, paper, polls, rolls, states
from gateway.store.ballots import Batch
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.slips import tag_of

PHASES = (Phase.VOTING, Phase.GRACE, Phase.CLOSED)
Lines = Sequence[tuple[int, str]]
"""Number of a row or a typed line, and what stands in it: a phone, a slip, or the numbers of a ballot."""

ID = 16  # random bytes of a ballot's id


@dataclass(frozen=True, slots=True)
class Sitting:
    """Whose hands the paper went through."""

    cycle: int
    officials: tuple[str, ...]
    actor: str = audit.OPERATOR


def load_paper_voters(home: Home, sitting: Sitting, rows: tuple[Row, ...], at: datetime) -> int:
    """Everybody in the sheet has voted on paper; how many. All or nothing. Raises BadSheet, NotNow."""
    records = records_of(rows, ("phone", "slip"))
    with home.store.transaction() as tx:
        tx.lock()
        cycle = open_cycle(tx, sitting.cycle)
        desk = Desk(tx, home, cycle, local_day(home, at))
        bad = []
        for no, cell in lines_of(records, "phone", "slip"):
            try:
                desk.mark(desk.find(cell))
            except BadRow as error:
                bad.append((no, error))
        if bad:
            raise BadLines(f"{len(bad)} bad rows, so nobody was marked:", bad)
        audit.record(tx, home.keys, at, sitting.actor, "load paper-voters", cycle=cycle.id, voters=len(records))
    return len(records)


def load_paper_votes(home: Home, sitting: Sitting, rows: tuple[Row, ...], at: datetime) -> Batch:
    """The ballots of the voters that were marked and not matched yet, as one batch. Raises BadSheet, NotNow, Unfit."""
    names = [name.strip() for name in sitting.officials]
    if len(set(names)) < 2 or not all(names):
        raise Unfit("paper needs two officials: --officials A --officials B")
    records = records_of(rows, ("choices",))
    with home.store.transaction() as tx:
        tx.lock()
        cycle = open_cycle(tx, sitting.cycle)
        chosen = choices_of(polls.published(tx, cycle.poll), lines_of(records, "choices"))
        waiting = paper.unmatched(tx, cycle.poll)
        if waiting != len(chosen):
            raise BadSheet(f"{len(chosen)} ballots for {waiting} voters on paper: count both again; nothing was loaded")
        batch = put_batch(tx, home, cycle.poll, chosen, at)
        facts = {"cycle": cycle.id, "ballots": len(chosen), "batch": batch.batch, "hash": batch.ballots_hash}
        audit.record(tx, home.keys, at, sitting.actor, "load paper-votes", officials=sorted(names), **facts)
        states.bump_catalogue(tx)
    return batch


def open_cycle(tx: Tx, cycle_id: int) -> Cycle:
    """The cycle, while paper of it may be entered. Raises NotThere, NotNow."""
    cycle = cycles.by_id(tx, cycle_id)
    if cycle.phase not in PHASES:
        raise NotNow(
            f"cycle {cycle.id} is {cycle.phase}: paper is taken from opening until certification", "no_paper_now"
        )
    return cycle


def lines_of(records: Sequence[Record], *columns: str) -> Lines:
    """The first of these columns that is filled, in each row."""
    return [(record.no, next((record[name] for name in columns if record[name]), "")) for record in records]


def local_day(home: Home, at: datetime) -> str:
    """The date in the village."""
    return at.astimezone(home.settings.gateway.zone).date().isoformat()


def records_of(rows: tuple[Row, ...], columns: tuple[str, ...]) -> tuple[Record, ...]:
    """The rows of a sheet with one of these columns, or of one column without a header. Raises BadSheet."""
    if rows and re.search(r"\d", rows[0].cells[0]) and len(rows[0].cells) == 1:
        found = Table(tuple(Record(row.no, {columns[0]: row.cells[0]}) for row in rows), columns, ())
    else:
        found = table(rows, columns)
    if not found.columns:
        raise BadSheet(f"there is no column {' or '.join(columns)}")
    return found.records


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who handed in a paper ballot."""

    tag: bytes
    slip: bool  # else a phone on the roll


@dataclass(frozen=True, slots=True)
class Desk:
    """Finds and marks voters of one cycle within one transaction."""

    tx: Tx
    home: Home
    cycle: Cycle
    day: str  # local date

    def find(self, cell: str) -> Voter:
        """Whose phone or slip this is. Raises BadRow."""
        digits = slips.parse(cell)
        return self._of_phone(cell) if digits is None else self._of_slip(digits)

    def mark(self, voter: Voter) -> None:
        """This voter has voted on paper; a slip is spent. Raises BadRow."""
        if voter.slip and not paper.spend(self.tx, self.cycle.round_id, voter.tag, self._areas()):
            raise BadRow("the slip is not known here, or used already", "no_such_slip")
        receipt = receipts.make(int.from_bytes(self.home.randomness(16)) % receipts.RECEIPTS)
        if not paper.mark(self.tx, self.cycle.poll, voter.tag, self.day, receipt):
            raise BadRow("this voter has voted already", "voted_already")

    def _of_slip(self, digits: str) -> Voter:
        tag = tag_of(self.home.keys, self.cycle.round_id, digits)
        if not paper.is_free(self.tx, self.cycle.round_id, tag, self._areas()):
            raise BadRow("the slip is not known here, or used already", "no_such_slip")
        return Voter(tag, slip=True)

    def _of_phone(self, cell: str) -> Voter:
        gateway = self.home.settings.gateway
        read = Identity(gateway.country, gateway.our_numbers).read(cell)
        if read.kind is not Sender.PHONE:
            raise BadRow(f"{cell[:4]}… is neither a mobile number of {gateway.country} nor a slip", "no_phone_no_slip")
        tag = self.home.keys.voter_tag(self.cycle.round_id, read.phone)
        if not rolls.is_on(self.tx, self.cycle.round_id, tag, self._areas()):
            raise BadRow("the phone is not on the roll", "not_on_the_roll")
        return Voter(tag, slip=False)

    def _areas(self) -> frozenset[int]:
        return areas.below(self.tx, self.cycle.place.id)


def choices_of(on: Paper, lines: Lines) -> list[Choices]:
    """Ballots that are valid on this paper. Raises BadLines with all that are not."""
    chosen: list[Choices] = []
    bad: list[tuple[int, BadRow]] = []
    for no, cell in lines:
        try:
            chosen.append(_choices(on, cell))
        except BadRow as row:
            bad.append((no, row))
    if bad:
        raise BadLines(f"{len(bad)} bad ballots, so none was loaded:", bad)
    return chosen


def _choices(on: Paper, cell: str) -> Choices:
    """Raises BadRow."""
    parts = [part for part in re.split(r"[\s,;+]+", cell) if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise BadRow(f"{cell!r} is no list of numbers", "no_numbers")
    choices = normalise(map(int, parts))
    try:
        check(on, choices)
    except Refused as refused:
        raise BadRow(refused.phrase.replace("_", " "), f"ballot_{refused.phrase}") from refused
    return choices


def put_batch(tx: Tx, home: Home, poll: PollId, chosen: Sequence[Choices], at: datetime) -> Batch:
    """Ballots under new random ids, in the order of these ids, as one batch that never had a key."""
    rows = sorted((home.randomness(ID), choices) for choices in chosen)
    no = paper.next_batch(tx, poll)
    ballots.append(tx, poll, no, rows)
    lines = "".join(f"{ballot.hex()} {','.join(map(str, choices))}\n" for ballot, choices in rows)
    empty = hashlib.sha256(b"").hexdigest()
    batch = Batch(poll, no, len(rows), 0, 0, hashlib.sha256(lines.encode()).hexdigest(), empty)
    paper.end_batch(tx, batch, at)
    return batch
