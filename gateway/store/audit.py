"""The audit log: acts of officials and of the box, hash-chained, each head signed. Never a line per vote.

An entry is {"seq", "at" (ISO 8601, UTC), "actor", "act", "facts"}; its hash is ballots.ledger.append(previous, entry);
its signature is Ed25519 over the hash's 64 hex digits in ASCII.
"""

import json
import re
from collections.abc import Iterator, Mapping
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
DECISIONS = ("open", "extend", "close", "certify")
"""Acts of officials on a vote."""

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it was recorded."""

    seq: int
    at: datetime
    actor: str
    act: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are wanted; what is empty or None asks for nothing."""

    actor: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None  # half-open
    before: int | None = None  # a number: only older ones


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


def find(tx: Tx, sought: Sought, most: int) -> tuple[Entry, ...]:
    """Up to `most` entries, the newest first."""
    conditions: list[tuple[str, Any]] = [
        ("actor = ?", sought.actor),
        ("act = ?", sought.act),
        ("at >= ?", None if sought.since is None else to_micros(sought.since)),
        ("at < ?", None if sought.until is None else to_micros(sought.until)),
        ("seq < ?", sought.before),
    ]
    asked = [(sql, value) for sql, value in conditions if value not in ("", None)]
    where = " AND ".join(sql for sql, _ in asked) or "1 = 1"
    sql = f"SELECT seq, at, actor, act, facts FROM audit WHERE {where} ORDER BY seq DESC LIMIT ?"  # noqa: S608
    rows = tx.rows(sql, *(value for _, value in asked), most)
    return tuple(Entry(seq, from_micros(at), actor, act, json.loads(facts)) for seq, at, actor, act, facts in rows)


def decisions(tx: Tx, poll: int) -> tuple[Entry, ...]:
    """What officials decided of a poll, in its order; an end that came by itself is no decision."""
    marks = ", ".join("?" * len(DECISIONS))
    sql = f"SELECT seq, at, actor, act, facts FROM audit WHERE act IN ({marks}) ORDER BY seq"  # noqa: S608
    rows = tx.rows(sql, *DECISIONS)
    found = (Entry(seq, from_micros(at), actor, act, json.loads(facts)) for seq, at, actor, act, facts in rows)
    return tuple(each for each in found if each.facts.get("poll") == poll and each.facts.get("early", True))


def actors(tx: Tx) -> tuple[str, ...]:
    """Everybody who has acted."""
    return tuple(actor for (actor,) in tx.rows("SELECT DISTINCT actor FROM audit ORDER BY actor"))


def acts(tx: Tx) -> tuple[str, ...]:
    """Every kind of act that there was."""
    return tuple(act for (act,) in tx.rows("SELECT DISTINCT act FROM audit ORDER BY act"))


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
