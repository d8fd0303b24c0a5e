"""Rolls: who may vote where, as keyed tags; and the sealed contacts beside them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from gateway.keys import Keyring
from gateway.store.engine import Tx

ABOUT = b"contact"


@dataclass(frozen=True, slots=True)
class Entry:
    """One phone as it is kept."""

    tag: bytes
    phone_tag: bytes
    sealed: bytes


def seal(keys: Keyring, round_id: int, phones: Iterable[str]) -> list[Entry]:
    """The phones (E.164) as they are kept, sorted by tag: order tells nothing."""
    entries = [
        Entry(keys.voter_tag(round_id, phone), keys.phone_tag(phone), keys.contacts.seal(phone.encode(), ABOUT))
        for phone in phones
    ]
    return sorted(entries, key=lambda entry: entry.tag)


def tags(tx: Tx, round_id: int, area_id: int) -> set[bytes]:
    """Who is on the roll of this very area."""
    rows = tx.rows("SELECT tag FROM roll WHERE round_id = ? AND area_id = ?", round_id, area_id)
    return {bytes(tag) for (tag,) in rows}


def add(tx: Tx, round_id: int, area_id: int, entries: Sequence[Entry]) -> None:
    """Put phones on the roll; who is there stays as it was."""
    tx.many(
        "INSERT INTO roll (round_id, tag, area_id, method) VALUES (?, ?, ?, 'roll') ON CONFLICT DO NOTHING",
        [(round_id, entry.tag, area_id) for entry in entries],
    )
    tx.many(
        "INSERT INTO contact (round_id, phone_tag, area_id, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        sorted((round_id, entry.phone_tag, area_id, entry.sealed) for entry in entries),
    )


def size(tx: Tx, round_id: int, area_ids: Collection[int]) -> int:
    """How many phones the rolls of these areas hold together, each once."""
    marks = ", ".join("?" * len(area_ids))
    row = tx.row(
        f"SELECT count(DISTINCT tag) FROM roll WHERE round_id = ? AND area_id IN ({marks})",  # noqa: S608 - marks only
        round_id,
        *area_ids,
    )
    return 0 if row is None else int(row[0])


def counts(tx: Tx, round_id: int, area_id: int) -> tuple[int, int, int]:
    """Phones on the roll of this very area, those of them that joined by a slip, and sealed contacts."""
    by_method = dict(
        tx.rows(
            "SELECT method, count(*) FROM roll WHERE round_id = ? AND area_id = ? GROUP BY method", round_id, area_id
        )
    )
    row = tx.row("SELECT count(*) FROM contact WHERE round_id = ? AND area_id = ?", round_id, area_id)
    return sum(by_method.values()), by_method.get("slip", 0), 0 if row is None else int(row[0])


def is_on(tx: Tx, round_id: int, tag: bytes, area_ids: Collection[int]) -> bool:
    """Is this tag on the roll of one of these areas?"""
    return any(area in area_ids for area in areas_of(tx, round_id, tag))


def areas_of(tx: Tx, round_id: int, tag: bytes) -> tuple[int, ...]:
    """Ids of the areas on whose roll this tag is."""
    rows = tx.rows("SELECT area_id FROM roll WHERE round_id = ? AND tag = ? ORDER BY area_id", round_id, tag)
    return tuple(area for (area,) in rows)


def contacts(tx: Tx, keys: Keyring, round_id: int, area_ids: Collection[int]) -> list[tuple[str, str]]:
    """(phone, its language or '') of everybody on these rolls who takes announcements, each once."""
    marks = ", ".join("?" * len(area_ids))
    rows = tx.rows(
        "SELECT c.phone_tag, c.sealed, coalesce(p.language, '') FROM contact c "  # noqa: S608 - marks only
        "LEFT JOIN phone p ON p.phone_tag = c.phone_tag "
        f"WHERE c.round_id = ? AND c.area_id IN ({marks}) AND NOT coalesce(p.stopped, ?) ORDER BY c.phone_tag",
        round_id,
        *area_ids,
        False,
    )
    once = {bytes(tag): (bytes(sealed), language) for tag, sealed, language in rows}
    return [(keys.contacts.open(sealed, ABOUT).decode(), language) for sealed, language in once.values()]


def erase_contact(tx: Tx, phone_tag: bytes) -> bool:
    """Forget a number on request; the phone may still vote. Was it there?"""
    return tx.run("DELETE FROM contact WHERE phone_tag = ?", phone_tag) > 0
