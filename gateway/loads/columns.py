"""What the columns of an akimat's sheet of proposals mean, whatever they are called in Kazakh, Russian or English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.sheets import Row

PLAIN = ("number", "proposal_id", "cost", "category", "sdg", "group", "settlement")
TEXTS = ("name", "short", "text")
SEARCHED = 10  # rows in which the header may stand: titles stand above it
SAMPLES = 3  # values that show what a column holds

STEMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "number": (("нөмір", ""), ("номер", ""), ("number", ""), ("№", ""), ("р/с", ""), ("п/п", ""), ("no", "")),
    "proposal_id": (("proposal_id", ""), ("идентификатор", ""), ("id", "")),
    "cost": (("құны", ""), ("баға", ""), ("сома", ""), ("стоимост", ""), ("сумм", ""), ("цена", ""), ("cost", "")),
    "category": (("санат", ""), ("бағыт", ""), ("категори", ""), ("направлен", ""), ("category", "")),
    "sdg": (("тдм", ""), ("цур", ""), ("sdg", "")),
    "group": (("топ", ""), ("групп", ""), ("group", ""), ("конфликт", "")),
    "settlement": (("елді", ""), ("населен", ""), ("settlement", "")),
    "short": (("қысқа", "kk"), ("кратк", "ru"), ("коротк", "ru"), ("short", "en"), ("label", "en")),
    "text": (("сипаттама", "kk"), ("мәтін", "kk"), ("описани", "ru"), ("текст", "ru"), ("text", "en"), ("descr", "en")),
    "name": (
        ("атау", "kk"),
        ("жоба", "kk"),
        ("наименован", "ru"),
        ("названи", "ru"),
        ("проект", "ru"),
        ("name", "en"),
        ("title", "en"),
        ("project", "en"),
    ),
}
"""Column -> how words of its heading begin, each with the language that the word itself is of. Earlier ones win."""

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "kk-latin": ("латын", "латин", "latin"),
    "kk": ("қаз", "каз", "kaz", "kk", "kz"),
    "ru": ("орыс", "рус", "rus", "ru"),
    "en": ("ағылш", "англ", "eng", "en"),
}
"""How the word begins that names the language of a column."""

WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)?|№")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet as its clerk sees it."""

    heading: str  # as written
    means: str  # number, name_kk …; '' = left out
    samples: tuple[str, ...]  # some of its values


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its columns, and the rows below its header."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def under(self, means: Sequence[str]) -> tuple[Row, ...]:
        """The rows under a header of these meanings; a column beyond them is left out."""
        return (Row(0, tuple(means)), *(Row(row.no, row.cells[: len(means)]) for row in self.rows))


def known(languages: Sequence[str]) -> tuple[str, ...]:
    """Every meaning that a column may have."""
    return (*PLAIN, *(f"{text}_{language}" for text in TEXTS for language in languages))


def matched(rows: tuple[Row, ...], languages: Sequence[str]) -> Sheet:
    """The sheet below the first row that looks like a header, each column with what it seems to mean."""
    place = next((place for place, row in enumerate(rows[:SEARCHED]) if _is_header(row, languages)), 0)
    header, below = (rows[place].cells, rows[place + 1 :]) if rows else ((), ())
    width = max([len(header), *(len(row.cells) for row in below[:SEARCHED])])
    headings = [*header, *[""] * (width - len(header))]
    means = _meanings(headings, languages)
    columns = (
        Column(heading, meaning, _samples(below, column))
        for column, (heading, meaning) in enumerate(zip(headings, means, strict=True))
    )
    return Sheet(tuple(columns), below)


def meaning(heading: str, languages: Sequence[str]) -> str:
    """The column that a heading names; '' if none."""
    exact = heading.strip().casefold().replace(" ", "_")
    for column in known(languages):
        if exact in {column, column.replace("-", "_")}:
            return column
    words = [word.casefold() for word in WORD.findall(heading.replace("_", " "))]
    named = [(column, own) for column, stems in STEMS.items() for stem, own in stems if _begins(words, stem)]
    if not named:
        return ""
    column, own = named[0]
    return column if column in PLAIN else _in_a_language(column, own, words, languages)


def _in_a_language(column: str, own: str, words: Sequence[str], languages: Sequence[str]) -> str:
    said = next((code for code, stems in LANGUAGES.items() if any(_begins(words, stem) for stem in stems)), own)
    return f"{column}_{said}" if said in languages else ""


def _begins(words: Sequence[str], stem: str) -> bool:
    """Short stems are whole words: `no`, `id`, `ru`."""
    return any(word == stem if len(stem) <= 2 else word.startswith(stem) for word in words)


def _meanings(headings: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Each meaning once: for the first column that has it."""
    found: list[str] = []
    for heading in headings:
        means = meaning(heading, languages)
        found.append("" if means in found else means)
    return found


def _is_header(row: Row, languages: Sequence[str]) -> bool:
    means = _meanings(row.cells, languages)
    return "cost" in means and any(one.startswith("name_") for one in means)


def _samples(rows: Sequence[Row], column: int) -> tuple[str, ...]:
    values = (row.cells[column] for row in rows if column < len(row.cells) and row.cells[column])
    return tuple(value for _, value in zip(range(SAMPLES), values, strict=False))
