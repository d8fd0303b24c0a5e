"""Every flaw of a draft is named at the field that causes it."""

from dataclasses import replace

import pytest

from ballots.linting import Flaw
from ballots.model import BallotForm, Rules, Ties
from gateway.remarks import FIELDS, TEXT_FIELDS, at_a_glance, remarks
from handlers.lint import Flaw as TextFlaw
from tests.papers import CLINIC, CLOSES, LIGHT, WATER, aul_paper, district_paper, proposal

LANGUAGES = ("kk", "ru")


def placed(paper, others=()):
    return [(one.number, one.field, one.language, one.flaw) for one in remarks(paper, others, LANGUAGES)]


def with_one(**changes):
    return aul_paper(proposals=(replace(proposal(3, WATER), **changes), proposal(5, LIGHT)))


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        pytest.param(aul_paper(), [(12, "cost", "", "never_fits")], id="what-never-fits"),
        pytest.param(with_one(names={"kk": "Су"}), [(3, "name", "ru", "language_missing")], id="a-name"),
        pytest.param(with_one(texts={"kk": "Су"}), [(3, "text", "ru", "language_missing")], id="a-text"),
        pytest.param(aul_paper(title={"kk": "Су"}), [(0, "title", "ru", "language_missing"), (12, "cost", "", "never_fits")], id="a-title"),
        pytest.param(with_one(shorts=WATER | {"ru": "я" * 21}), [(3, "short", "ru", "label_long")], id="a-long-label"),
        pytest.param(with_one(texts=dict.fromkeys(LANGUAGES, "сөз " * 40)), [(3, "text", "kk", "info_long"), (3, "text", "ru", "info_long")], id="a-long-text"),
        pytest.param(with_one(cost=0), [(3, "cost", "", "no_cost"), (0, "pb_budget", "", "nobody_fits")][:1], id="no-cost"),
        pytest.param(with_one(number=5), [(5, "number", "", "number_twice")], id="a-number-twice"),
        pytest.param(aul_paper(proposals=()), [(0, "proposals", "", "no_proposals"), (0, "pb_budget", "", "nobody_fits")][:1], id="nothing"),
        pytest.param(replace(with_one(), opens_at=CLOSES), [(0, "closes_at", "", "dates")], id="dates"),
        pytest.param(
            replace(with_one(), rules=Rules(BallotForm.CHOOSE_1, budget=5_000_000, ties=Ties.LOT)),
            [(0, "lot_seed", "", "no_seed")],
            id="a-lot-without-a-seed",
        ),
    ],
)  # fmt: skip
def test_a_flaw_stands_where_it_is_mended(paper, expected):
    assert placed(paper)[: len(expected)] == expected


def test_a_number_of_the_district_is_named_at_its_proposal():
    assert (3, "number", "", "number_elsewhere") in placed(
        with_one(), [district_paper(proposals=(proposal(3, CLINIC),))]
    )


def test_advice_does_not_keep_a_paper_from_being_opened():
    assert [one.refuses for one in remarks(aul_paper(), (), LANGUAGES)] == [False]


def test_a_glance_leaves_out_what_only_a_walk_over_screens_finds():
    long = with_one(shorts=WATER | {"ru": "я" * 21})
    wide = with_one(cost=10**27)

    assert at_a_glance(long, (), LANGUAGES) == remarks(long, (), LANGUAGES)
    assert {"screen_long"} == {one.flaw for one in remarks(wide, (), LANGUAGES)} - {
        one.flaw for one in at_a_glance(wide, (), LANGUAGES)
    }


def test_a_good_draft_has_no_remarks():
    assert remarks(with_one(), (), LANGUAGES) == ()


def test_every_flaw_has_a_field():
    assert FIELDS.keys() | {Flaw.LANGUAGE_MISSING} >= {
        flaw for flaw in Flaw if flaw.name.startswith(("NUMBER", "NO_", "AREA"))
    }
    assert TEXT_FIELDS.keys() == set(TextFlaw)


def test_a_remark_says_what_is_wrong_with_its_facts():
    (one,) = remarks(with_one(shorts=WATER | {"ru": "я" * 21}), (), LANGUAGES)

    assert one.says == "ru: the short label has 21 characters; shorten it to 20"
    assert dict(one.facts) == {"has": 21, "most": 20}
