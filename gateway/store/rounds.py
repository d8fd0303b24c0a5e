"""Rounds: the polls of one gateway in one budget year, with one roll per aul and one key for tags."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from gateway.keys import Keyring
from gateway.store import keychecks
from gateway.store.engine import Tx
from gateway.store.tables import RoundRow


@dataclass(frozen=True, slots=True)
class Round:
    """One round."""

    id: int
    label: str


def begin(tx: Tx, keys: Keyring, label: str, at: datetime) -> Round:
    """A new round; its key is durable before the row is."""
    row = RoundRow(label=label, created_at=at)
    tx.session.add(row)
    tx.session.flush()
    assert row.id is not None
    keys.new_round(row.id)
    keychecks.remember(tx, keys)
    return Round(row.id, row.label)


def every(tx: Tx) -> tuple[Round, ...]:
    """All rounds, the oldest first."""
    rows = tx.session.exec(select(RoundRow).order_by(RoundRow.id))  # type: ignore[arg-type]
    return tuple(Round(row.id or 0, row.label) for row in rows)


def current(tx: Tx) -> Round:
    """The round that new cycles belong to: the last one."""
    return every(tx)[-1]
