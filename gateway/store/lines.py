"""Which lines out are down, why and since when: a banner for officials, known to all processes and after a restart.

The rows lie in gateway_state: `account:<line>` is the reason ('' = it works), `since:<line>` the first refusal.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.store import states
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros

_REASON, _SINCE = "account:", "since:"


@dataclass(frozen=True, slots=True)
class Down:
    """A line that takes no messages."""

    line: str  # the provider of outbox rows
    reason: str  # as the provider, or its silence, says
    since: datetime


def down(tx: Tx, line: str, reason: str, at: datetime) -> None:
    """It takes no messages, for this reason now; since when is kept."""
    states.put(tx, _REASON + line, reason)
    tx.run(
        "INSERT INTO gateway_state (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING", _SINCE + line, str(to_micros(at))
    )


def up(tx: Tx, line: str) -> None:
    """It works, or somebody wants it to be tried now."""
    states.put(tx, _REASON + line, "")
    tx.run("DELETE FROM gateway_state WHERE key = ?", _SINCE + line)


def of(tx: Tx, line: str) -> Down | None:
    """None if the line works, as far as anybody knows."""
    since = states.get(tx, _SINCE + line)
    return None if since is None else Down(line, states.get(tx, _REASON + line) or "", from_micros(int(since)))


def every(tx: Tx) -> tuple[Down, ...]:
    """All lines that are down, by name."""
    keys = tx.rows("SELECT key FROM gateway_state WHERE substr(key, 1, 6) = ? ORDER BY key", _SINCE)
    found = (of(tx, key.removeprefix(_SINCE)) for (key,) in keys)
    return tuple(down for down in found if down is not None)
