"""Slips (талон): only the tags of their numbers are kept. Driver SQL: a slip is looked up and spent on the hot path."""

from collections.abc import Sequence

from ballots import slips
from gateway.keys import Keyring, Randomness
from gateway.store import counters
from gateway.store.engine import LostRace, Tx
from handlers.messages import Slip, SlipState

TRIES = 5  # wrong numbers from one phone in a round, then the office only
ALARM = 50  # wrong numbers in one area and day, then joining pauses there
FREE, SPENT = "free", "spent"


def look(tx: Tx, keys: Keyring, round_id: int, digits: str, phone_tag: bytes) -> Slip:
    """The slip with these nine digits, as this phone may see it."""
    left = max(0, TRIES - counters.times(tx, "slip", phone_tag, str(round_id)))
    if not left:
        return Slip(SlipState.LOCKED)
    found = tx.row(
        "SELECT s.state, a.code, a.joining_paused FROM slip s JOIN area a ON a.id = s.area_id "
        "WHERE s.round_id = ? AND s.tag = ?",
        round_id,
        tag_of(keys, round_id, digits),
    )
    if found is None:
        return Slip(SlipState.UNKNOWN, tries_left=left)
    state, area, paused = found
    if state == SPENT:
        return Slip(SlipState.SPENT, area, left)
    return Slip(SlipState.LOCKED if paused else SlipState.FREE, area, left)


def bind(tx: Tx, keys: Keyring, round_id: int, digits: str, voter_tag: bytes) -> None:
    """Spend the slip and put the phone on its area's roll. Raises LostRace if it is free no longer."""
    spent = tx.row(
        "UPDATE slip SET state = 'spent' WHERE round_id = ? AND tag = ? AND state = 'free' RETURNING area_id",
        round_id,
        tag_of(keys, round_id, digits),
    )
    if spent is None:
        raise LostRace
    joined = tx.run(
        "INSERT INTO roll (round_id, tag, area_id, method) VALUES (?, ?, ?, 'slip') ON CONFLICT DO NOTHING",
        round_id,
        voter_tag,
        spent[0],
    )
    if not joined:  # on the roll since a moment ago: the slip stays free for another phone
        raise LostRace


def wrong(tx: Tx, phone_tag: bytes, area: int, round_id: int, day: str) -> tuple[int, ...]:
    """A number that admits nobody: one try less for this phone. Codes of areas where joining pauses from now on.

    A number that belongs to no slip (`area` 0) is a guess at every area that gives out slips.
    """
    counters.bump(tx, "slip", phone_tag, str(round_id))
    codes = (area,) if area else tuple(code for (code,) in tx.rows("SELECT code FROM area WHERE method = 'slip'"))
    paused = [code for code in sorted(codes) if counters.bump(tx, "slips", b"%d" % code, day) == ALARM]
    for code in paused:
        tx.run("UPDATE area SET joining_paused = ? WHERE code = ?", True, code)
    return tuple(paused)


def tag_of(keys: Keyring, round_id: int, digits: str) -> bytes:
    """The tag under which a slip is kept, and under which it votes on paper."""
    return keys.voter_tag(round_id, digits, "slip")


def draw(tx: Tx, keys: Keyring, round_id: int, count: int, randomness: Randomness) -> dict[bytes, str]:
    """Tag -> nine digits of `count` new slips, in the order of the tags; none is kept yet."""
    taken = {bytes(tag) for (tag,) in tx.rows("SELECT tag FROM slip WHERE round_id = ?", round_id)}
    drawn: dict[bytes, str] = {}
    while len(drawn) < count:
        digits = slips.make(int.from_bytes(randomness(16)) % slips.SLIPS)
        tag = tag_of(keys, round_id, digits)
        if tag not in taken:
            drawn[tag] = digits
    return dict(sorted(drawn.items()))


def keep(tx: Tx, round_id: int, area_id: int, batch: str, tags: Sequence[bytes]) -> None:
    """Free slips from now on. The area verifies by slips."""
    tx.many(
        "INSERT INTO slip (round_id, tag, area_id, batch, state) VALUES (?, ?, ?, ?, 'free')",
        [(round_id, tag, area_id, batch) for tag in tags],
    )
    tx.run("UPDATE area SET method = 'slip' WHERE id = ?", area_id)


def batch_exists(tx: Tx, round_id: int, area_id: int, batch: str) -> bool:
    """Were slips printed under this name?"""
    found = tx.row(
        "SELECT 1 FROM slip WHERE round_id = ? AND area_id = ? AND batch = ? LIMIT 1", round_id, area_id, batch
    )
    return found is not None


def how_many(tx: Tx, round_id: int, area_id: int) -> tuple[int, int]:
    """Free and spent slips of an area."""
    rows = dict(
        tx.rows("SELECT state, count(*) FROM slip WHERE round_id = ? AND area_id = ? GROUP BY state", round_id, area_id)
    )
    return rows.get(FREE, 0), rows.get(SPENT, 0)
