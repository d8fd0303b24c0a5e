"""Small facts of this gateway: which one it is, the version of its catalogue, the highest clock seen.

Driver SQL, so that the path of a vote may ask too.
"""

from datetime import datetime

from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros

INSTANCE = "instance"
CATALOGUE = "catalogue"
CLOCK = "clock"
CLOCK_ACTS = "clock acts"
DOUBT = "clock doubt"  # gateway/timekeeping.py
ADDRESS = "address"  # where the gateway was last told to listen
BACKUP = "backup"  # when the last backup was made, ISO
TAKEN = "taken"  # in a backup: when it was made, ISO
EPOCH = "epoch"  # how often this database was restored, and one
EXPORTED = "keys exported"  # when, ISO
EXPORTED_KEYS = "keys in the export"  # names of files, with commas between

_PUT = "INSERT INTO gateway_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_BUMP = """
INSERT INTO gateway_state (key, value) VALUES (?, '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(gateway_state.value AS BIGINT) + 1 AS TEXT)"""


def get(tx: Tx, key: str) -> str | None:
    """The fact under `key`, if it was ever put."""
    found = tx.row("SELECT value FROM gateway_state WHERE key = ?", key)
    return None if found is None else str(found[0])


def put(tx: Tx, key: str, value: str) -> None:
    """Remember `value` under `key`."""
    tx.run(_PUT, key, value)


def instance(tx: Tx) -> str:
    """Which gateway this is: 32 hex digits, made once."""
    return get(tx, INSTANCE) or ""


def catalogue_version(tx: Tx) -> int:
    """How often what is published has changed."""
    return int(get(tx, CATALOGUE) or 0)


def bump_catalogue(tx: Tx) -> int:
    """Something published has changed: every serving process reads it again before the next hook. The new version."""
    tx.run(_BUMP, CATALOGUE)
    return catalogue_version(tx)


def highest_seen(tx: Tx) -> datetime | None:
    """The latest instant that this gateway has seen."""
    found = get(tx, CLOCK)
    return None if found is None else from_micros(int(found))


def see(tx: Tx, at: datetime) -> None:
    """Raise the highest instant seen; an earlier one changes nothing."""
    seen = highest_seen(tx)
    if seen is None or at > seen:
        reset_clock(tx, at)


def reset_clock(tx: Tx, at: datetime) -> None:
    """Set the highest instant seen, also back: an official's audited act."""
    put(tx, CLOCK, str(to_micros(at)))


def clock_acts(tx: Tx) -> int:
    """How often an official has set right what the gateway believes of its clock."""
    return int(get(tx, CLOCK_ACTS) or 0)


def count_clock_act(tx: Tx) -> None:
    """An official has: every process that is in doubt looks for it."""
    tx.run(_BUMP, CLOCK_ACTS)
