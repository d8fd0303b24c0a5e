"""Who calls: all that one look into the database tells before anything is decided."""

from gateway.store.engine import Tx
from handlers.values import value


@value
class Greeting:
    """One row for one message: kept to a single statement, since every message pays for it."""

    catalogue: int  # its version now
    seen: bool  # this message was taken before
    language: str | None  # remembered for this phone
    stopped: bool  # it refused announcements
    areas: tuple[int, ...]  # ids of the areas whose roll it is on in the round that was asked for


CATALOGUE = "SELECT value FROM gateway_state WHERE key = 'catalogue'"

_GREET = """
SELECT state.value, EXISTS (SELECT 1 FROM inbox WHERE key = ?), phone.language, phone.stopped, roll.area_id
FROM gateway_state state
LEFT JOIN phone ON phone.phone_tag = ?
LEFT JOIN roll ON roll.round_id = ? AND roll.tag = ?
WHERE state.key = 'catalogue'"""


def greet(tx: Tx, phone_tag: bytes, round_id: int, tag: bytes, message: bytes = b"") -> Greeting:
    """`message`: inbox.key_of an SMS; a USSD turn has none."""
    rows = tx.rows(_GREET, message, phone_tag, round_id, tag)
    version, seen, language, stopped, _ = rows[0]
    areas = tuple(area for *_, area in rows if area is not None)
    return Greeting(int(version), bool(seen), language or None, bool(stopped), areas)
