"""Polls that ended with fewer ballots than their smallest batch: totals that small tell who voted how.

Everybody is told how many voted. Two officials together may read the totals, and the audit log says who did.
"""

from datetime import datetime

from ballots.model import Paper, Phase, PollId
from gateway.keys import Keyring
from gateway.store import approvals, audit, polls, states
from gateway.store.approvals import State
from gateway.store.engine import Tx
from gateway.store.officials import Role
from gateway.store.tallies import Counted

OVER = frozenset({Phase.CLOSED, Phase.CERTIFIED, Phase.IMPLEMENTATION, Phase.ARCHIVED})
"""Phases in which every envelope is opened and the tally is final."""

READING = "read totals of few"
"""The act of two that lets them, as gateway.store.approvals and the audit log call it."""

READERS = frozenset({Role.ADMINISTRATOR, Role.AKIM, Role.CLERK})
"""Who answers for the money; observers and auditors read what is published."""


def ended_with_few(tx: Tx, counted: Counted) -> bool:
    """Is the poll over, with fewer ballots than `mix_min`?"""
    return counted.paper.phase in OVER and _are_few(tx, counted.paper.poll, counted.tally.ballots)


def holds_few(tx: Tx, poll: PollId) -> bool:
    """The same of a poll that is known to be over: its rows are counted, no ballot is read."""
    (ballots,) = tx.row("SELECT count(*) FROM ballot WHERE poll_id = ?", poll) or (0,)
    return _are_few(tx, poll, ballots)


def _are_few(tx: Tx, poll: PollId, ballots: int) -> bool:
    return bool(ballots < polls.manifest(tx, poll)["mix_min"])


def is_kept_from(tx: Tx, official: int, counted: Counted) -> bool:
    """Are these totals of few, and is the official none of a pair that agreed to read them together?"""
    if not ended_with_few(tx, counted):
        return False
    asked = approvals.about(tx, f"cycle {counted.paper.cycle}")
    agreed = [one for one in asked if one.act == READING and one.state is State.APPROVED]
    return not any(official in {one.asked_by, one.answered_by} for one in agreed)


def note_reading(tx: Tx, keys: Keyring, at: datetime, paper: Paper, readers: tuple[str, ...]) -> None:
    """The audit log holds one entry for these people, however often they look: so its head stays where it is."""
    key = _key(paper.poll, readers)
    if states.get(tx, key) is None:
        head = audit.record(
            tx, keys, at, readers[0], READING, cycle=paper.cycle, poll=paper.poll, readers=list(readers)
        )
        states.put(tx, key, str(head.seq))


def _key(poll: PollId, readers: tuple[str, ...]) -> str:
    return f"few:{poll}:{'|'.join(readers)}"
