"""One-time links with which an official chooses a password: at the first start, when invited, when it was forgotten.

The database holds a link's seed and its hash; the key files make the link of the seed, so that it can be shown again
until it is used, and a copy of the database alone opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.keys import Keyring, Randomness
from gateway.store import officials
from gateway.store.engine import Tx
from gateway.store.officials import Official, digest
from gateway.store.types import from_micros, to_micros

LASTS = timedelta(days=3)
SEED = 16  # random bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that still opens."""

    official: int
    token: str
    expires_at: datetime


def invite(tx: Tx, keys: Keyring, official: int, at: datetime, randomness: Randomness) -> Invitation:
    """A new link; older ones of this official open nothing any more."""
    seed = randomness(SEED).hex()
    token = keys.link_secret(seed)
    tx.run("DELETE FROM invitation WHERE official_id = ? OR expires_at <= ?", official, to_micros(at))
    tx.run(
        "INSERT INTO invitation (token_hash, seed, official_id, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        digest(token),
        seed,
        official,
        to_micros(at),
        to_micros(at + LASTS),
    )
    return Invitation(official, token, at + LASTS)


def by_token(tx: Tx, token: str, at: datetime) -> Official | None:
    """Whose link this is; None if it was used, replaced or is too old."""
    sql = "SELECT official_id FROM invitation WHERE token_hash = ? AND expires_at > ?"
    row = tx.row(sql, digest(token), to_micros(at))
    return None if row is None else officials.by_id(tx, row[0])


def use(tx: Tx, token: str) -> bool:
    """The link opens nothing any more; False if it did not before."""
    return tx.run("DELETE FROM invitation WHERE token_hash = ?", digest(token)) == 1


def of_official(tx: Tx, keys: Keyring, official: int, at: datetime) -> Invitation | None:
    """The link that waits for this official."""
    sql = "SELECT seed, expires_at FROM invitation WHERE official_id = ? AND expires_at > ?"
    row = tx.row(sql, official, to_micros(at))
    return None if row is None else Invitation(official, keys.link_secret(row[0]), from_micros(row[1]))
