"""Who may do what on the console: a table of roles, and the areas of each official."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.store import areas
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role


class Act(StrEnum):
    """What a page is for. A page is open to the roles whose line below names its act."""

    OWN = "own"  # one's own password, sessions, language
    READ = "read"  # counts, papers, turnout, results
    READ_LOG = "read log"
    EDIT = "edit"  # cycles, proposals, texts
    ROLLS = "rolls"  # rolls, slips, the help desk
    PAPER = "paper"  # votes on paper and of assemblies
    ANNOUNCE = "announce"  # invitations, reminders, results by SMS
    RECIPIENTS = "recipients"  # who receives tallies
    ASK = "ask"  # opening, early closing, extension, certification: one of the two
    APPROVE = "approve"  # and the other
    PEOPLE = "people"  # officials, their roles and links
    SET_UP = "set up"  # areas, providers


EVERYBODY = frozenset({Act.OWN, Act.READ})
CLERK = EVERYBODY | {Act.EDIT, Act.ROLLS, Act.PAPER, Act.ANNOUNCE, Act.RECIPIENTS, Act.ASK, Act.READ_LOG}

RIGHTS: dict[Role, frozenset[Act]] = {
    Role.ADMINISTRATOR: CLERK | {Act.PEOPLE, Act.SET_UP, Act.APPROVE},
    Role.AKIM: EVERYBODY | {Act.APPROVE, Act.READ_LOG},
    Role.CLERK: CLERK | {Act.APPROVE},
    Role.OBSERVER: EVERYBODY,
    Role.AUDITOR: EVERYBODY | {Act.READ_LOG},
}
"""APPROVE opens the page of what waits for a second person; who approves which act: gateway.store.approvals.PAIRS."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """An official whose browser is signed in."""

    official: Official
    session: int  # id of the session
    areas: frozenset[int] | None  # ids of all areas they look after, those below included; None: every one

    def oversees(self, area: int) -> bool:
        """Is the area with this id theirs?"""
        return self.areas is None or area in self.areas


def may(visitor: Visitor, act: Act, area: int | None = None) -> bool:
    """May the visitor do this, in the area with this id?"""
    return act in RIGHTS[visitor.official.role] and (area is None or visitor.oversees(area))


def visitor_of(tx: Tx, official: Official, session: int) -> Visitor:
    """The official with all areas below their own."""
    if official.areas is None:
        return Visitor(official, session, None)
    return Visitor(official, session, areas.below_any(tx, official.areas))
