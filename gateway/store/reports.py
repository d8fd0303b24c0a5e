"""Messages sent and their delivery reports, which may be repeated, out of order, or faster than our own send call.

A call that was cut off leaves a message whose id we never learned. Its report names the phone, and settles it where
nothing else can be meant (docs/decisions/0031).
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.store import outbox
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros

SLOWEST = timedelta(minutes=5)  # by then every send call has returned: a report that still waits is of another one

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


def report(  # noqa: PLR0913, PLR0917 - one row of facts
    tx: Tx,
    provider: str,
    provider_id: str,
    fate: str,
    detail: str,
    now: datetime,
    phone_tag: bytes | None = None,
) -> None:
    """What a delivery report says; forward only. One that is faster than our own send call waits for it."""
    _lock_report(tx, provider, provider_id)
    sql = "SELECT id, state, dedupe, tries FROM outbox WHERE provider = ? AND provider_id = ?"
    row = tx.row(sql, provider, provider_id)
    if row is None:
        tx.run(
            "INSERT INTO early_report (provider, provider_id, fate, detail, at, phone_tag) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (provider, provider_id) DO UPDATE SET fate = excluded.fate, detail = excluded.detail "
            "WHERE early_report.fate = 'under-way'",
            provider,
            provider_id,
            fate,
            detail,
            to_micros(now),
            phone_tag,
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


def _apply_early(tx: Tx, provider: str, provider_id: str, now: datetime) -> None:
    early = tx.row(
        "DELETE FROM early_report WHERE provider = ? AND provider_id = ? RETURNING fate, detail", provider, provider_id
    )
    if early is not None:
        report(tx, provider, provider_id, early[0], early[1], now)


def settle(tx: Tx, now: datetime, tag_of: Callable[[bytes], bytes | None]) -> int:
    """Messages of unknown outcome get the fate of the one report that can only be theirs; how many.

    `tag_of` reads the phone tag of a sealed recipient, None if nobody can. One report and one message of the provider
    and the phone: where there are more of either, nobody knows which is whose, and they stay as they are.
    """
    unknown = _unknown(tx, tag_of)
    if not unknown:  # as on most days: somebody else's reports need not be read
        return 0
    waiting = tx.rows(
        "SELECT provider, provider_id, fate, detail, phone_tag, at FROM early_report "
        "WHERE phone_tag IS NOT NULL AND fate <> 'under-way' AND at <= ?",
        to_micros(now - SLOWEST),
    )
    reports = Counter((provider, bytes(tag)) for provider, _, _, _, tag, _ in waiting)
    settled = 0
    for provider, provider_id, fate, detail, tag, at in waiting:
        about = provider, bytes(tag)
        messages = unknown.get(about, [])
        if reports[about] != 1 or len(messages) != 1:
            continue
        message, cut_off = messages[0]
        if from_micros(at) < cut_off - SLOWEST:  # it tells of something that was sent before
            continue
        if fate == "delivered":
            outbox.mark_delivered(tx, message)
        else:
            outbox.mark_dead(tx, message, f"undelivered: {detail}")
        tx.run("DELETE FROM early_report WHERE provider = ? AND provider_id = ?", provider, provider_id)
        settled += 1
    return settled


def _unknown(tx: Tx, tag_of: Callable[[bytes], bytes | None]) -> dict[tuple[str, bytes], list[tuple[int, datetime]]]:
    """By provider and phone tag: id and instant of calls that were cut off, whose message has no id of the provider."""
    found: dict[tuple[str, bytes], list[tuple[int, datetime]]] = {}
    rows = tx.rows(
        "SELECT id, provider, recipient, due_at FROM outbox "
        "WHERE state = 'unknown' AND provider_id IS NULL AND recipient IS NOT NULL"
    )
    for message, provider, recipient, hope in rows:
        tag = tag_of(bytes(recipient))
        if tag is not None:
            found.setdefault((provider, tag), []).append((message, from_micros(hope) - outbox.HOPE))
    return found


def _lock_report(tx: Tx, provider: str, provider_id: str) -> None:
    """A report and our own mark of the same message follow each other: neither misses the other."""
    if tx.postgresql:
        tx.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", f"{provider}|{provider_id}")
