"""Messages already taken: (provider, id) -> outcome, so that a repeated delivery changes and says nothing."""

import hashlib

from gateway.store.engine import LostRace, Tx


def key_of(provider: str, message_id: str) -> bytes:
    """16 bytes that stand for a provider's message id, of any length and alphabet."""
    return hashlib.sha256(f"{provider}|{message_id}".encode("utf-8", "surrogatepass")).digest()[:16]


def seen(tx: Tx, key: bytes) -> bool:
    """Was this message taken before?"""
    return tx.row("SELECT 1 FROM inbox WHERE key = ?", key) is not None


def keep(tx: Tx, key: bytes, outcome: str, receipt: str) -> None:
    """Remember what became of a message. Raises LostRace if another process took it at the same instant."""
    sql = "INSERT INTO inbox (key, outcome, receipt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if not tx.run(sql, key, outcome, receipt):
        raise LostRace
