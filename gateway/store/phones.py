"""What is remembered of a phone beyond rounds: its language, and whether it refused announcements."""

from gateway.store.engine import Tx


def set_language(tx: Tx, phone_tag: bytes, language: str) -> None:
    """Remember the language of a phone."""
    tx.run(
        "INSERT INTO phone (phone_tag, language, stopped) VALUES (?, ?, ?) "
        "ON CONFLICT (phone_tag) DO UPDATE SET language = excluded.language",
        phone_tag,
        language,
        False,
    )


def stop(tx: Tx, phone_tag: bytes) -> None:
    """Send this phone no more announcements."""
    tx.run(
        "INSERT INTO phone (phone_tag, language, stopped) VALUES (?, '', ?) "
        "ON CONFLICT (phone_tag) DO UPDATE SET stopped = excluded.stopped",
        phone_tag,
        True,
    )


def stopped(tx: Tx, phone_tag: bytes) -> bool:
    """Did this phone refuse announcements?"""
    row = tx.row("SELECT stopped FROM phone WHERE phone_tag = ?", phone_tag)
    return row is not None and bool(row[0])
