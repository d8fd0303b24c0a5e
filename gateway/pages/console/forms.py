"""What a form sent: read in the reader's language, everything that is wrong told at once, at its place."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MOST_FIELDS, MOST_FILES = 2000, 4
MOST_BYTES = 12 * 2**20  # of a form with its files
MOST_LETTERS = 2**16  # of one field

Word = TypeVar("Word", bound=StrEnum)


class TooLarge(Exception):  # noqa: N818
    """The form is larger than MOST_BYTES, or does not say how large it is."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields and files as they were sent; control characters are gone."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def get(self, name: str, missing: str = "") -> str:
        """The field's value, the last one if it came twice."""
        return (self.fields.get(name) or (missing,))[-1]

    def all(self, name: str) -> Sequence[str]:
        """All values of a field, as of several checkboxes."""
        return self.fields.get(name, ())

    @property
    def sent(self) -> bool:
        """Was there a form at all?"""
        return bool(self.fields or self.files)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field that cannot be taken: the sentence that says why."""

    phrase: str  # in the page's texts, or common.toml
    facts: Mapping[str, object]


class WrongFields(Exception):  # noqa: N818
    """Fields that cannot be taken, by their names; the page is shown again with what was typed."""

    def __init__(self, wrongs: Mapping[str, Wrong]) -> None:
        super().__init__(", ".join(wrongs))
        self.wrongs = wrongs


def wrong(name: str, phrase: str, /, **facts: object) -> WrongFields:
    """One wrong field, to be raised."""
    return WrongFields({name: Wrong(phrase, facts)})


class Reading:
    """Reads fields one after the other and remembers all that is wrong; `done` tells it."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._wrongs: dict[str, Wrong] = {}

    def text(self, name: str, *, most: int = 200, needed: bool = True) -> str:
        """Trimmed, NFC; '' if it is not needed and not there."""
        text = unicodedata.normalize("NFC", self._form.get(name)).strip()
        if needed and not text:
            self.refuse(name, "wrong.needed")
        elif len(text) > most:
            self.refuse(name, "wrong.long", most=most, length=len(text))
        return text

    def whole(self, name: str, *, least: int = 0, most: int = 10**12, needed: bool = True) -> int:
        """A whole number, however its thousands are spaced; `least` if it is wrong, or not needed and not there."""
        typed = "".join(self._form.get(name).replace("\u00a0", " ").split())
        if not typed and not needed:
            return least
        if not (typed.isdecimal() and len(typed) < 19):
            self.refuse(name, "wrong.number" if typed else "wrong.needed")
        elif not least <= int(typed) <= most:
            self.refuse(name, "wrong.range", least=least, most=most)
        else:
            return int(typed)
        return least

    def choice(self, name: str, words: type[Word]) -> Word:
        """One of the words; the first one if it is wrong."""
        typed = self._form.get(name)
        if typed in set(words):
            return words(typed)
        self.refuse(name, "wrong.choice")
        return next(iter(words))

    def moment(self, name: str, zone: tzinfo) -> datetime:
        """An instant from a datetime-local field, by the notice board's clock; the epoch if it is wrong."""
        try:
            return datetime.fromisoformat(self._form.get(name)).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            self.refuse(name, "wrong.moment" if self._form.get(name) else "wrong.needed")
            return datetime(1970, 1, 1, tzinfo=UTC)

    def yes(self, name: str) -> bool:
        """Is the checkbox ticked?"""
        return bool(self._form.get(name))

    def refuse(self, name: str, phrase: str, /, **facts: object) -> None:
        """Remember that a field is wrong; the first reason stays."""
        self._wrongs.setdefault(name, Wrong(phrase, facts))

    def done(self) -> None:
        """Raises WrongFields if anything was wrong."""
        if self._wrongs:
            raise WrongFields(self._wrongs)


async def read_form(request: Request) -> Form:
    """The form in the body. Raises TooLarge; a body that is no form has no fields."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise TooLarge
    sent = await _parsed(request)
    try:
        return await _kept(sent)
    finally:
        await sent.close()


async def _parsed(request: Request) -> FormData:
    """Raises HTTPException for what is cut off, has too many parts, or names no boundary."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await request.form(max_fields=MOST_FIELDS)
    limits = {"max_fields": MOST_FIELDS, "max_files": MOST_FILES, "max_part_size": 4 * MOST_LETTERS}
    try:
        return await _InMemory(request.headers, request.stream(), **limits).parse()
    except MultiPartException as error:
        raise HTTPException(400, "this is no form") from error


class _InMemory(MultiPartParser):
    """Files stay in memory: a roll that was uploaded must lie on no disk, nor in a temporary file."""

    spool_max_size = MOST_BYTES + 1


async def _kept(sent: FormData) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = Upload(value.filename, await value.read())
        else:
            fields.setdefault(name, []).append(_clean(value[:MOST_LETTERS]))
    return Form(fields, files)


def _clean(text: str) -> str:
    """Line ends as one character; no other control characters, which no form field sends and no log should hold."""
    return "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
