"""Slips (талон): only the tags of their numbers are kept. Driver SQL: a slip is looked up and spent on the hot path."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ballots import slips
from ballots.ledger import short_head
from gateway.errors import NotNow, NotThere
from gateway.keys import Keyring, Randomness
from gateway.store import counters
from gateway.store.engine import LostRace, Tx
from handlers.messages import Slip, SlipState

MARK = 8  # characters of a mark: 40 bits
ALIKE = str.maketrans("OIL", "011")
TRIES = 5  # wrong numbers from one phone in a round, then the office only
ALARM = 50  # wrong numbers in one area and day, then joining pauses there
FREE, SPENT, VOID = "free", "spent", "void"


@dataclass(frozen=True, slots=True)
class Kept:
    """A slip as the books hold it."""

    tag: bytes
    batch: str
    state: str  # free, spent or void


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
    if state != FREE:
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


def mark_of(tag: bytes) -> str:
    """What the office keeps of a slip: `K3M9-2P7Q`. It admits nobody, and neither tag nor number can be had from it.

    The first 40 bits of SHA-256("slip mark|" and the tag), in the letters of the log's head.
    """
    short = short_head(hashlib.sha256(b"slip mark|" + tag).hexdigest())[:MARK]
    return f"{short[:4]}-{short[4:]}"


def is_mark(typed: str, tag: bytes) -> bool:
    """Does somebody mean this slip by its mark? Any case, O for 0, I or L for 1, with or without the line in it."""
    return "".join(filter(str.isalnum, typed.upper())).translate(ALIKE) == mark_of(tag).replace("-", "")


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


def find(tx: Tx, keys: Keyring, round_id: int, area_id: int, typed: str) -> Kept:
    """The slip of an area with this number, or with this mark. Raises NotThere."""
    digits = slips.parse(typed)
    wanted = None if digits is None else tag_of(keys, round_id, digits)
    rows = tx.rows("SELECT tag, batch, state FROM slip WHERE round_id = ? AND area_id = ?", round_id, area_id)
    named = [(bytes(tag), batch, state) for tag, batch, state in rows if bytes(tag) == wanted or is_mark(typed, tag)]
    if len(named) != 1:
        said = "no slip of this aul has that number or mark: look at the slip, or at what was kept of it"
        raise NotThere(said, "no_slip")
    return Kept(*named[0])


def void(tx: Tx, round_id: int, tag: bytes) -> None:
    """Nobody can use this slip any more. Raises NotNow if it was used, or is void already."""
    if not tx.run("UPDATE slip SET state = 'void' WHERE round_id = ? AND tag = ? AND state = 'free'", round_id, tag):
        raise NotNow("the slip was used or replaced before: it cannot be replaced", "slip_used")


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
