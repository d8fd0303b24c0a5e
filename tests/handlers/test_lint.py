"""What the lint finds in a paper, and that it finds nothing in a good one."""

from dataclasses import replace

import pytest

import handlers.lint
from ballots.model import PollKind
from handlers.lint import Finding, Flaw, glance, lint
from handlers.messages import Session
from handlers.ussd.walking import Walk
from tests.handlers.ussd.phones import FORMS, LANGUAGES, WIDE, long_paper
from tests.papers import APPROVAL, AUL, KNAPSACK, OPENS, aul_paper, colliding_paper, district_paper, proposal

LABELS = dict.fromkeys(LANGUAGES, "Су құбыры")


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(aul_paper(), id="choose-1"),
        pytest.param(aul_paper(APPROVAL), id="approval"),
        pytest.param(aul_paper(KNAPSACK), id="knapsack"),
        pytest.param(aul_paper(kind=PollKind.REHEARSAL), id="rehearsal"),
        pytest.param(district_paper(), id="district"),
        pytest.param(colliding_paper(), id="colliding"),
        pytest.param(long_paper(1), id="one"),
        pytest.param(long_paper(40), id="forty-of-the-longest"),
        pytest.param(long_paper(9, FORMS["several"], PollKind.REHEARSAL), id="several-in-a-rehearsal"),
    ],
)
def test_a_paper_that_fits_has_no_findings(paper):
    assert lint(paper, LANGUAGES) == ()


def with_one(**changes):
    return aul_paper(proposals=(replace(proposal(3, LABELS), **changes), proposal(5, LABELS)))


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        pytest.param(
            with_one(shorts=LABELS | {"ru": "я" * 21}),
            Finding(3, "ru", Flaw.LABEL_LONG, 21, 20),
            id="a-long-label",
        ),
        pytest.param(
            with_one(shorts=LABELS | {"ru": "🏫" * 11}),
            Finding(3, "ru", Flaw.LABEL_LONG, 22, 20),
            id="a-label-of-pairs",
        ),
        pytest.param(
            with_one(shorts=LABELS | {"ru": " "}),
            Finding(3, "ru", Flaw.LABEL_MISSING),
            id="an-empty-label",
        ),
        pytest.param(
            with_one(shorts={"kk": "Су"}),
            Finding(3, "ru", Flaw.LABEL_MISSING),
            id="a-label-that-is-missing",
        ),
        pytest.param(
            with_one(shorts=LABELS | {"ru": "Вода\nи мост"}),
            Finding(3, "ru", Flaw.LABEL_BROKEN),
            id="a-label-of-two-lines",
        ),
        pytest.param(
            with_one(texts={"ru": "слово " * 25}),
            Finding(3, "ru", Flaw.INFO_LONG, 3, 2),
            id="a-long-text",
        ),
        pytest.param(
            aul_paper(area=replace(AUL, names=dict.fromkeys(LANGUAGES, "ы" * 25))),
            Finding(None, "ru", Flaw.AREA_LONG, 25, 24),
            id="a-long-name-of-the-area",
        ),
    ],
)
def test_what_is_wrong_with_a_text_is_said_with_what_mends_it(paper, expected):
    assert lint(paper, ["ru"]) == (expected,)


def test_a_language_without_sentences_is_found():
    assert lint(aul_paper(), ["de"]) == (Finding(None, "de", Flaw.NO_SENTENCES),)


def test_a_screen_that_is_too_long_is_found_at_its_proposal():
    texts = dict.fromkeys(LANGUAGES, WIDE)
    paper = aul_paper(proposals=(proposal(127, texts, 10**27), proposal(3, texts)))

    found = lint(paper, ["kk"])

    assert {127} == {finding.number for finding in found}
    assert all(finding.what.startswith("a screen is too long: '№127 ") for finding in found)
    assert all(finding.mend == "shorten the label, the area's name or the sums" for finding in found)


def test_a_finding_says_what_is_wrong_and_what_mends_it():
    finding = Finding(3, "ru", Flaw.LABEL_LONG, 21, 20)

    assert (finding.what, finding.mend) == ("the short label has 21 characters", "shorten it to 20")


def test_a_number_that_no_key_gives_is_found():
    paper = aul_paper(proposals=(proposal(3, LABELS), proposal(1280, LABELS)))

    assert lint(paper, ["kk"]) == (Finding(1280, "kk", Flaw.NOT_REACHED),)


def test_a_withdrawn_proposal_need_not_be_reached():
    paper = aul_paper(proposals=(proposal(3, LABELS), proposal(1280, LABELS, withdrawn=True)))

    assert lint(paper, ["kk"]) == ()


def test_a_glance_finds_what_is_wrong_with_texts_and_walks_no_screen():
    long = with_one(shorts=LABELS | {"ru": "я" * 21})
    unreached = aul_paper(proposals=(proposal(3, LABELS), proposal(1280, LABELS)))

    assert glance(long, ["kk", "ru"]) == (Finding(3, "ru", Flaw.LABEL_LONG, 21, 20),)
    assert glance(unreached, ["kk"]) == ()
    assert glance(long, ["de"]) == (Finding(None, "de", Flaw.NO_SENTENCES),)


def test_a_screen_that_cannot_be_left_is_found():
    here = Session("results", OPENS)

    found = tuple(handlers.lint._met(Walk((), {here: {"00": None}}), "kk"))

    assert found == (Finding(None, "kk", Flaw.NO_WAY_BACK, "results"),)


def test_the_lint_tries_slips_receipts_and_the_largest_results():
    books = handlers.lint._Books(aul_paper())

    assert books.slip("1").state == "unknown"
    assert [found.standing for found in books.receipt("1")] == ["mixed"]
    assert books.turnout(1).votes[3] == handlers.lint.CROWD
