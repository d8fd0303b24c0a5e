"""Which keys belong to this database: a check word of each that must be there for it to be of use."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.keys import Keyring
from gateway.store import states
from gateway.store.engine import Tx

PREFIX = "key:"
SHREDDED = "-"
"""In a check word's place: this round's key was destroyed on purpose, and is asked for no more."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the keys at hand fit; names of files."""

    missing: tuple[str, ...]  # the database needs it
    foreign: tuple[str, ...]  # it is there, but it is another database's

    @property
    def whole(self) -> bool:
        """Every key that is needed is there."""
        return not self.missing and not self.foreign


def remember(tx: Tx, keys: Keyring) -> None:
    """Keep the check words of keys that are not known yet."""
    known = needed(tx)
    for name in keys.names():
        if not known.get(name) and states.get(tx, PREFIX + name) != SHREDDED:
            states.put(tx, PREFIX + name, keys.check(name))


def needed(tx: Tx) -> dict[str, str]:
    """Name of a key file -> its check word; '' where an older version kept none."""
    rounds = [f"round-{round_id}.key" for (round_id,) in tx.rows("SELECT id FROM round ORDER BY id")]
    names = dict.fromkeys(("master.key", "signing.key", *rounds), "")
    kept = tx.rows("SELECT key, value FROM gateway_state WHERE key LIKE ?", f"{PREFIX}%")
    checks = names | {str(key).removeprefix(PREFIX): str(value) for key, value in kept}
    return {name: check for name, check in checks.items() if check != SHREDDED}


def forget_round(tx: Tx, round_id: int) -> None:
    """The key of this round is about to be destroyed."""
    states.put(tx, f"{PREFIX}round-{round_id}.key", SHREDDED)


def is_shredded(tx: Tx, round_id: int) -> bool:
    """Was the key of this round destroyed on purpose?"""
    return states.get(tx, f"{PREFIX}round-{round_id}.key") == SHREDDED


def compare(tx: Tx, held: Mapping[str, str]) -> Fit:
    """Do these keys (name -> check word) belong here?"""
    wanted = needed(tx)
    missing = tuple(name for name in wanted if name not in held)
    foreign = tuple(name for name, check in wanted.items() if check and held.get(name, check) != check)
    return Fit(missing, foreign)
