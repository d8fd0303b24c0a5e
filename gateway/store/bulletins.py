"""The archive of daily tallies, and exactly one bulletin per cycle, slot, recipient and channel: by primary key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.store.engine import Tx
from gateway.store.outbox import born
from gateway.store.types import from_micros, to_json, to_micros

TRIALS_A_DAY = 5  # to one recipient


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to a recipient of tallies, and what became of it."""

    cycle: int  # 0: a test message
    slot: str  # the local date, 'final'; '' of a test
    at: datetime  # when it was put in
    state: str  # of the outbox
    error: str


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


def sent(tx: Tx, recipient: int, days: Sequence[str] = (), limit: int = 20) -> tuple[Sent, ...]:
    """The newest bulletins for a recipient, and the test messages of these days (ISO), the newest first."""
    tallies = tx.rows(
        "SELECT o.id, o.state, o.error, b.cycle_id, b.slot FROM bulletin b JOIN outbox o ON o.id = b.outbox_id "
        "WHERE b.recipient_id = ? ORDER BY o.id DESC LIMIT ?",
        recipient,
        limit,
    )
    keys = [trial_key(recipient, day, no) for day in days for no in range(1, TRIALS_A_DAY + 1)]
    marks = ", ".join("?" * len(keys))
    asked = f"SELECT id, state, error, 0, '' FROM outbox WHERE dedupe IN ({marks})"  # noqa: S608 - marks only
    tests = tx.rows(asked, *keys) if keys else []
    newest = sorted([*tallies, *tests], reverse=True)[:limit]
    return tuple(Sent(cycle, slot, born(message), state, error) for message, state, error, cycle, slot in newest)


def trial_key(recipient: int, day: str, no: int) -> str:
    """The dedupe key of a day's `no`th test message, from 1."""
    return f"trial|{recipient}|{day}|{no}"


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
