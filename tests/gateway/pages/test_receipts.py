"""The form that tells what became of the vote of a receipt."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ballots import receipts
from ballots.model import Standing
from gateway.home import Home
from gateway.pages.receipts import SENTENCES, sentence_of
from gateway.pages.wording import TEXTS
from handlers.messages import Found
from tests.gateway.pages.conftest import AT, CLOSED, Visit, close
from tests.papers import CLOSES, aul_paper

DAY = date(2026, 5, 2)


def receipt_of(home: Home, state: str) -> str:
    with home.store.reading() as tx:
        found = tx.row("SELECT receipt FROM participation WHERE state = ? ORDER BY receipt", state)
    assert found is not None
    return str(found[0])


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def asked(visit: Visit, number: str, language: str = "en", at=AT) -> str:
    answer = visit(at).get("/receipt", params={"number": number, "lang": language})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return words(answer.text)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("kk", "Дауыс есепке алынды: 2 мамыр, №1 топтама. Ақбұлақ"),
        ("kk-latin", "Dauys esepke alyndy: 2 mamyr, #1 toptama. Aqbulaq"),
        ("ru", "Голос учтён: 2 мая, пакет №1. Акбулак"),
        ("en", "The vote is counted: 2 May, batch 1. Aqbulaq"),
    ],
)
def test_a_counted_vote_is_told_with_its_batch_and_never_with_the_choice(
    visit: Visit, home: Home, language: str, says: str
) -> None:
    close(home)
    said = asked(visit, receipts.show(receipt_of(home, "mixed")), language, CLOSED)

    assert says in said
    with home.store.reading() as tx:
        names = [name for (text,) in tx.rows("SELECT names FROM proposal") for name in re.findall(r'"([^"]+)"', text)]
    assert len(names) > 30
    assert not [name for name in names if len(name) > 8 and name in said]


def test_a_vote_that_is_still_sealed_is_told_without_a_day(visit: Visit, home: Home) -> None:
    said = asked(visit, receipt_of(home, "pending"))

    assert "The vote is accepted. It will be counted on one of the next evenings" in said
    assert "May" not in said


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("482 177 3526", "The number is wrong. Please check the digits."),
        ("482 177 3552", "The number is wrong. Please check the digits."),
        (receipts.make(1), "There is no such receipt. Please check the digits."),
        ("482 177", "Please enter all 10 digits."),
        ("+77010000001", "Please enter all 10 digits."),
        ("<b>4821773525</b>", "Please enter all 10 digits."),
        ("٤٨٢١٧٧٣٥٢٥", "Please enter all 10 digits."),
        ("4" * 5000, "Please enter all 10 digits."),
    ],
    ids=["one digit", "two swapped", "of no vote", "too few", "a phone", "markup", "other digits", "very long"],
)
def test_what_is_no_receipt_of_a_vote_is_said_to_be_none(visit: Visit, number: str, says: str) -> None:
    assert says in asked(visit, number)


def test_what_was_typed_comes_back_as_text(visit: Visit) -> None:
    page = visit().get("/receipt", params={"number": '"><script>'}).text

    assert "<script" not in page
    assert 'value="&#34;&gt;&lt;script&gt;"' in page


@pytest.mark.parametrize("number", ["+77010000050", "87010000050", "7010000050"])
def test_the_number_of_a_phone_that_voted_tells_nothing(visit: Visit, number: str) -> None:
    """The form does not tell who voted: a receipt is no phone."""
    said = asked(visit, number)

    assert any(TEXTS["en"][amiss] in said for amiss in ("check_ten", "check_wrong", "check_unknown"))
    assert not any(TEXTS["en"][sentence][:12] in said for sentence in SENTENCES.values())


@pytest.mark.parametrize("language", TEXTS)
def test_without_a_number_the_form_says_nothing_of_votes(visit: Visit, language: str) -> None:
    page = visit().get("/receipt", params={"lang": language}).text

    assert TEXTS[language]["check_how"] in unescape(page)
    assert re.search(r'<div role="status">\s*</div>', page)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Found(aul_paper(), Standing.MIXED, DAY, 1), "check_counted"),
        (Found(aul_paper(), Standing.MIXED, DAY, lost=True), "check_lost"),
        (Found(aul_paper(), Standing.PENDING, DAY), "check_pending"),
        (Found(aul_paper(), Standing.PAPER, DAY), "check_paper"),
        (Found(aul_paper(), Standing.HELD, DAY), "check_held"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_standing_has_its_sentence(found: Found, sentence: str) -> None:
    assert sentence_of(found, AT) == sentence
    assert set(SENTENCES) == set(Standing) - {Standing.NONE}


def test_a_held_vote_expires_with_the_grace() -> None:
    held = Found(aul_paper(grace=timedelta(minutes=5)), Standing.HELD, DAY)

    assert sentence_of(held, CLOSES) == "check_held"
    assert sentence_of(held, CLOSES + timedelta(minutes=5)) == "check_expired"


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.from_regex(r"[0-9 -]{8,16}", fullmatch=True)
    )
)
def test_whatever_is_typed_is_answered_and_never_with_a_vote_that_nobody_has(reader: TestClient, number: str) -> None:
    answer = reader.get("/receipt", params={"number": number, "lang": "en"})

    assert answer.status_code == 200
    assert not any(TEXTS["en"][sentence][:12] in words(answer.text) for sentence in SENTENCES.values())
