"""Polls that ended with fewer ballots than their smallest batch: totals that small tell who voted how.

Everybody is told how many voted. Two officials together may read the totals, and the audit log says who did.
"""

from datetime import datetime

from ballots.model import Paper, Phase, PollId
from gateway.keys import Keyring
from gateway.store import audit, polls, states
from gateway.store.engine import Tx
from gateway.store.officials import Role
from gateway.store.tallies import Counted

OVER = frozenset({Phase.CLOSED, Phase.CERTIFIED, Phase.IMPLEMENTATION, Phase.ARCHIVED})
"""Phases in which every envelope is opened and the tally is final."""

READERS = frozenset({Role.ADMINISTRATOR, Role.AKIM, Role.CLERK})
"""Who answers for the money; observers and auditors read what is published."""


def ended_with_few(tx: Tx, counted: Counted) -> bool:
    """Is the poll over, with fewer ballots than `mix_min`?"""
    paper = counted.paper
    return paper.phase in OVER and counted.tally.ballots < polls.manifest(tx, paper.poll)["mix_min"]


def note_reading(tx: Tx, keys: Keyring, at: datetime, paper: Paper, readers: tuple[str, ...]) -> None:
    """The audit log holds one entry for these people, however often they look: so its head stays where it is."""
    key = _key(paper.poll, readers)
    if states.get(tx, key) is None:
        head = audit.record(
            tx, keys, at, readers[0], "read totals of few", cycle=paper.cycle, poll=paper.poll, readers=list(readers)
        )
        states.put(tx, key, str(head.seq))


def _key(poll: PollId, readers: tuple[str, ...]) -> str:
    return f"few:{poll}:{'|'.join(readers)}"
