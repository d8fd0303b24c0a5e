"""What an official is shown of the outbox: piles of messages that are not done with, and why others are dead."""

from dataclasses import dataclass
from datetime import datetime

from gateway.store.engine import Tx
from gateway.store.outbox import born


@dataclass(frozen=True, slots=True)
class Pile:
    """Messages that are not done with: due, paused, leased, sent without a report, unknown."""

    provider: str
    priority: int
    state: str
    messages: int
    oldest: datetime  # when it was put in


@dataclass(frozen=True, slots=True)
class Loss:
    """Messages that will never leave."""

    provider: str
    reason: str
    messages: int


def piles(tx: Tx) -> tuple[Pile, ...]:
    """What is not done with, the most urgent first."""
    rows = tx.rows(
        "SELECT provider, priority, state, count(*), min(id) FROM outbox WHERE state IN "
        "('due', 'paused', 'leased', 'sent', 'unknown') "
        "GROUP BY provider, priority, state ORDER BY priority, provider, state"
    )
    return tuple(
        Pile(provider, priority, state, times, born(oldest)) for provider, priority, state, times, oldest in rows
    )


def losses(tx: Tx) -> tuple[Loss, ...]:
    """Why messages are dead, the commonest reason first."""
    rows = tx.rows(
        "SELECT provider, error, count(*) FROM outbox WHERE state = 'dead' GROUP BY provider, error "
        "ORDER BY count(*) DESC, provider, error"
    )
    return tuple(Loss(*row) for row in rows)
