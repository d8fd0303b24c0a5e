"""Browsers that are signed in to the console: random tokens, of which only hashes are kept, to be revoked any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.keys import Randomness
from gateway.store.engine import Tx
from gateway.store.officials import digest
from gateway.store.types import from_micros, to_micros

TOKEN = 32  # random bytes
IDLE = timedelta(hours=12)  # without a look it ends
LONGEST = timedelta(days=7)  # even if looked at all the time
NOTED = timedelta(minutes=5)  # a look is written down so often at most
BROWSER = 200  # characters kept of its name


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one official."""

    id: int
    official: int
    browser: str  # its User-Agent, shortened
    began_at: datetime
    seen_at: datetime


def begin(tx: Tx, official: int, browser: str, at: datetime, randomness: Randomness) -> str:
    """Sign a browser in; its token. Sessions that have ended are forgotten."""
    token = randomness(TOKEN).hex()
    tx.run(
        "DELETE FROM console_session WHERE seen_at <= ? OR began_at <= ?",
        to_micros(at - IDLE),
        to_micros(at - LONGEST),
    )
    tx.run(
        "INSERT INTO console_session (token_hash, official_id, browser, began_at, seen_at) VALUES (?, ?, ?, ?, ?)",
        digest(token),
        official,
        browser[:BROWSER],
        to_micros(at),
        to_micros(at),
    )
    return token


def by_token(tx: Tx, token: str, at: datetime) -> Session | None:
    """The session of this token, if it still runs."""
    sql = "SELECT id, official_id, browser, began_at, seen_at FROM console_session WHERE token_hash = ?"
    row = tx.row(sql, digest(token))
    session = None if row is None else _session(row)
    return session if session is not None and _runs(session, at) else None


def stale(session: Session, at: datetime) -> bool:
    """Is it time to write down that it was seen?"""
    return at - session.seen_at >= NOTED


def see(tx: Tx, session: int, at: datetime) -> None:
    """Write down that it was seen."""
    tx.run("UPDATE console_session SET seen_at = ? WHERE id = ?", to_micros(at), session)


def of_official(tx: Tx, official: int, at: datetime) -> tuple[Session, ...]:
    """Their sessions that run, the last seen first."""
    sql = (
        "SELECT id, official_id, browser, began_at, seen_at FROM console_session WHERE official_id = ?"
        " ORDER BY seen_at DESC, id DESC"
    )
    return tuple(session for row in tx.rows(sql, official) if _runs(session := _session(row), at))


def end(tx: Tx, session: int, official: int) -> bool:
    """End one of this official's sessions; False if there was none."""
    return tx.run("DELETE FROM console_session WHERE id = ? AND official_id = ?", session, official) == 1


def end_all(tx: Tx, official: int, but: int = 0) -> int:
    """End this official's sessions, except one; how many."""
    return tx.run("DELETE FROM console_session WHERE official_id = ? AND id <> ?", official, but)


def _runs(session: Session, at: datetime) -> bool:
    return at < session.seen_at + IDLE and at < session.began_at + LONGEST


def _session(row: tuple[int, int, str, int, int]) -> Session:
    return Session(row[0], row[1], row[2], from_micros(row[3]), from_micros(row[4]))
