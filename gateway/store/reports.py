"""Messages sent and their delivery reports, which may be repeated, out of order, or faster than our own send call."""

from datetime import datetime, timedelta

from gateway.store import outbox
from gateway.store.engine import Tx
from gateway.store.types import to_micros

UNSENT = timedelta(minutes=2)  # before a message that never left is tried again; then twice as long each time


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
    early = tx.row(
        "DELETE FROM early_report WHERE provider = ? AND provider_id = ? RETURNING fate, detail", provider, provider_id
    )
    if early is not None:
        report(tx, provider, provider_id, early[0], early[1], now)


def report(tx: Tx, provider: str, provider_id: str, fate: str, detail: str, now: datetime) -> None:  # noqa: PLR0913, PLR0917
    """What a delivery report says; forward only. One that is faster than our own send call waits for it."""
    _lock_report(tx, provider, provider_id)
    sql = "SELECT id, state, dedupe, tries FROM outbox WHERE provider = ? AND provider_id = ?"
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
    message, state, dedupe, tries = row
    if state not in {"sent", "unknown"}:
        return
    if fate == "delivered":
        outbox.mark_delivered(tx, message)
    elif fate == "unsent":
        tx.run(
            "UPDATE outbox SET state = 'due', due_at = ?, provider_id = NULL, error = ? "
            "WHERE id = ? AND recipient IS NOT NULL",
            to_micros(now + min(outbox.AGAIN, UNSENT * 2 ** min(tries - 1, 9))),
            f"unsent: {detail}",
            message,
        )
    elif fate == "dead" and dedupe is not None and state == "sent":
        tx.run(
            "UPDATE outbox SET state = 'due', due_at = ?, provider_id = NULL, error = ? WHERE id = ?",
            to_micros(now + outbox.AGAIN),
            f"undelivered: {detail}",
            message,
        )
    elif fate == "dead":
        outbox.mark_dead(tx, message, f"undelivered: {detail}")


def _lock_report(tx: Tx, provider: str, provider_id: str) -> None:
    """A report and our own mark of the same message follow each other: neither misses the other."""
    if tx.postgresql:
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", f"{provider}|{provider_id}")
