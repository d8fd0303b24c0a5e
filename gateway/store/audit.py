"""The audit log: acts of officials and of the box, hash-chained, each head signed. Never a line per vote.

An entry is {"seq", "at" (ISO 8601, UTC), "actor", "act", "facts"}; its hash is ballots.ledger.append(previous, entry);
its signature is Ed25519 over the hash's 64 hex digits in ASCII.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature

from ballots import ledger
from gateway.errors import Unfit
from gateway.keys import Keyring
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_json, to_micros

OPERATOR = "operator"  # whoever types commands at the box: one person's act
LOCK = -1  # advisory lock on PostgreSQL: entries follow each other, whoever writes them
PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?7|8|007)[\s-]?7\d\d[\s-]?\d{3}[\s-]?\d\d[\s-]?\d\d(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash; 0 and GENESIS of an empty log."""

    seq: int
    hash: str  # 64 lower-case hex digits


@dataclass(frozen=True, slots=True)
class Signed:
    """One entry with its link and the signature of its hash."""

    link: ledger.Link
    signature: str  # 128 lower-case hex digits


def record(tx: Tx, keys: Keyring, at: datetime, actor: str, act: str, /, **facts: Any) -> Head:
    """Append an act. Facts are whole numbers, words and lists of them: never a phone number, never a choice.

    Raises Unfit if a fact looks like a phone number.
    """
    if PHONE.search(actor) or PHONE.search(to_json(facts)):
        raise Unfit(f"a phone number has no place in the audit log ({act}): leave it out")
    if tx.postgresql:
        tx.run(f"SELECT pg_advisory_xact_lock({LOCK:d})")
    last = head(tx)
    entry = _entry(last.seq + 1, to_micros(at), actor, act, facts)
    hashed = ledger.append(last.hash, entry)
    tx.run(
        "INSERT INTO audit (seq, at, actor, act, facts, previous, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        last.seq + 1,
        to_micros(at),
        actor,
        act,
        to_json(facts),
        last.hash,
        hashed,
        keys.sign(hashed.encode()),
    )
    return Head(last.seq + 1, hashed)


def head(tx: Tx) -> Head:
    """Where the log ends now."""
    row = tx.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return Head(0, ledger.GENESIS) if row is None else Head(row[0], row[1])


def entries(tx: Tx) -> Iterator[Signed]:
    """All entries, the oldest first; not verified."""
    for seq, at, actor, act, facts, hashed, signature in tx.rows(
        "SELECT seq, at, actor, act, facts, hash, signature FROM audit ORDER BY seq"
    ):
        yield Signed(ledger.Link(_entry(seq, at, actor, act, json.loads(facts)), hashed), signature)


def verify(tx: Tx, keys: Keyring) -> int | None:
    """The number of the first entry whose place, hash or signature is wrong; None if the log holds."""
    previous = ledger.GENESIS
    for number, signed in enumerate(entries(tx), 1):
        if signed.link.entry["seq"] != number or signed.link.hash != ledger.append(previous, signed.link.entry):
            return number
        try:
            keys.signing.public_key().verify(bytes.fromhex(signed.signature), signed.link.hash.encode())
        except (InvalidSignature, ValueError):
            return number
        previous = signed.link.hash
    return None


def _entry(seq: int, at: int, actor: str, act: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"seq": seq, "at": from_micros(at).isoformat(), "actor": actor, "act": act, "facts": facts}
