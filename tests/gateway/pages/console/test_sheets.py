"""Sheets of paper and the comparison of rules, as officials have them from the console."""

import io

import pytest
from pypdf import PdfReader

from gateway.store.officials import Role
from tests.gateway.pages.conftest import close
from tests.gateway.pages.console.conftest import Office

PRINT, COMPARE = "/cycles/1/print", "/cycles/1/compare"


def text_of(pdf: bytes) -> str:
    """What stands on a sheet."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("choice", "kazakh", "russian"), [("kk-ru", True, True), ("kk", True, False), ("ru", False, True)]
)
def test_a_poster_is_had_in_the_languages_that_were_chosen(
    office: Office, choice: str, kazakh: bool, russian: bool
) -> None:
    clerk = office.official(Role.CLERK, 7)

    sent = clerk.get(f"{PRINT}/poster?in={choice}")

    assert sent.headers["content-type"] == "application/pdf"
    assert sent.headers["content-disposition"] == 'attachment; filename="poster-7-1.pdf"'
    shown = text_of(sent.content)
    assert ("Дауыс беру" in shown) is kazakh
    assert ("Голосование" in shown) is russian


def test_what_cannot_be_printed_yet_says_why_and_has_no_button(office: Office) -> None:
    clerk = office.official(Role.CLERK, 7)

    page = clerk.get(PRINT).text

    assert f"{PRINT}/poster?in=kk" in page
    assert f"{PRINT}/minutes" not in page
    assert "Ready when voting is over" in page
    assert clerk.get(f"{PRINT}/minutes").status_code >= 400


def test_minutes_are_had_once_the_vote_is_closed(office: Office) -> None:
    close(office.home)
    clerk = office.official(Role.CLERK, 7)

    assert f"{PRINT}/minutes?in=ru" in clerk.get(PRINT).text
    assert "ПРОТОКОЛ" in text_of(clerk.get(f"{PRINT}/minutes?in=ru").content).upper()


@pytest.mark.parametrize("address", ["/nothing", "/poster?in=fr"])
def test_an_unknown_sheet_or_language_is_not_there(office: Office, address: str) -> None:
    assert office.official(Role.CLERK, 7).get(PRINT + address).status_code == 404


def test_rules_are_compared_when_voting_is_over_and_not_before(office: Office) -> None:
    akim = office.official(Role.AKIM, 7)
    assert "Shown when voting is over" in akim.get(COMPARE).text

    close(office.home)

    page = akim.get(COMPARE).text
    assert "Most votes first (this rule counts)" in page
    assert page.count("Equal Shares") >= 3
    assert "SDG" in page
    assert "<svg" in page


@pytest.mark.parametrize("page", [PRINT, COMPARE, f"{PRINT}/minutes"])
def test_another_aul_s_clerk_has_neither(office: Office, page: str) -> None:
    close(office.home)

    assert office.official(Role.CLERK, 8).get(page).status_code in {403, 404}
