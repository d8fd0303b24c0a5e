"""Files of results: texts are texts, days are the village's."""

from dataclasses import replace
from datetime import UTC, datetime

from ballots.model import CycleId
from ballots.rollups import Result
from ballots.tallying import tally
from gateway import open_data, sheets
from gateway.store.results import Published
from handlers.messages import KAZAKHSTAN
from tests.papers import aul_paper, proposal

LATE = datetime(2026, 5, 10, 19, 30, tzinfo=UTC)
"""Already the eleventh in Kazakhstan."""


def published(**names: str) -> Published:
    """A vote whose one proposal has these names."""
    paper = aul_paper(proposals=(proposal(3, {"kk": "Көпір"}),))
    paper = replace(paper, proposals=(replace(paper.proposals[0], names=names, category="=roads", sdgs=(9, 11)),))
    ballots = {(3,): 12}
    return Published(CycleId(1), Result(paper, tally(paper, ballots), certified=True), 12, ballots, LATE, LATE)


def rows_of(content: bytes) -> list[dict[str, str]]:
    head, *rows = sheets.read(content)
    return [dict(zip(head.cells, row.cells, strict=False)) for row in rows]


def test_a_name_that_a_spreadsheet_would_run_is_a_text() -> None:
    (row,) = rows_of(open_data.proposals_csv([published(kk="=HYPERLINK(1)")], "kk", KAZAKHSTAN))

    assert (row["name"], row["category"]) == ("'=HYPERLINK(1)", "'=roads")


def test_the_day_of_closing_is_that_of_the_village() -> None:
    (row,) = rows_of(open_data.proposals_csv([published(kk="Көпір")], "kk", KAZAKHSTAN))

    assert (row["closed_on"], row["state"], row["sdgs"], row["votes"]) == ("2026-05-11", "certified", "9 11", "12")


def test_a_name_in_another_language_is_better_than_none() -> None:
    (row,) = rows_of(open_data.proposals_csv([published(kk="Көпір")], "en", KAZAKHSTAN))

    assert row["name"] == "Көпір"
