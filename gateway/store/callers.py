"""Who calls: all that one look into the database tells before anything is decided."""

from dataclasses import dataclass

from gateway.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Greeting:
    """One row for one message: kept to a single statement, since every message pays for it."""

    catalogue: int  # its version now
    seen: bool  # this message was taken before
    language: str | None  # remembered for this phone
    stopped: bool  # it refused announcements


_GREET = """
SELECT (SELECT value FROM gateway_state WHERE key = 'catalogue'),
       EXISTS (SELECT 1 FROM inbox WHERE key = ?),
       (SELECT language FROM phone WHERE phone_tag = ?),
       (SELECT stopped FROM phone WHERE phone_tag = ?)"""


def greet(tx: Tx, phone_tag: bytes, message: bytes = b"") -> Greeting:
    """`message`: inbox.key_of an SMS; a USSD turn has none."""
    row = tx.row(_GREET, message, phone_tag, phone_tag)
    assert row is not None
    return Greeting(int(row[0] or 0), bool(row[1]), row[2] or None, bool(row[3]))


def areas_of(tx: Tx, round_id: int, tag: bytes) -> tuple[int, ...]:
    """Ids of the areas whose roll this tag is on."""
    rows = tx.rows("SELECT area_id FROM roll WHERE round_id = ? AND tag = ?", round_id, tag)
    return tuple(area for (area,) in rows)
