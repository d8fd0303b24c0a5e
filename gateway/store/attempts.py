"""Wrong passwords: each next one, of an account or from an address, waits longer. A thousand guesses in an hour are
twenty at most that were looked at."""

import hashlib
from datetime import datetime, timedelta

from gateway.store.engine import Tx
from gateway.store.officials import folded
from gateway.store.types import from_micros, to_micros

FORGOTTEN = timedelta(days=1)  # after it nothing is held against anybody
FREE = {"name": 4, "address": 9}  # wrong ones before the first wait: an office shares one address
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)


def begin(tx: Tx, name: str, address: str, at: datetime) -> datetime | None:
    """Count an attempt as wrong before it is looked at; the instant to wait for if it must not be looked at now.

    Whoever sends many at once gains nothing: each is counted first.
    """
    tx.run("DELETE FROM sign_in_attempt WHERE at <= ?", to_micros(at - FORGOTTEN))
    keys = {"name": _key("name", folded(name)), "address": _key("address", address)}
    waits = [until for key in keys.values() if (until := _until(tx, key)) > at]
    if waits:
        return max(waits)
    for kind, key in keys.items():
        _count(tx, key, FREE[kind], at)
    return None


def succeed(tx: Tx, name: str, address: str) -> None:
    """The password was right: the account starts anew, and this one is taken off the address."""
    tx.run("DELETE FROM sign_in_attempt WHERE key = ?", _key("name", folded(name)))
    tx.run(
        "UPDATE sign_in_attempt SET failures = failures - 1, until = at WHERE key = ? AND failures > 0",
        _key("address", address),
    )


def _until(tx: Tx, key: str) -> datetime:
    row = tx.row("SELECT until FROM sign_in_attempt WHERE key = ?", key)
    return from_micros(0 if row is None else row[0])


def _count(tx: Tx, key: str, free: int, at: datetime) -> None:
    row = tx.row(
        "INSERT INTO sign_in_attempt (key, failures, at, until) VALUES (?, 1, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET failures = sign_in_attempt.failures + 1, at = excluded.at RETURNING failures",
        key,
        to_micros(at),
        to_micros(at),
    )
    failures = 0 if row is None else int(row[0])
    tx.run("UPDATE sign_in_attempt SET until = ? WHERE key = ?", to_micros(at + _wait(failures - free)), key)


def _wait(beyond: int) -> timedelta:
    """30 s, 1 min, 2 min … 30 min."""
    return timedelta(0) if beyond <= 0 else min(LONGEST, FIRST * 2 ** min(beyond - 1, 10))


def _key(kind: str, who: str) -> str:
    return f"{kind} {hashlib.sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
