"""/console/requests: acts that wait for a second person, with the way to the page on which each is decided."""

from dataclasses import dataclass
from datetime import datetime

from gateway.errors import NotThere
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.store import approvals, cycles, officials
from gateway.store.approvals import PAIRS, Approval
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx

WAYS: dict[str, str] = {
    "open cycle": "/cycles/{cycle}/opening",
    "close early": "/cycles/{cycle}/decisions",
    "extend cycle": "/cycles/{cycle}/decisions",
    "certify": "/cycles/{cycle}/decisions",
    "paper votes": "/cycles/{cycle}/paper",
    "read totals of few": "/cycles/{cycle}/decisions",
}
"""Act -> the page on which it is decided."""


@dataclass(frozen=True, slots=True)
class Request:
    """One act that waits."""

    act: str
    cycle: Cycle
    asked_by: str
    asked_at: datetime
    way: str
    yours: bool  # may the visitor be the second person?


def show(desk: Desk) -> Answer:
    """All that waits in the visitor's areas."""
    with desk.site.store.reading() as tx:
        found = waiting(desk, tx)
    return desk.screen("requests.html", requests=found)


def waiting(desk: Desk, tx: Tx) -> list[Request]:
    """What waits for a second person in the visitor's areas, the oldest first."""
    names = officials.names(tx)
    found = [(approval, _cycle(tx, approval)) for approval in approvals.waiting(tx)]
    return [
        Request(
            approval.act,
            cycle,
            names[approval.asked_by],
            approval.asked_at,
            WAYS[approval.act].format(cycle=cycle.id),
            desk.visitor.official.role in PAIRS[approval.act].approves
            and desk.visitor.official.id != approval.asked_by,
        )
        for approval, cycle in found
        if cycle is not None and desk.visitor.oversees(cycle.place.id)
    ]


def _cycle(tx: Tx, approval: Approval) -> Cycle | None:
    """What it is about: named by its subject ('cycle 3') or its facts."""
    kind, _, number = approval.subject.partition(" ")
    asked = number if kind == "cycle" else str(approval.facts.get("cycle", ""))
    try:
        return cycles.by_id(tx, int(asked)) if asked.isdecimal() else None
    except NotThere:
        return None
