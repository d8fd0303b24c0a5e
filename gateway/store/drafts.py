"""What officials write into a draft. Whoever writes names the version that was read; if somebody else was faster,
nothing is written and it is said who.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import select

from ballots.model import Paper, Proposal
from gateway.errors import NotThere, Overtaken, Taken
from gateway.store import cycles, polls, proposals
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.tables import PollRow, ProposalRow


@dataclass(frozen=True, slots=True)
class Edit:
    """Who writes, over which version."""

    who: str
    version: int  # as it was read


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal as the editor holds it."""

    key: int  # of its row: stays when number and id change
    proposal: Proposal
    version: int
    edited_by: str  # '' = a command at the box
    pictured: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A cycle as the editor shows it, a published one too."""

    cycle: Cycle
    paper: Paper  # dates that nobody set are presumed
    opens_at: datetime | None  # as set
    closes_at: datetime | None
    lines: tuple[Line, ...]  # by number

    @property
    def open_to_edits(self) -> bool:
        """Is the paper not frozen yet?"""
        return self.cycle.phase in cycles.DRAFTS

    def line(self, key: int) -> Line:
        """The proposal in this row. Raises NotThere."""
        found = next((line for line in self.lines if line.key == key), None)
        if found is None:
            raise NotThere(f"cycle {self.cycle.id} has no such proposal any more")
        return found


def read(tx: Tx, cycle: int, at: datetime) -> Draft:
    """The cycle with its proposals. Raises NotThere."""
    known = cycles.by_id(tx, cycle)
    poll = tx.session.get_one(PollRow, known.poll, populate_existing=True)
    pictured = {key for (key,) in tx.rows("SELECT proposal_id FROM proposal_picture")}
    query = select(ProposalRow).where(ProposalRow.cycle_id == cycle, ProposalRow.number != None)  # noqa: E711 - SQL
    rows = tx.session.exec(query.order_by(ProposalRow.number).execution_options(populate_existing=True))  # type: ignore[arg-type]
    lines = tuple(
        Line(row.id or 0, proposals.value_of(row), row.version, row.edited_by, row.id in pictured) for row in rows
    )
    return Draft(known, polls.sketch(tx, known.poll, at), poll.opens_at, poll.closes_at, lines)


def change(tx: Tx, cycle: int, edit: Edit, **settings: Any) -> Cycle:
    """Set what cycles.change sets. Raises as it does, and Overtaken."""
    claimed = "UPDATE cycle SET edited_by = ? WHERE id = ? AND version = ?"
    if not tx.run(claimed, edit.who, cycle, edit.version):
        raise Overtaken(f"cycle {cycle}", cycles.by_id(tx, cycle).edited_by)
    return cycles.change(tx, cycle, by=edit.who, **settings)


def add(tx: Tx, cycle: int, proposal: Proposal, who: str) -> int:
    """One more proposal: its row. Without an id its number is its id, or the next number that no id is.

    Raises NotNow, Taken.
    """
    if not proposal.proposal_id:
        taken = {
            proposal_id for (proposal_id,) in tx.rows("SELECT proposal_id FROM proposal WHERE cycle_id = ?", cycle)
        }
        free = next(str(number) for number in count(proposal.number) if str(number) not in taken)
        proposal = replace(proposal, proposal_id=free)
    proposals.put_on_ballot(tx, cycle, (proposal,), by=who)
    (key,) = tx.row("SELECT id FROM proposal WHERE cycle_id = ? AND number = ?", cycle, proposal.number) or (0,)
    return int(key)


def edit_proposal(tx: Tx, cycle: int, key: int, proposal: Proposal, edit: Edit) -> None:
    """Write a proposal anew; its id stays, unless it was its number. Raises NotNow, NotThere, Overtaken, Taken."""
    row = _claimed(tx, cycle, key, edit)
    other = tx.row("SELECT 1 FROM proposal WHERE cycle_id = ? AND number = ? AND id <> ?", cycle, proposal.number, key)
    if other:
        raise Taken(f"number {proposal.number} belongs to another proposal of this cycle already")
    for name, value in proposals.written(proposal).items():
        setattr(row, name, value)
    _number(tx, row, proposal.number)


def remove(tx: Tx, cycle: int, key: int, edit: Edit) -> None:
    """Take a proposal off a draft, with its picture. Raises NotNow, NotThere, Overtaken."""
    row = _claimed(tx, cycle, key, edit)
    tx.run("DELETE FROM proposal_picture WHERE proposal_id = ?", key)
    tx.session.delete(row)
    tx.session.flush()


def swap(tx: Tx, cycle: int, key: int, edit: Edit, step: int) -> None:
    """Change numbers with the next proposal (`step` 1) or the one before (-1); the ends stay where they are.

    Raises NotNow, NotThere, Overtaken.
    """
    row = _claimed(tx, cycle, key, edit)
    ordered = [
        found
        for (found,) in tx.rows(
            "SELECT id FROM proposal WHERE cycle_id = ? AND number IS NOT NULL ORDER BY number", cycle
        )
    ]
    place = ordered.index(key) + step
    if not 0 <= place < len(ordered):
        return
    other = tx.session.get_one(ProposalRow, ordered[place], populate_existing=True)
    mine, its = row.number or 0, other.number or 0
    ids = {own.id: own.proposal_id == str(own.number) for own in (row, other)}
    row.number, row.proposal_id = None, (f"~{key}" if ids[row.id] else row.proposal_id)
    tx.session.flush()
    other.version, other.edited_by = other.version + 1, edit.who
    other.number, other.proposal_id = mine, (str(mine) if ids[other.id] else other.proposal_id)
    tx.session.flush()
    row.number, row.proposal_id = its, (str(its) if ids[row.id] else row.proposal_id)
    tx.session.flush()


def _claimed(tx: Tx, cycle: int, key: int, edit: Edit) -> ProposalRow:
    """The row, ours until the transaction ends, with its version raised."""
    cycles.check_draft(tx, cycle)
    claimed = "UPDATE proposal SET version = version + 1, edited_by = ? WHERE id = ? AND cycle_id = ? AND version = ?"
    touched = tx.run(claimed, edit.who, key, cycle, edit.version)
    row = tx.session.get(ProposalRow, key, populate_existing=True)
    if row is None or row.cycle_id != cycle:
        raise NotThere(f"cycle {cycle} has no such proposal any more: somebody took it off")
    if not touched:
        raise Overtaken(f"proposal {row.number}", row.edited_by)
    return row


def _number(tx: Tx, row: ProposalRow, number: int) -> None:
    """Give it this number; an id that was its number follows, if no other proposal has it."""
    id_taken = tx.row("SELECT 1 FROM proposal WHERE cycle_id = ? AND proposal_id = ?", row.cycle_id, str(number))
    if row.proposal_id == str(row.number) and not id_taken:
        row.proposal_id = str(number)
    row.number = number
    tx.session.flush()
