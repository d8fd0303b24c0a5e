"""Who calls: all that one look into the database tells before anything is decided."""

from typing import NamedTuple

from gateway.store.engine import Tx


class Greeting(NamedTuple):
    """One row for one message: kept to a single statement, since every message pays for it."""

    catalogue: int  # its version now
    language: str | None  # remembered for this phone
    stopped: bool  # it refused announcements
    areas: tuple[int, ...]  # ids of the areas whose roll it is on in the round that was asked for


_GREET = """
SELECT state.value, phone.language, phone.stopped, roll.area_id
FROM gateway_state state
LEFT JOIN phone ON phone.phone_tag = ?
LEFT JOIN roll ON roll.round_id = ? AND roll.tag = ?
WHERE state.key = 'catalogue'"""


def greet(tx: Tx, phone_tag: bytes, round_id: int, tag: bytes) -> Greeting:
    """Who calls, by the two tags of a phone."""
    rows = tx.rows(_GREET, phone_tag, round_id, tag)
    version, language, stopped, area = rows[0]
    areas = () if area is None else (area,) if len(rows) == 1 else tuple(row[3] for row in rows)
    return Greeting(int(version), language or None, bool(stopped), areas)
