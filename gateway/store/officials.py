"""Officials: people of the akimat, observers, auditors; each with a bearer token of which only a hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import select

from gateway.errors import NotThere, Taken, Unfit
from gateway.keys import Randomness
from gateway.store import audit
from gateway.store.engine import Tx
from gateway.store.tables import OfficialRow

TOKEN = 32  # random bytes


class Role(StrEnum):
    """What an official may do."""

    ADMINISTRATOR = "administrator"  # everything
    AKIM = "akim"  # opens, extends, certifies
    CLERK = "clerk"  # rolls, proposals, paper
    OBSERVER = "observer"  # reads totals
    AUDITOR = "auditor"  # reads everything that is no secret


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who signs in."""

    id: int
    name: str
    role: Role
    area_id: int | None  # None: the whole gateway


def appoint(
    tx: Tx, official: tuple[str, Role], at: datetime, randomness: Randomness, area_id: int | None = None
) -> str:
    """A new official, by name and role; the bearer token, shown once. Raises Taken, Unfit."""
    name, role = official
    if not name.strip():
        raise Unfit("an official needs a name")
    if audit.PHONE.search(name):
        raise Unfit("a phone number is no name: names stand in the audit log")
    if tx.row("SELECT 1 FROM official WHERE name = ?", name):
        raise Taken(f"there is an official named {name!r} already")
    token = randomness(TOKEN).hex()
    tx.session.add(OfficialRow(name=name, role=role, area_id=area_id, token_hash=_hash(token), created_at=at))
    tx.session.flush()
    return token


def renew(tx: Tx, name: str, randomness: Randomness) -> str:
    """A new token for an official; the old one opens nothing. Raises NotThere."""
    token = randomness(TOKEN).hex()
    if not tx.run("UPDATE official SET token_hash = ? WHERE name = ?", _hash(token), name):
        raise NotThere(f"there is no official named {name!r}")
    return token


def by_token(tx: Tx, token: str) -> Official | None:
    """Whose token this is. The look-up is by hash, so its time tells nothing of a token."""
    row = tx.row("SELECT id, name, role, area_id FROM official WHERE token_hash = ?", _hash(token))
    return None if row is None else Official(row[0], row[1], Role(row[2]), row[3])


def every(tx: Tx) -> tuple[Official, ...]:
    """All officials, the first one first."""
    rows = tx.session.exec(select(OfficialRow).order_by(OfficialRow.id))  # type: ignore[arg-type]
    return tuple(Official(row.id or 0, row.name, Role(row.role), row.area_id) for row in rows)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
