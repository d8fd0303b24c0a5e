"""A new draft from an older cycle, this aul's or another's: its proposals, texts, pictures and rules, but no votes."""

from datetime import datetime
from typing import Any

from ballots.model import ProposalStatus, Texts
from gateway.store import cycles, proposals
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.tables import PollRow, ProposalRow

OF_ITS_OWN = frozenset({"title", "facts", "opens_at", "closes_at", "lot_seed"})
"""Settings that a copy does not take over: a seed is drawn anew, and dates pass."""

LEFT_OUT = (ProposalStatus.WITHDRAWN, ProposalStatus.REFUSED)


def copy(tx: Tx, source: int, area_code: int, at: datetime, title: Texts | None = None) -> Cycle:
    """A draft for this area like cycle `source`. Raises NotThere."""
    like = cycles.by_id(tx, source)
    poll = tx.session.get_one(PollRow, like.poll, populate_existing=True)
    settings: dict[str, Any] = {name: getattr(like, name) for name in cycles.OF_CYCLE - OF_ITS_OWN}
    settings |= {name: getattr(poll, name) for name in cycles.OF_POLL - OF_ITS_OWN}
    made = cycles.new(tx, area_code, title or like.title, at, **settings, facts={"copied from": source})
    for key, number in tx.rows(
        "SELECT id, number FROM proposal WHERE cycle_id = ? AND number IS NOT NULL AND status NOT IN (?, ?)"
        " ORDER BY number",
        source,
        *LEFT_OUT,
    ):
        _copy_proposal(tx, key, made.id, number)
    return made


def _copy_proposal(tx: Tx, key: int, cycle: int, number: int) -> None:
    """With its picture; its author stays where it was."""
    proposal = proposals.value_of(tx.session.get_one(ProposalRow, key))
    proposals.put_on_ballot(tx, cycle, (proposal,))
    tx.run(
        "INSERT INTO proposal_picture (proposal_id, width, height, jpeg) SELECT p.id, i.width, i.height, i.jpeg"
        " FROM proposal p CROSS JOIN proposal_picture i WHERE p.cycle_id = ? AND p.number = ? AND i.proposal_id = ?",
        cycle,
        number,
        key,
    )
