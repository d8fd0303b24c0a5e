"""Proposals of a cycle, from idea to finished work."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import select

from ballots.model import Proposal, ProposalStatus, Source
from gateway.errors import NotNow, NotThere, Taken
from gateway.store import cycles, states
from gateway.store.engine import Tx
from gateway.store.tables import ProposalRow


def put_on_ballot(
    tx: Tx, cycle: int, proposals: Sequence[Proposal], source: Source = Source.AKIMAT, by: str = ""
) -> None:
    """Add proposals with their numbers; all or none. Raises NotNow after opening, Taken for a number or an id."""
    cycles.check_draft(tx, cycle)
    numbers = {row.number: row.proposal_id for row in _rows(tx, cycle) if row.number is not None}
    ids = {row.proposal_id for row in _rows(tx, cycle)}
    for proposal in proposals:
        if proposal.number in numbers:
            raise Taken(f"number {proposal.number} belongs to another proposal of this cycle already")
        if proposal.proposal_id in ids:
            raise Taken(f"the proposal id {proposal.proposal_id} stands in this cycle already")
        numbers[proposal.number] = proposal.proposal_id
        ids.add(proposal.proposal_id)
    tx.session.add_all([_row(cycle, proposal, source, by) for proposal in proposals])
    tx.session.flush()


def clear(tx: Tx, cycle: int) -> int:
    """Take all proposals with a number off a draft, to load them anew; how many there were. Raises NotNow."""
    cycles.check_draft(tx, cycle)
    tx.run(
        "DELETE FROM proposal_picture WHERE proposal_id IN"
        " (SELECT id FROM proposal WHERE cycle_id = ? AND number IS NOT NULL)",
        cycle,
    )
    return tx.run("DELETE FROM proposal WHERE cycle_id = ? AND number IS NOT NULL", cycle)


def withdraw(tx: Tx, cycle: int, number: int, reason: str) -> None:
    """Take a proposal back: its number stays, nobody can choose it any more. Raises NotThere, NotNow."""
    tx.lock()
    if cycles.by_id(tx, cycle).phase not in cycles.BEFORE_CLOSING:
        raise NotNow(f"cycle {cycle} is closed: what was voted on stays as it was")
    changed = tx.run(
        "UPDATE proposal SET status = ?, reason = ? WHERE cycle_id = ? AND number = ?",
        ProposalStatus.WITHDRAWN,
        reason,
        cycle,
        number,
    )
    if not changed:
        raise NotThere(f"cycle {cycle} has no proposal {number}")
    states.bump_catalogue(tx)


def on_ballot(tx: Tx, cycle: int) -> tuple[Proposal, ...]:
    """The proposals that have a number, in its order; withdrawn ones are marked."""
    shown = {ProposalStatus.ON_BALLOT, ProposalStatus.WITHDRAWN}
    return tuple(value_of(row) for row in _rows(tx, cycle) if row.number is not None and row.status in shown)


def _rows(tx: Tx, cycle: int) -> Sequence[ProposalRow]:
    return tx.session.exec(
        select(ProposalRow).where(ProposalRow.cycle_id == cycle).order_by(ProposalRow.number)  # type: ignore[arg-type]
    ).all()


def _row(cycle: int, proposal: Proposal, source: Source, by: str) -> ProposalRow:
    return ProposalRow(
        cycle_id=cycle,
        proposal_id=proposal.proposal_id,
        number=proposal.number,
        source=source,
        status=ProposalStatus.ON_BALLOT,
        edited_by=by,
        **written(proposal),
    )


def written(proposal: Proposal) -> dict[str, Any]:
    """What a row holds of a proposal, but its number and its id."""
    return {
        "names": dict(proposal.names),
        "shorts": dict(proposal.shorts),
        "texts": dict(proposal.texts),
        "cost": proposal.cost,
        "category": proposal.category,
        "sdgs": list(proposal.sdgs),
        "conflict_group": proposal.group,
        "settlement": proposal.settlement,
    }


def value_of(row: ProposalRow) -> Proposal:
    """The proposal in a row."""
    return Proposal(
        number=row.number or 0,
        proposal_id=row.proposal_id,
        cost=row.cost,
        names=dict(row.names),
        shorts=dict(row.shorts),
        texts=dict(row.texts),
        category=row.category,
        sdgs=tuple(row.sdgs),
        group=row.conflict_group,
        withdrawn=row.status == ProposalStatus.WITHDRAWN,
        settlement=row.settlement,
    )
