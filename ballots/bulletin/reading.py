"""Files become a bulletin. Only bytes that writing.py would write are read: one value, one spelling."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from ballots import canonical, ledger
from ballots.bulletin import files, writing
from ballots.bulletin.files import Files
from ballots.bulletin.values import FORMAT, About, Batch, Bulletin, Day, Publish
from ballots.errors import BadBulletin, NotCanonical
from ballots.model import Choices

T = TypeVar("T")

_RECEIPTS = re.compile(r"receipts/(\d{4,})\.txt")
_BALLOTS = re.compile(r"ballots/(\d{4,})\.txt")
_WRONG_SHAPE = (KeyError, TypeError, ValueError, AttributeError)


def read(found: Files) -> Bulletin:
    """The bulletin, nothing of it verified. Raises BadBulletin, which names the file."""
    bulletin = Bulletin(
        about=_json(found, files.ABOUT, _about),
        manifest=_json(found, files.MANIFEST, _mapping),
        batches=_json(found, files.BATCHES, lambda rows: tuple(_batch(row) for row in rows)),
        receipts={no: tuple(_rows(found, name)) for no, name in _numbered(found, _RECEIPTS)},
        ballots={no: _ballots(found, name) for no, name in _numbered(found, _BALLOTS)},
        heap=tuple(map(_Choices(files.HEAP).read, _rows(found, files.HEAP))) if files.HEAP in found else (),
        tally=_json(found, files.TALLY, _mapping),
        days=_json(found, files.DAYS, lambda rows: tuple(Day(**row) for row in rows)),
        chain=_chain(found),
        signatures=tuple(_rows(found, files.AUDIT_SIGNATURES)),
        key=files.key_in(found).hex(),
    )
    for name, content in {**_facts(bulletin), **writing.ballot_files(bulletin)}.items():
        if found.get(name) != content:
            raise BadBulletin(name, f"is not in the canonical form of {FORMAT}")
    return bulletin


def _facts(bulletin: Bulletin) -> dict[str, bytes]:
    try:
        return writing.facts(bulletin)
    except _WRONG_SHAPE as error:
        raise BadBulletin(files.DAYS, f"is not as {FORMAT} says: {error!r}") from error


def _json(found: Files, name: str, shape: Callable[[Any], T]) -> T:
    try:
        return shape(canonical.read(files.content(found, name)))
    except NotCanonical as error:
        raise BadBulletin(name, str(error)) from error
    except _WRONG_SHAPE as error:
        raise BadBulletin(name, f"is not as {FORMAT} says: {error!r}") from error


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _about(value: Mapping[str, Any]) -> About:
    if value["format"] != FORMAT:
        raise ValueError(f"this verifier reads {FORMAT}; for {value['format']} take the one of its time")
    known = {field.name: value[field.name] for field in fields(About)}
    return About(
        **known
        | {
            "publish": Publish(value["publish"]),
            "opens_at": datetime.fromisoformat(value["opens_at"]),
            "closes_at": datetime.fromisoformat(value["closes_at"]),
            "withdrawn": tuple(value["withdrawn"]),
            "together": tuple(value["together"]),
        }
    )


def _batch(row: Mapping[str, Any]) -> Batch:
    batch = Batch(**row)
    for name in ("no", "size", "held_back", "unreadable"):
        if type(row[name]) is not int or row[name] < 0:
            raise ValueError(f"{name} is {row[name]!r}")
    return batch


def _chain(found: Files) -> tuple[ledger.Link, ...]:
    try:
        return ledger.read(files.content(found, files.AUDIT))
    except NotCanonical as error:
        raise BadBulletin(files.AUDIT, str(error)) from error


def _numbered(found: Files, shape: re.Pattern[str]) -> list[tuple[int, str]]:
    return [(int(match[1]), name) for name in sorted(found) if (match := shape.fullmatch(name))]


def _rows(found: Files, name: str) -> list[str]:
    try:
        rows = files.content(found, name).decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadBulletin(name, "holds something other than digits and Latin letters") from error
    if rows.pop():
        raise BadBulletin(name, "does not end in a newline")
    return rows


def _ballots(found: Files, name: str) -> tuple[tuple[str, Choices], ...]:
    choices = _Choices(name)
    parted = (row.partition(" ") for row in _rows(found, name))
    return tuple((ballot, choices.read(chosen)) for ballot, _, chosen in parted)


class _Choices:
    """Reads `3,5`; the few thousand distinct ones of a poll are read once each."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._known: dict[str, Choices] = {}

    def read(self, text: str) -> Choices:
        """The numbers. Raises BadBulletin."""
        found = self._known.get(text)
        if found is None:
            parts = text.split(",") if text else []
            if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
                raise BadBulletin(self._file, f"{text[:40]!r} is no list of numbers")
            found = self._known[text] = tuple(map(int, parts))
        return found
