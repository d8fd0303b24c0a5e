"""Sheets that officials hand in, CSV from whatever wrote it or XLSX; and CSV that we hand out. No phones here."""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zipfile import BadZipFile, ZipFile

from gateway.errors import BadSheet

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
KAZAKH_WINDOWS = "kz1048"  # STRK1048-2002; cp1251 has no Қ
SEPARATORS = ";\t,"
MOST_ROWS = 300_000
MOST_UNPACKED = 128 * 2**20
"""Bytes of a workbook when it is unpacked: a sheet of MOST_ROWS phones has a fifth of it."""

OLD = b"\xd0\xcf\x11\xe0"  # the container of old workbooks, and of new ones under a password
LOCKED = "EncryptedPackage".encode("utf-16-le")
DAMAGED = (BadZipFile, zlib.error, EOFError, RuntimeError, OSError, SyntaxError, LookupError, ValueError, TypeError)
"""What openpyxl, and the readers of zip and XML below it, raise over a workbook that is broken or locked."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BLANK = " \t\r\n\u00a0\u2009\u202f\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty."""

    no: int  # as the spreadsheet or the editor shows it, from 1
    cells: tuple[str, ...]  # without blanks around them


@dataclass(frozen=True, slots=True)
class Record:
    """One row under its header."""

    no: int
    cells: Mapping[str, str]  # column -> text, '' if empty or missing

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with the columns that were asked for."""

    records: tuple[Record, ...]
    columns: tuple[str, ...]  # known ones that are there
    ignored: tuple[str, ...]  # the others, as written


def read(content: bytes) -> tuple[Row, ...]:
    """The rows of a CSV or XLSX file. Raises BadSheet."""
    if content.startswith(b"PK\x03\x04"):
        rows = _xlsx(content)
    elif content.startswith(OLD) and LOCKED in content:
        raise BadSheet("this workbook has a password: save it again without one", phrase="unread_workbook")
    elif content.startswith(OLD):
        raise BadSheet("this is a workbook of the old kind (.xls): save it as .xlsx or as CSV", phrase="old_workbook")
    else:
        rows = _csv(content)
    kept: list[Row] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise BadSheet(f"more than {MOST_ROWS} rows: split the file", phrase="too_long")
        if any(row.cells):
            kept.append(Row(row.no, _without_tail(row.cells)))
    return tuple(kept)


def _without_tail(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = max(place for place, cell in enumerate(cells, 1) if cell)
    return cells[:end]


def write(rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file that Excel opens by a double click: UTF-8 with its mark, `;` between cells, no cell a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=SEPARATORS[0]).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: object) -> object:
    """The cell; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(BLANK).startswith(FORMULA) else cell


def table(rows: tuple[Row, ...], known: tuple[str, ...], aliases: Mapping[str, str] | None = None) -> Table:
    """The rows under their header, which is the first one. Columns are found whatever their case and blanks.

    Raises BadSheet for an empty sheet and for a column that stands twice.
    """
    if not rows:
        raise BadSheet("the file has no rows", phrase="no_rows")
    names = [_column(cell, aliases or {}) for cell in rows[0].cells]
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    if twice:
        raise BadSheet(
            f"the column {twice[0]} stands twice: rename one of them", phrase="column_twice", column=twice[0]
        )
    ignored = tuple(cell for cell, name in zip(rows[0].cells, names, strict=True) if cell and name not in known)
    places = {name: place for place, name in enumerate(names) if name in known}
    records = tuple(
        Record(row.no, {name: row.cells[place] for name, place in places.items() if place < len(row.cells)})
        for row in rows[1:]
    )
    return Table(records, tuple(places), ignored)


def decode(content: bytes) -> str:
    """The text of a file: by its mark, else strict UTF-8, else UTF-16 if every other byte is zero, else Kazakh Windows.

    Raises BadSheet.
    """
    encoding = next((name for mark, name in BOMS.items() if content.startswith(mark)), "")
    try:
        if encoding:
            return content.decode(encoding)
        if b"\0" in content:
            return content.decode("utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be")
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content.decode(KAZAKH_WINDOWS)
    except UnicodeDecodeError as error:
        raise BadSheet(
            "the letters of this file cannot be read: save it as CSV UTF-8", phrase="unread_letters"
        ) from error


def _csv(content: bytes) -> Iterator[Row]:
    text = decode(content)
    first, _, rest = text.partition("\n")
    note = first.strip(BLANK)
    skipped = 1 if note.lower().startswith("sep=") and len(note) == 5 else 0  # Excel's own note
    no = 1 + skipped
    try:
        separator = note[4] if skipped else _separator(text)
        reader = csv.reader(io.StringIO(rest if skipped else text, newline=""), delimiter=separator)
        for cells in reader:
            yield Row(no, tuple(cell.strip(BLANK) for cell in cells))
            no = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise BadSheet(
            f"row {no}: {error}; is a quote opened here and not closed?", phrase="open_quote", row=no
        ) from error


def _separator(text: str) -> str:
    """What stands between the cells of the first row that is not empty; ';' if it has one cell."""
    first = next((line for line in text.splitlines() if line.strip(BLANK)), "")
    cells = {separator: len(next(csv.reader([first], delimiter=separator), [])) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: cells[separator])


def _xlsx(content: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - longer to import than a CSV file takes to load
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        _check_unpacked(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for no, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield Row(no, tuple(_text(cell) for cell in cells))
        finally:
            book.close()
    except (InvalidFileException, *DAMAGED) as error:
        raise BadSheet(
            "this workbook cannot be opened: save it again as .xlsx, without a password", phrase="unread_workbook"
        ) from error


def _check_unpacked(content: bytes) -> None:
    """Raises BadSheet for a small file that becomes a very large one."""
    with ZipFile(io.BytesIO(content)) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > MOST_UNPACKED:
        raise BadSheet(f"this workbook unpacks to {unpacked >> 20} MiB: split the file", phrase="too_long")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat()
    return str(cell).strip(BLANK)


def _column(cell: str, aliases: Mapping[str, str]) -> str:
    name = cell.strip(BLANK).casefold().replace(" ", "_")
    return aliases.get(name, name)
