import pytest

from ballots.model import Bound
from ballots.rules import RULES
from ballots.rules.decisions import Decision
from ballots.rules.quotas import parse
from tests.ballots.papers import paper, proposal


def floors(*texts):
    return tuple(parse(Bound.FLOOR, text) for text in texts)


def caps(*texts):
    return tuple(parse(Bound.CAP, text) for text in texts)


ROAD, FAIR, SCHOOL, CLINIC = (
    proposal(1, 500, category="roads", settlement="Qarauyl"),
    proposal(2, 400, category="culture", settlement="Qarauyl"),
    proposal(3, 300, category="school", settlement="Arqat", sdgs=(4,)),
    proposal(4, 250, category="health", settlement="Arqat", sdgs=(3,)),
)
VOTES = {(1,): 9, (2,): 8, (3,): 3, (4,): 2}


def outcome(rule="greedy", **rules):
    return RULES[rule](paper(ROAD, FAIR, SCHOOL, CLINIC, budget=1000, **rules), VOTES)


def test_without_a_floor_the_most_votes_take_all():
    assert outcome().funded == ("P1", "P2")


@pytest.mark.parametrize("rule", ["greedy", "greedy-no-skip"])
def test_a_floor_is_filled_first_and_what_is_not_used_returns(rule):
    counted = outcome(rule, quotas=floors("sdg:3,4=40"))

    assert counted.funded == ("P3", "P1")
    assert [(step.number, step.left, step.decision, step.reserved) for step in counted.steps] == [
        (3, 1000, Decision.FUNDED, True),
        (1, 700, Decision.FUNDED, False),
        (2, 200, Decision.OVER_BUDGET, False),
        (4, 200, Decision.OVER_BUDGET if rule == "greedy" else Decision.STOPPED, False),
    ]


def test_a_floor_counts_what_another_floor_funded():
    assert outcome(quotas=floors("sdg:4=30", "settlement:Arqat=35")).funded == ("P3", "P1")
    assert outcome(quotas=floors("sdg:4=30", "settlement:Arqat=55")).funded == ("P3", "P4", "P2")


def test_each_settlement_can_have_its_floor():
    assert outcome(quotas=floors("settlement:*=40")).funded == ("P3", "P2", "P4")


def test_a_cap_bars_what_would_exceed_it():
    counted = outcome(quotas=caps("settlement:Qarauyl=60"))

    assert counted.funded == ("P1", "P3")
    assert counted.steps[1].decision == Decision.OVER_QUOTA


def test_equal_shares_knows_floors_and_caps():
    assert outcome("equal-shares", quotas=floors("sdg:3,4=40")).funded == ("P3", "P2")
    assert outcome("equal-shares", quotas=caps("category:culture=30")).funded == ("P1", "P3")


def test_a_tie_within_a_floor_decides_only_if_somebody_else_is_funded_in_the_end():
    tied = [proposal(1, 300, sdgs=(3,)), proposal(2, 300, sdgs=(3,)), proposal(3, 400)]
    votes = {(1, 2): 5, (3,): 4}

    both = RULES["greedy"](paper(*tied, budget=1000, quotas=floors("sdg:3=30")), votes)
    one = RULES["greedy"](paper(*tied, budget=400, quotas=floors("sdg:3=75")), votes)

    assert (both.funded, [tie.decisive for tie in both.ties]) == (("P1", "P2", "P3"), [False])
    assert (one.funded, [tie.decisive for tie in one.ties]) == (("P1",), [True])
