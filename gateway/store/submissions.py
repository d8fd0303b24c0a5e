"""Forms of the console that were acted upon: the same form sent twice is answered twice and does nothing twice."""

import json
from datetime import datetime, timedelta
from typing import Any

from gateway.store.engine import Tx
from gateway.store.types import to_json, to_micros

FORGOTTEN = timedelta(days=2)  # longer than a session sleeps


def claim(tx: Tx, nonce: str, at: datetime) -> dict[str, Any] | None:
    """The answer of the first time; None if this is the first time (the second one waits for its end)."""
    tx.run("DELETE FROM submission WHERE at <= ?", to_micros(at - FORGOTTEN))
    sql = "INSERT INTO submission (nonce, answer, at) VALUES (?, '{}', ?) ON CONFLICT (nonce) DO NOTHING"
    if tx.run(sql, nonce, to_micros(at)):
        return None
    row = tx.row("SELECT answer FROM submission WHERE nonce = ?", nonce)
    return {} if row is None else dict(json.loads(row[0]))


def answer(tx: Tx, nonce: str, told: dict[str, Any]) -> None:
    """Keep what the first time was answered."""
    tx.run("UPDATE submission SET answer = ? WHERE nonce = ?", to_json(told), nonce)
