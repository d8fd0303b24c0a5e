"""Messages sent and their delivery reports, which may be repeated, out of order, or faster than our own send call."""

from datetime import datetime

from gateway.store import outbox
from gateway.store.engine import Tx
from gateway.store.types import to_micros


def sent(tx: Tx, provider: str, message: int, provider_id: str, now: datetime) -> None:
    """The provider took it. A report that was faster is applied now."""
    _lock_report(tx, provider, provider_id)
    tx.run(
        "UPDATE outbox SET state = 'sent', provider_id = ?, poll_id = NULL, tag = NULL, due_at = ?, "
        "leased_until = NULL, owner = '', error = '' WHERE id = ? AND state IN ('leased', 'due')",
        provider_id,
        to_micros(now + outbox.HOPE),
        message,
    )
    _apply_early(tx, provider, provider_id, now)


def missing(tx: Tx, message: int, provider_id: str, reason: str, now: datetime) -> None:
    """It may have left. Where the id of its report is known, the report settles it, also one that was faster."""
    outbox.mark_unknown(tx, message, reason, now)
    if not provider_id:
        return
    row = tx.row("SELECT provider FROM outbox WHERE id = ?", message)
    assert row is not None
    _lock_report(tx, row[0], provider_id)
    tx.run("UPDATE outbox SET provider_id = ? WHERE id = ?", provider_id, message)
    _apply_early(tx, row[0], provider_id, now)


def report(tx: Tx, provider: str, provider_id: str, fate: str, detail: str, now: datetime) -> None:  # noqa: PLR0913, PLR0917
    """What a delivery report says; forward only. One that is faster than our own send call waits for it."""
    _lock_report(tx, provider, provider_id)
    sql = "SELECT id, state, dedupe FROM outbox WHERE provider = ? AND provider_id = ?"
    row = tx.row(sql, provider, provider_id)
    if row is None:
        tx.run(
            "INSERT INTO early_report (provider, provider_id, fate, detail, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (provider, provider_id) DO UPDATE SET fate = excluded.fate, detail = excluded.detail "
            "WHERE early_report.fate = 'under-way'",
            provider,
            provider_id,
            fate,
            detail,
            to_micros(now),
        )
        return
    message, state, dedupe = row
    if state not in {"sent", "unknown"}:
        return
    if fate == "delivered":
        outbox.mark_delivered(tx, message)
    elif fate == "dead" and dedupe is not None and state == "sent":
        tx.run(
            "UPDATE outbox SET state = 'due', due_at = ?, provider_id = NULL, error = ? WHERE id = ?",
            to_micros(now + outbox.AGAIN),
            f"undelivered: {detail}",
            message,
        )
    elif fate == "dead":
        outbox.mark_dead(tx, message, f"undelivered: {detail}")


def _apply_early(tx: Tx, provider: str, provider_id: str, now: datetime) -> None:
    early = tx.row(
        "DELETE FROM early_report WHERE provider = ? AND provider_id = ? RETURNING fate, detail", provider, provider_id
    )
    if early is not None:
        report(tx, provider, provider_id, early[0], early[1], now)


def _lock_report(tx: Tx, provider: str, provider_id: str) -> None:
    """A report and our own mark of the same message follow each other: neither misses the other."""
    if tx.postgresql:
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", f"{provider}|{provider_id}")
