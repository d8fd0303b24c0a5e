"""The roll: a file of phone numbers becomes tags and sealed contacts, while the gateway serves."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.errors import BadSheet
from gateway.home import Home
from gateway.identity import Identity, Sender
from gateway.sheets import Record, Row, Table, table
from gateway.store import audit, rolls
from gateway.store.areas import Place

CHUNK = 1000  # rows of one transaction: well under 200 ms
ALIASES = {"телефон": "phone", "phone_number": "phone", "msisdn": "phone"}
NUMBER = re.compile(r"[+0-9][0-9\s().\-]*")
CUT = re.compile(r"(\d+(?:[.,]\d+)?)([eE]\+?\d+)")

Progress = Callable[[int], None]
"""So many more rows are done."""


class Why(StrEnum):
    """What keeps a row from being a phone."""

    MISSING = "missing"  # there is nothing in the cell
    CUT = "cut"  # the spreadsheet has made 7,70E+10 of it
    NO_MOBILE = "no-mobile"  # something else than a mobile number of the country


SENTENCES: Mapping[Why, str] = {
    Why.MISSING: "row {row}: there is no phone",
    Why.CUT: "row {row}: the spreadsheet has cut this number to {cell}: type it again in a column of text",
    Why.NO_MOBILE: "row {row}: {cell}… is not a mobile number of {country}",
}


@dataclass(frozen=True, slots=True)
class BadPhone:
    """One row that holds no phone. `cell` is never a whole number."""

    row: int  # as the spreadsheet shows it
    why: Why
    cell: str
    country: str

    def __str__(self) -> str:
        return SENTENCES[self.why].format(row=self.row, cell=self.cell, country=self.country)


@dataclass(frozen=True, slots=True)
class RollFile:
    """What a file holds."""

    phones: tuple[str, ...]  # E.164, each once
    bad: tuple[BadPhone, ...]  # rows that hold no phone
    repeated: int  # rows with a phone that stood above
    ignored: tuple[str, ...]  # columns that mean nothing here


@dataclass(frozen=True, slots=True)
class Onto:
    """Which roll grows, and by whose hand."""

    round_id: int
    place: Place
    actor: str = audit.OPERATOR


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file."""

    added: int
    already: int  # phones that were on the roll before
    repeated: int
    skipped: int
    ignored: tuple[str, ...]


def read_roll(rows: tuple[Row, ...], identity: Identity) -> RollFile:
    """The phones of a sheet with the column `phone`, or with one column without a header. Raises BadSheet."""
    found = _table(rows)
    phones: dict[str, None] = {}
    bad: list[BadPhone] = []
    repeated = 0
    for record in found.records:
        phone = _phone(record["phone"], identity)
        if not phone:
            bad.append(_why(record, identity.country))
        elif phone in phones:
            repeated += 1
        else:
            phones[phone] = None
    return RollFile(tuple(phones), tuple(bad), repeated, found.ignored)


def load_roll(home: Home, onto: Onto, file: RollFile, at: datetime, progress: Progress = lambda _done: None) -> Loaded:
    """Put the phones on a roll, in short transactions; a repetition after a crash adds the rest."""
    round_id, area_id = onto.round_id, onto.place.id
    with home.store.reading() as tx:
        known = rolls.tags(tx, round_id, area_id)
    entries = rolls.seal(home.keys, round_id, file.phones)
    new = [entry for entry in entries if entry.tag not in known]
    progress(len(entries) - len(new))
    for start in range(0, len(new), CHUNK):
        with home.store.transaction() as tx:
            rolls.add(tx, round_id, area_id, new[start : start + CHUNK])
        progress(len(new[start : start + CHUNK]))
    with home.store.transaction() as tx:
        facts = {"round": round_id, "area": onto.place.code, "added": len(new), "skipped": len(file.bad)}
        audit.record(tx, home.keys, at, onto.actor, "load roll", **facts)
    return Loaded(len(new), len(entries) - len(new), file.repeated, len(file.bad), file.ignored)


def check_all_good(bad: Sequence[object], what: str, *, skip_bad: bool) -> None:
    """Is every row good, or may bad ones be skipped? Raises BadSheet with a sentence for each of them."""
    if bad and not skip_bad:
        summary = f"{len(bad)} bad rows, so no {what} was loaded. Mend them, or skip them with --skip-bad:"
        raise BadSheet(summary, map(str, bad))


def _table(rows: tuple[Row, ...]) -> Table:
    if rows and len(rows[0].cells) == 1 and _looks_like_a_number(rows[0].cells[0]):
        return Table(tuple(Record(row.no, {"phone": row.cells[0]}) for row in rows), ("phone",), ())
    found = table(rows, ("phone",), ALIASES)
    if "phone" not in found.columns:
        there = ", ".join(cell for cell in rows[0].cells if cell) or "nothing"
        raise BadSheet(
            f"there is no column phone; the first row holds: {there[:200]}",
            phrase="no_phone_column",
            there=there[:200],
        )
    return found


def _looks_like_a_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell) is not None or CUT.fullmatch(cell) is not None


def _phone(cell: str, identity: Identity) -> str:
    digits = re.sub(r"[\s().\-\u00a0]", "", cell)
    if identity.country == "KZ" and len(digits) == 11 and digits[0] in "78":
        digits = f"+7{digits[1:]}"
    read = identity.read(digits)
    return read.phone if read.kind is Sender.PHONE else ""


def _why(record: Record, country: str) -> BadPhone:
    cell = record["phone"]
    if not cell:
        return BadPhone(record.no, Why.MISSING, "", country)
    cut = CUT.fullmatch(cell)
    if cut:
        return BadPhone(record.no, Why.CUT, f"{cut[1][:4]}{cut[2][:5]}", country)
    return BadPhone(record.no, Why.NO_MOBILE, cell[:4], country)


def lines(loaded: Loaded) -> Iterator[str]:
    """What an official is told."""
    yield f"{loaded.added} phones added, {loaded.already} were on the roll already, {loaded.repeated} rows repeated one"
    if loaded.skipped:
        yield f"{loaded.skipped} bad rows skipped"
    if loaded.ignored:
        yield f"columns ignored: {', '.join(loaded.ignored)}"
