"""The outside of a .pb file: sections of `;`-separated CSV, each with a header; pabulib.py knows what they mean."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ballots.errors import BadPabulib

SECTIONS: dict[str, tuple[str, ...]] = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}
"""Section -> columns that it must have, in any order; others are kept as they are."""

_SPECIAL = re.compile(r'[;"\r\n]')


class Row(NamedTuple):
    """One row of a section, by the names of its header. A tuple: a city has a hundred thousand of them."""

    line: int  # of the file, from 1
    cells: dict[str, str]


def read(content: bytes) -> dict[str, list[Row]]:
    """Section -> its rows.

    Raises BadPabulib, naming the line, for anything that is not UTF-8, not CSV, or without a section or column that
    it must have.
    """
    sections: dict[str, list[Row]] = {}
    rows: list[Row] | None = None
    header: list[str] = []
    for line, cells in _lines(content):
        if len(cells) == 1 and (name := cells[0].strip()) in SECTIONS:
            if name in sections:
                raise BadPabulib(f"line {line}: the section {name} stands twice; keep one")
            rows, header = sections.setdefault(name, []), []
        elif rows is None:
            raise BadPabulib(f"line {line}: a .pb file begins with the line META")
        elif not header:
            header = _header(line, cells, SECTIONS[list(sections)[-1]])
        elif len(cells) > len(header):
            raise BadPabulib(f"line {line}: more cells than the {len(header)} columns; put a text with ; into quotes")
        else:
            cells.extend([""] * (len(header) - len(cells)))
            rows.append(Row(line, dict(zip(header, map(str.strip, cells), strict=True))))
    for name in SECTIONS:
        if name not in sections:
            raise BadPabulib(f"there is no section {name}: add a line that says only {name}, and its rows below")
    return sections


def write(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of cells as a file: UTF-8, every line ends in a newline alone."""
    return "".join(";".join(map(_quoted, row)) + "\n" for row in rows).encode()


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line number where a row begins, and its cells without the empty ones at its end, with which spreadsheets pad."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadPabulib(f"line {line}: not UTF-8; save the file as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    line = 1
    try:
        for cells in reader:
            if reader.line_num > line and any("\nPROJECTS" in cell or "\nVOTES" in cell for cell in cells):
                raise BadPabulib(f'line {line}: a quote " is opened and not closed; double it or remove it')
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadPabulib(f"line {line}: {error}; is a quote opened here and not closed?") from error


def _header(line: int, cells: list[str], needed: tuple[str, ...]) -> list[str]:
    header = [cell.strip() for cell in cells]
    for name in needed:
        if name not in header:
            raise BadPabulib(f"line {line}: the header has no column {name}; it has {', '.join(header)}")
    if len(set(header)) < len(header):
        raise BadPabulib(f"line {line}: a column stands twice in the header; rename one")
    return header


def _quoted(cell: str) -> str:
    """The cell, in quotes if it needs them; csv.writer of Python 3.11 forgets them around a lone carriage return."""
    return '"{}"'.format(cell.replace('"', '""')) if _SPECIAL.search(cell) else cell
