"""The archive of daily tallies, and exactly one bulletin per cycle, slot, recipient and channel: by primary key."""

import json
from datetime import datetime
from typing import Any

from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_json, to_micros


def archive(tx: Tx, cycle: int, slot: str, content: dict[str, Any], at: datetime) -> bool:
    """Keep what was true at a slot. False if the slot was archived before: then that stands."""
    sql = "INSERT INTO daily_tally (cycle_id, slot, content, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    return tx.run(sql, cycle, slot, to_json(content), to_micros(at)) == 1


def archived(tx: Tx, cycle: int) -> tuple[tuple[str, dict[str, Any], datetime], ...]:
    """Slot, content and instant of every daily tally, the oldest first."""
    rows = tx.rows("SELECT slot, content, made_at FROM daily_tally WHERE cycle_id = ? ORDER BY made_at, slot", cycle)
    return tuple((slot, json.loads(content), from_micros(made_at)) for slot, content, made_at in rows)


def claim(tx: Tx, cycle: int, slot: str, recipient: int, channel: str, outbox_id: int) -> bool:  # noqa: PLR0913, PLR0917
    """The one bulletin of this slot for this recipient. False if it was made before."""
    sql = (
        "INSERT INTO bulletin (cycle_id, slot, recipient_id, channel, outbox_id) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING"
    )
    return tx.run(sql, cycle, slot, recipient, channel, outbox_id) == 1


def supersede(tx: Tx, cycle: int, recipient: int, channel: str, at: datetime) -> int:
    """Bulletins that still wait will not leave: a newer one is about to be put in. How many.

    One that is being sent now, or was, is not tried again after `at`.
    """
    of_them = "id IN (SELECT outbox_id FROM bulletin WHERE cycle_id = ? AND recipient_id = ? AND channel = ?)"
    tx.run(
        f"UPDATE outbox SET expires_at = ? WHERE state IN ('leased', 'sent') AND {of_them}",  # noqa: S608
        to_micros(at),
        cycle,
        recipient,
        channel,
    )
    return tx.run(
        "UPDATE outbox SET state = 'dead', error = 'superseded', recipient = NULL, content = NULL "  # noqa: S608
        f"WHERE state = 'due' AND {of_them}",
        cycle,
        recipient,
        channel,
    )
