"""Proposals from a sheet: number, cost, names and short labels in some languages; what is missing is filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ballots.elections import shorten
from ballots.model import NUMBERS, Proposal
from gateway.errors import BadRow, BadSheet
from gateway.filling import filled
from gateway.loads.columns import known, matched
from gateway.sheets import Record, Row, table
from handlers.lint import LABEL_UNITS

GOALS = range(1, 18)  # Sustainable Development Goals
MONEY = re.compile(r"(\d{1,15})(?:[.,]0{1,2})?")


class Fault(StrEnum):
    """What may be wrong with a row, and what to do; its facts fill the blanks."""

    NUMBER = "number {cell!r}: numbers go from {first} to {last}"
    NO_NAME = "there is no name"
    COST = "cost {cell!r}: write whole tenge, like 4500000"
    GOAL = "sdg {cell!r}: goals go from {first} to {last}"
    NUMBER_TWICE = "number {number} stands above already"
    ID_TWICE = "the id {id} stands above already"


class Faulty(BadRow):
    """A row with this fault."""

    def __init__(self, fault: Fault, **facts: object) -> None:
        super().__init__(fault.format(**facts))
        self.fault, self.facts = fault, facts


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row."""

    no: int  # as the spreadsheet shows it
    fault: Fault
    facts: Mapping[str, object]

    def __str__(self) -> str:
        return f"row {self.no}: {self.fault.format(**self.facts)}"


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """What a file holds."""

    proposals: tuple[Proposal, ...]  # in the order of the file
    faults: tuple[RowFault, ...]
    ignored: tuple[str, ...]  # columns that mean nothing here
    filled: tuple[str, ...]  # languages whose names were taken from another one

    @property
    def bad(self) -> tuple[str, ...]:
        """A sentence for each bad row."""
        return tuple(map(str, self.faults))


def read_proposals(rows: tuple[Row, ...], languages: Sequence[str]) -> ProposalFile:
    """The proposals of a sheet, its columns as they are called. Raises BadSheet for a missing column."""
    sheet = matched(rows, languages)
    if not sheet.columns:
        raise BadSheet("the file has no rows", phrase="no_rows")
    read = read_under(sheet.under([column.means for column in sheet.columns]), languages)
    ignored = tuple(column.heading for column in sheet.columns if column.heading and not column.means)
    return replace(read, ignored=ignored)


def read_under(rows: tuple[Row, ...], languages: Sequence[str], free: Iterator[int] | None = None) -> ProposalFile:
    """The proposals of a sheet whose header says what its columns mean.

    `free`: numbers for a sheet that has none. Raises BadSheet for a missing column.
    """
    found = table(rows, known(languages))
    for needed in ("cost",) if free else ("number", "cost"):
        if needed not in found.columns:
            raise BadSheet(f"there is no column {needed}", phrase="no_column", column=needed)
    named = tuple(language for language in languages if f"name_{language}" in found.columns)
    if not named:
        says = f"there is no column with names: name_{languages[0]} or another language of this gateway"
        raise BadSheet(says, phrase="no_column", column=f"name_{languages[0]}")
    good: list[Proposal] = []
    faults: list[RowFault] = []
    for record in found.records:
        numbered = record if "number" in found.columns or free is None else _numbered(record, next(free))
        try:
            good.append(_unlike(_proposal(numbered, languages), good))
        except Faulty as error:
            faults.append(RowFault(record.no, error.fault, error.facts))
    filled = tuple(language for language in languages if language not in named)
    return ProposalFile(tuple(good), tuple(faults), found.ignored, filled)


def _numbered(record: Record, number: int) -> Record:
    return Record(record.no, {**record.cells, "number": str(number)})


def _proposal(record: Record, languages: Sequence[str]) -> Proposal:
    number = _number(record["number"])
    names = _texts(record, "name", languages)
    if not names:
        raise Faulty(Fault.NO_NAME)
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
    """The text in every language, filled in where a cell is empty; {} if all are."""
    return filled({language: record[f"{what}_{language}"] for language in languages}, languages)


def _number(cell: str) -> int:
    number = int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 4 else 0
    if number not in NUMBERS:
        raise Faulty(Fault.NUMBER, cell=cell, first=NUMBERS[0], last=NUMBERS[-1])
    return number


def _cost(cell: str) -> int:
    digits = re.sub(r"[\s\u00a0\u2009\u202f]|₸|тг\.?|теңге|тенге|KZT", "", cell, flags=re.IGNORECASE)
    found = MONEY.fullmatch(digits)
    if found is None or int(found[1]) == 0:
        raise Faulty(Fault.COST, cell=cell)
    return int(found[1])


def _goals(cell: str) -> Iterator[int]:
    for part in re.split(r"[\s,;/]+", cell.strip()):
        if not part:
            continue
        if not (part.isascii() and part.isdigit() and int(part) in GOALS):
            raise Faulty(Fault.GOAL, cell=part, first=GOALS[0], last=GOALS[-1])
        yield int(part)


def _unlike(proposal: Proposal, others: Sequence[Proposal]) -> Proposal:
    for other in others:
        if other.number == proposal.number:
            raise Faulty(Fault.NUMBER_TWICE, number=proposal.number)
        if other.proposal_id == proposal.proposal_id:
            raise Faulty(Fault.ID_TWICE, id=proposal.proposal_id)
    return proposal
