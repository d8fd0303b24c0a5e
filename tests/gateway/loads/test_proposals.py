"""Proposals from a sheet: what is missing is filled in, what is wrong is named by its row."""

import pytest

from gateway.errors import BadSheet
from gateway.loads.proposals import ProposalFile, read_proposals
from gateway.sheets import read
from tests.gateway.store.villages import LANGUAGES


def proposal_file(body: str, languages: tuple[str, ...] = ("kk", "ru")) -> ProposalFile:
    return read_proposals(read(body.encode()), languages)


def test_every_column_has_its_place() -> None:
    body = (
        "number;name_kk;name_ru;short_kk;short_ru;text_kk;text_ru;cost;category;sdg;group;proposal_id;settlement\n"
        "3;Ауылға су құбыры;Водопровод для аула;Су құбыры;Водопровод;мәтін;текст;4 500 000 ₸;су;11, 6;a;W-3;Арқат\n"
    )
    (proposal,) = proposal_file(body).proposals

    assert (proposal.number, proposal.proposal_id, proposal.cost) == (3, "W-3", 4_500_000)
    assert proposal.names == {"kk": "Ауылға су құбыры", "ru": "Водопровод для аула"}
    assert proposal.shorts == {"kk": "Су құбыры", "ru": "Водопровод"}
    assert proposal.texts == {"kk": "мәтін", "ru": "текст"}
    assert (proposal.category, proposal.sdgs, proposal.group, proposal.settlement) == ("су", (6, 11), "a", "Арқат")


def test_missing_optional_columns_are_filled_in_every_language() -> None:
    found = proposal_file("number;name_kk;cost\n1;Мектеп шатырын толық жөндеу жұмыстары;3000000\n", LANGUAGES)
    (proposal,) = found.proposals

    assert set(proposal.names) == set(proposal.shorts) == set(LANGUAGES)
    assert proposal.shorts["en"] == "Мектеп шатырын толық"
    assert proposal.texts == {}
    assert (proposal.proposal_id, proposal.sdgs, found.filled) == ("1", (), ("kk-latin", "ru", "en"))


def test_columns_are_found_in_any_case_and_unknown_ones_are_named() -> None:
    found = proposal_file("Number,NAME_KK,Name_kk_latin,Cost,Colour\n1,Су,Su,100,blue\n", LANGUAGES)

    assert found.proposals[0].names["kk-latin"] == "Su"
    assert found.ignored == ("Colour",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0;Су;100;", "row 2: number '0': numbers go from 1 to 127"),
        ("128;Су;100;", "numbers go from 1 to 127"),
        ("№3;Су;100;", "numbers go from 1 to 127"),
        (";Су;100;", "numbers go from 1 to 127"),
        ("1;;100;", "row 2: there is no name"),
        ("1;Су;;", "write whole tenge"),
        ("1;Су;0;", "write whole tenge"),
        ("1;Су;-5;", "write whole tenge"),
        ("1;Су;1,5;", "write whole tenge"),
        ("1;Су;many;", "write whole tenge"),
        ("1;Су;100;18", "row 2: sdg '18': goals go from 1 to 17"),
        ("1;Су;100;water", "goals go from 1 to 17"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(row: str, said: str) -> None:
    found = proposal_file(f"number;name_kk;cost;sdg\n{row}\n")

    assert found.proposals == ()
    assert len(found.bad) == 1
    assert said in found.bad[0]


@pytest.mark.parametrize(("typed", "tenge"), [("4500000,00", 4_500_000), ("4500000.0", 4_500_000), ("100 тг.", 100)])
def test_a_cost_is_read_as_clerks_write_it(typed: str, tenge: int) -> None:
    assert proposal_file(f"number;name_kk;cost\n1;Су;{typed}\n").proposals[0].cost == tenge


def test_a_number_or_an_id_that_stands_twice_is_named() -> None:
    body = "number;name_kk;cost;proposal_id\n1;Су;100;a\n1;Су;100;b\n2;Су;100;a\n"

    assert proposal_file(body).bad == ("row 3: number 1 stands above already", "row 4: the id a stands above already")


@pytest.mark.parametrize(
    ("header", "said"), [("name_kk;cost", "number"), ("number;name_kk", "cost"), ("number;cost", "names")]
)
def test_a_missing_column_is_named(header: str, said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        proposal_file(f"{header}\n1;2\n")
