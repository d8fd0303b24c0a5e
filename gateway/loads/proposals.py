"""Proposals from a sheet: number, cost, names and short labels in some languages; what is missing is filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ballots.elections import shorten
from ballots.model import NUMBERS, Proposal
from gateway.errors import BadRow, BadSheet
from gateway.sheets import Record, Row, table
from handlers.lint import LABEL_UNITS

GOALS = range(1, 18)  # Sustainable Development Goals
PLAIN = ("number", "proposal_id", "cost", "category", "sdg", "group", "settlement")
TEXTS = ("name", "short", "text")
MONEY = re.compile(r"(\d{1,15})(?:[.,]0{1,2})?")
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "kk-latin": ("kk", "ru", "en"),
    "en": ("ru", "kk"),
    "ru": ("kk",),
    "kk": ("ru",),
}


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """What a file holds."""

    proposals: tuple[Proposal, ...]  # in the order of the file
    bad: tuple[str, ...]  # a sentence for each bad row
    ignored: tuple[str, ...]  # columns that mean nothing here
    filled: tuple[str, ...]  # languages whose names were taken from another one


def read_proposals(rows: tuple[Row, ...], languages: Sequence[str]) -> ProposalFile:
    """The proposals of a sheet. Raises BadSheet for a missing column."""
    columns = (*PLAIN, *(f"{text}_{language}" for text in TEXTS for language in languages))
    aliases = {column.replace("-", "_"): column for column in columns}
    found = table(rows, columns, aliases)
    for needed in ("number", "cost"):
        if needed not in found.columns:
            raise BadSheet(f"there is no column {needed}")
    named = tuple(language for language in languages if f"name_{language}" in found.columns)
    if not named:
        raise BadSheet(f"there is no column with names: name_{languages[0]} or another language of this gateway")
    good: list[Proposal] = []
    bad: list[str] = []
    for record in found.records:
        try:
            good.append(_unlike(_proposal(record, languages), good))
        except BadRow as error:
            bad.append(f"row {record.no}: {error}")
    filled = tuple(language for language in languages if language not in named)
    return ProposalFile(tuple(good), tuple(bad), found.ignored, filled)


def _proposal(record: Record, languages: Sequence[str]) -> Proposal:
    number = _number(record["number"])
    names = _texts(record, "name", languages)
    if not names:
        raise BadRow("there is no name")
    shorts = _texts(record, "short", languages)
    return Proposal(
        number=number,
        proposal_id=record["proposal_id"] or str(number),
        cost=_cost(record["cost"]),
        names=names,
        shorts={language: shorts.get(language) or shorten(names[language], LABEL_UNITS) for language in languages},
        texts=_texts(record, "text", languages),
        category=record["category"],
        sdgs=tuple(sorted(set(_goals(record["sdg"])))),
        group=record["group"],
        settlement=record["settlement"],
    )


def _texts(record: Record, what: str, languages: Sequence[str]) -> dict[str, str]:
    """The text in every language; where a cell is empty, another language's. {} if all are empty."""
    own = {language: record[f"{what}_{language}"] for language in languages}
    if not any(own.values()):
        return {}
    any_text = next(text for text in own.values() if text)
    return {
        language: text or next((own[other] for other in INSTEAD.get(language, ()) if own.get(other)), any_text)
        for language, text in own.items()
    }


def _number(cell: str) -> int:
    number = int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 4 else 0
    if number not in NUMBERS:
        raise BadRow(f"number {cell!r}: numbers go from {NUMBERS[0]} to {NUMBERS[-1]}")
    return number


def _cost(cell: str) -> int:
    digits = re.sub(r"[\s\u00a0\u2009\u202f]|₸|тг\.?|теңге|тенге|KZT", "", cell, flags=re.IGNORECASE)
    found = MONEY.fullmatch(digits)
    if found is None or int(found[1]) == 0:
        raise BadRow(f"cost {cell!r}: write whole tenge, like 4500000")
    return int(found[1])


def _goals(cell: str) -> Iterator[int]:
    for part in re.split(r"[\s,;/]+", cell.strip()):
        if not part:
            continue
        if not (part.isascii() and part.isdigit() and int(part) in GOALS):
            raise BadRow(f"sdg {part!r}: goals go from {GOALS[0]} to {GOALS[-1]}")
        yield int(part)


def _unlike(proposal: Proposal, others: Sequence[Proposal]) -> Proposal:
    for other in others:
        if other.number == proposal.number:
            raise BadRow(f"number {proposal.number} stands above already")
        if other.proposal_id == proposal.proposal_id:
            raise BadRow(f"the id {proposal.proposal_id} stands above already")
    return proposal
