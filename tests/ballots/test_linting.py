from dataclasses import replace
from datetime import timedelta

import pytest

from ballots.linting import ADVICE, Finding, Flaw, lint
from ballots.model import Area, AreaKind, BallotForm, Bound, PollId, PollKind, Quota, Ties, Trait
from tests.ballots.papers import OPENS, paper, proposal

LANGUAGES = ("kk", "ru")


def found(asked, *others):
    return lint(asked, others, LANGUAGES)


def test_a_good_paper_has_no_findings():
    assert found(paper()) == ()


ONE = {"kk": "Жоба"}

FLAWS = [
    pytest.param(
        replace(paper(), area=Area(6, AreaKind.AUL, paper().area.names)),
        [Finding(Flaw.AREA_CODE, detail="7")],
        id="an area code that is a key of the first screen",
    ),
    pytest.param(replace(paper(), closes_at=OPENS), [Finding(Flaw.DATES)], id="closes as it opens"),
    pytest.param(replace(paper(), grace=timedelta(-1)), [Finding(Flaw.GRACE)], id="a negative grace"),
    pytest.param(
        paper(proposal(1), proposal(1, proposal_id="other")), [Finding(Flaw.NUMBER_TWICE, 1)], id="a number twice"
    ),
    pytest.param(
        paper(proposal(1), proposal(2, proposal_id="P1")), [Finding(Flaw.ID_TWICE, detail="P1")], id="an id twice"
    ),
    pytest.param(
        paper(proposal(0), proposal(128)),
        [Finding(Flaw.NUMBER_OUT_OF_RANGE, 0), Finding(Flaw.NUMBER_OUT_OF_RANGE, 128)],
        id="numbers out of range",
    ),
    pytest.param(paper(proposal(101)), [Finding(Flaw.NUMBER_UNCUSTOMARY, 101)], id="a district's number in an aul"),
    pytest.param(
        paper(proposal(1, names=ONE, shorts=ONE | {"ru": " "}, texts=ONE)),
        [Finding(Flaw.LANGUAGE_MISSING, 1, "ru", text) for text in ("name", "short", "text")],
        id="a language is missing in name, short label and text",
    ),
    pytest.param(
        replace(paper(), title=ONE), [Finding(Flaw.LANGUAGE_MISSING, 0, "ru", "title")], id="a title in one language"
    ),
    pytest.param(
        paper(proposal(1, withdrawn=True), proposal(2, withdrawn=True)),
        [Finding(Flaw.NO_PROPOSALS), Finding(Flaw.LIMITS, detail="1 to 2")][:1],
        id="nothing to choose from",
    ),
    pytest.param(paper(min_choices=0), [Finding(Flaw.LIMITS, detail="0 to 3")], id="an empty ballot"),
    pytest.param(
        paper(min_choices=3, max_choices=2), [Finding(Flaw.LIMITS, detail="3 to 2")], id="more at least than at most"
    ),
    pytest.param(
        paper(min_choices=4, max_choices=4), [Finding(Flaw.LIMITS, detail="4 to 4")], id="more than there are"
    ),
    pytest.param(
        paper(form=BallotForm.CHOOSE_1), [Finding(Flaw.LIMITS, detail="1 to 3")], id="choose-1 with three choices"
    ),
    pytest.param(paper(max_cost=500), [Finding(Flaw.COST_LIMIT_UNUSED)], id="a cost limit that nobody looks at"),
    pytest.param(
        replace(paper(form=BallotForm.KNAPSACK), kind=PollKind.CONSULT),
        [Finding(Flaw.FORM, detail="knapsack")],
        id="a form that the kind does not use",
    ),
    pytest.param(paper(proposal(1, 0), proposal(2)), [Finding(Flaw.NO_COST, 1)], id="a cost of zero"),
    pytest.param(
        paper(proposal(1), proposal(2), budget=99),
        [Finding(Flaw.NEVER_FITS, 1), Finding(Flaw.NEVER_FITS, 2), Finding(Flaw.NOBODY_FITS, detail="99")],
        id="a budget nobody fits",
    ),
    pytest.param(paper(proposal(1), proposal(2, 1001)), [Finding(Flaw.NEVER_FITS, 2)], id="one dearer than the budget"),
    pytest.param(
        paper(form=BallotForm.KNAPSACK, max_cost=99),
        [Finding(Flaw.NO_CHOICE_FITS, detail="99")],
        id="a ballot that nothing fits on",
    ),
    pytest.param(paper(rule="poem"), [Finding(Flaw.RULE, detail="poem")], id="an unknown rule"),
    pytest.param(paper(threshold=-1), [Finding(Flaw.THRESHOLD)], id="a negative threshold"),
    pytest.param(
        paper(proposal(1, category="roads"), quotas=(Quota(Bound.CAP, Trait.CATEGORY, ("roads",), 0),)),
        [Finding(Flaw.QUOTA, detail="0")],
        id="a quota of nothing",
    ),
    pytest.param(
        paper(
            proposal(1, settlement="Arqat"),
            proposal(2, settlement="Qarauyl"),
            quotas=(Quota(Bound.FLOOR, Trait.SETTLEMENT, (), 51), Quota(Bound.CAP, Trait.SETTLEMENT, (), 90)),
        ),
        [Finding(Flaw.FLOORS, detail="102")],
        id="floors that reserve more than there is",
    ),
    pytest.param(
        paper(quotas=(Quota(Bound.CAP, Trait.SDG, ("3",), 40), Quota(Bound.CAP, Trait.SDG, (), 40))),
        [Finding(Flaw.QUOTA_OF_NONE, detail="sdg:3=40"), Finding(Flaw.QUOTA_OF_NONE, detail="sdg:*=40")],
        id="a quota of nobody",
    ),
    pytest.param(paper(ties=Ties.LOT), [Finding(Flaw.NO_SEED)], id="lots without a seed"),
]


@pytest.mark.parametrize(("asked", "findings"), FLAWS)
def test_a_flaw_is_found(asked, findings):
    assert list(found(asked)) == findings


def test_a_number_on_another_open_paper_of_the_same_phones_is_found():
    other = replace(
        paper(proposal(3), proposal(4)), poll=PollId(2), area=Area(40, AreaKind.DISTRICT, paper().area.names)
    )

    assert found(paper(), other) == (Finding(Flaw.NUMBER_ELSEWHERE, 3, "40"),)


def test_a_paper_does_not_overlap_with_itself():
    assert found(paper(), paper()) == ()


def test_a_seed_makes_lots_good_and_any_number_is_customary_in_a_region():
    region = Area(90, AreaKind.REGION, paper().area.names)

    assert found(replace(paper(proposal(100), ties=Ties.LOT, lot_seed="2026"), area=region)) == ()


def test_a_consultation_needs_neither_costs_nor_a_budget():
    asked = replace(paper(proposal(1, 0), proposal(2, 0), budget=0), kind=PollKind.CONSULT)

    assert found(asked) == ()


def test_every_flaw_occurs_above_and_reads_as_a_sentence():
    shown = {finding.flaw for case in FLAWS for finding in case.values[1]}

    assert shown | {Flaw.NUMBER_ELSEWHERE} == set(Flaw)
    assert str(Finding(Flaw.LANGUAGE_MISSING, 3, "ru")) == "proposal 3: no text in ru"
    assert str(Finding(Flaw.LANGUAGE_MISSING, 0, "ru")) == "no text in ru"


def test_advice_does_not_refuse():
    assert all(Finding(flaw).refuses == (flaw not in ADVICE) for flaw in Flaw)
    assert not Finding(Flaw.NEVER_FITS, 1).refuses
