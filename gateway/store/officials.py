"""Officials: people of the akimat, observers, auditors. Of tokens and passwords only hashes are kept."""

import hashlib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.errors import NotNow, NotThere, Taken, Unfit
from gateway.keys import Randomness
from gateway.store import audit
from gateway.store.engine import Tx
from gateway.store.tables import OfficialAreaRow, OfficialRow
from gateway.store.types import to_micros

TOKEN = 32  # random bytes
COLUMNS = "id, name, role, everywhere, language"


class Role(StrEnum):
    """What an official may do: gateway.pages.console.rights has the table."""

    ADMINISTRATOR = "administrator"  # everything but the akim's approval
    AKIM = "akim"  # approves opening, early closing, extension, certification
    CLERK = "clerk"  # cycles, rolls, proposals, paper
    OBSERVER = "observer"  # reads totals
    AUDITOR = "auditor"  # reads the audit log


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who signs in."""

    id: int
    name: str
    role: Role
    areas: frozenset[int] | None  # ids; None: the whole gateway
    language: str = ""  # of the console; '' = the browser's


def appoint(
    tx: Tx, official: tuple[str, Role], at: datetime, randomness: Randomness, areas: Collection[int] | None = None
) -> str:
    """A new official, by name and role; the bearer token, shown once. `areas`: ids; None: the whole gateway.

    Raises Taken, Unfit.
    """
    name, role = _fit(official[0]), official[1]
    if areas is not None and not areas:
        raise Unfit(f"{name} needs an area, or the whole gateway", "no_area", name=name)
    _check_free(tx, name)
    token = randomness(TOKEN).hex()
    row = OfficialRow(name=name, role=role, everywhere=areas is None, token_hash=digest(token), created_at=at)
    tx.session.add(row)
    tx.session.flush()
    tx.session.add_all(OfficialAreaRow(official_id=row.id or 0, area_id=area) for area in set(areas or ()))
    tx.session.flush()
    return token


def renew(tx: Tx, name: str, randomness: Randomness) -> str:
    """A new token for an official; the old one opens nothing. Raises NotThere."""
    token = randomness(TOKEN).hex()
    if not tx.run("UPDATE official SET token_hash = ? WHERE name = ? AND left_at IS NULL", digest(token), name):
        raise NotThere(f"there is no official named {name!r}", "no_official", name=name)
    return token


def by_token(tx: Tx, token: str) -> Official | None:
    """Whose token this is. The look-up is by hash, so its time tells nothing of a token."""
    sql = f"SELECT {COLUMNS} FROM official WHERE token_hash = ? AND left_at IS NULL"  # noqa: S608 - our own columns
    row = tx.row(sql, digest(token))
    return None if row is None else _official(tx, row)


def by_id(tx: Tx, official: int) -> Official:
    """The official in this row, if still in office. Raises NotThere."""
    sql = f"SELECT {COLUMNS} FROM official WHERE id = ? AND left_at IS NULL"  # noqa: S608 - our own columns
    row = tx.row(sql, official)
    if row is None:
        raise NotThere(f"there is no official in row {official}", "no_official", name=official)
    return _official(tx, row)


def by_name(tx: Tx, name: str) -> Official | None:
    """Who has this name, however it is spaced and capitalised."""
    wanted = folded(name)
    return next((official for official in every(tx) if folded(official.name) == wanted), None)


def every(tx: Tx) -> tuple[Official, ...]:
    """All officials in office, the first one first."""
    sql = f"SELECT {COLUMNS} FROM official WHERE left_at IS NULL ORDER BY id"  # noqa: S608 - our own columns
    return tuple(_official(tx, row) for row in tx.rows(sql))


def names(tx: Tx) -> dict[int, str]:
    """Id -> name of all who ever were officials."""
    return {row[0]: row[1] for row in tx.rows("SELECT id, name FROM official")}


def dismiss(tx: Tx, official: int, at: datetime) -> None:
    """Nothing opens for this official any more; the name stays in the log. Raises NotThere, NotNow (the last one)."""
    found = by_id(tx, official)
    others = [one for one in every(tx) if one.role is Role.ADMINISTRATOR and one.areas is None and one.id != official]
    if found.role is Role.ADMINISTRATOR and not others:
        raise NotNow(f"{found.name} is the only administrator: appoint another one first", "last_administrator")
    tx.run("UPDATE official SET left_at = ?, token_hash = '', password_hash = '' WHERE id = ?", to_micros(at), official)
    for table in ("console_session", "invitation"):
        tx.run(f"DELETE FROM {table} WHERE official_id = ?", official)  # noqa: S608 - our own tables


def rename(tx: Tx, official: int, name: str) -> None:
    """Another name, from now on in the log. Raises Taken, Unfit."""
    name = _fit(name)
    if name != by_id(tx, official).name:
        _check_free(tx, name, but=official)
        tx.run("UPDATE official SET name = ? WHERE id = ?", name, official)


def set_language(tx: Tx, official: int, language: str) -> None:
    """The console's language for this official."""
    tx.run("UPDATE official SET language = ? WHERE id = ?", language, official)


def set_password(tx: Tx, official: int, password_hash: str) -> None:
    """Keep the hash of a password that was chosen."""
    tx.run("UPDATE official SET password_hash = ? WHERE id = ?", password_hash, official)


def password_hash(tx: Tx, official: int) -> str:
    """'' if none was chosen yet."""
    row = tx.row("SELECT password_hash FROM official WHERE id = ?", official)
    return "" if row is None else str(row[0])


def unclaimed(tx: Tx) -> bool:
    """Has no administrator chosen a password yet? Then whoever starts the gateway is shown a link."""
    sql = "SELECT 1 FROM official WHERE role = ? AND password_hash <> '' AND left_at IS NULL"
    return tx.row(sql, Role.ADMINISTRATOR) is None


def folded(name: str) -> str:
    """A name as it is compared: `айгүл  сейіт` is Айгүл Сейіт."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def digest(token: str) -> str:
    """What is kept of a token: SHA-256, 64 hex digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _fit(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise Unfit("an official needs a name", "name_needed")
    if audit.PHONE.search(name):
        raise Unfit("a phone number is no name: names stand in the audit log", "name_is_phone")
    return name


def _check_free(tx: Tx, name: str, but: int = 0) -> None:
    if any(folded(taken) == folded(name) for official, taken in names(tx).items() if official != but):
        raise Taken(f"there is an official named {name!r} already", "official_taken", name=name)


def _official(tx: Tx, row: tuple[int, str, str, bool, str]) -> Official:
    official, name, role, everywhere, language = row
    if everywhere:
        return Official(official, name, Role(role), None, language)
    rows = tx.rows("SELECT area_id FROM official_area WHERE official_id = ?", official)
    return Official(official, name, Role(role), frozenset(area for (area,) in rows), language)
