from dataclasses import replace

from hypothesis import given

from ballots.leftovers import left_of, pool
from ballots.model import Area, AreaKind, PollKind, Ties
from ballots.rules.decisions import Decision
from ballots.tallying import tally
from tests.ballots.papers import paper, polls, proposal


def counted(code, asked, ballots):
    asked = replace(asked, area=Area(code, AreaKind.AUL, asked.area.names))
    return asked, tally(asked, ballots)


NEAR = counted(7, paper(proposal(1, 700), proposal(2, 500), proposal(3, 400)), {(1,): 9, (2,): 5, (3,): 4})
FAR = counted(8, paper(proposal(1, 800), proposal(2, 300), proposal(3, 90)), {(1,): 6, (2,): 5, (3,): 1})
RULES = paper().rules


def test_what_the_auls_left_goes_to_the_most_votes_of_what_was_not_funded():
    pooled = pool([NEAR, FAR], RULES)

    assert (left_of(*NEAR), left_of(*FAR)) == (300, 110)
    assert (pooled.left, pooled.funded, pooled.remains) == (410, ("8:P2",), 110)
    assert [(step.proposal_id, step.votes, step.decision) for step in pooled.steps] == [
        ("8:P2", 5, Decision.FUNDED),
        ("7:P2", 5, Decision.OVER_BUDGET),
        ("7:P3", 4, Decision.OVER_BUDGET),
    ]


def test_ties_between_auls_follow_the_stated_policy():
    assert pool([NEAR, FAR], replace(RULES, ties=Ties.DEARER)).steps[0].proposal_id == "7:P2"
    assert pool([NEAR, FAR], RULES).ties[0].proposal_ids == ("8:P2", "7:P2")


def test_thresholds_groups_and_withdrawals_of_each_paper_still_hold():
    asked = paper(
        proposal(1, 500, group="roof"),
        proposal(2, 10, group="roof"),
        proposal(3, 10, withdrawn=True),
        proposal(4, 10),
        budget=900,
        threshold=3,
    )
    pooled = pool([counted(7, asked, {(1, 2): 5, (3, 4): 2}), FAR], RULES)

    assert pooled.funded == ("8:P2",)
    assert len(pooled.steps) == 1


def test_one_winner_per_group_of_one_aul_and_the_groups_of_another_are_not_the_same():
    both = [proposal(1, 1000), proposal(2, 200, group="roof"), proposal(3, 150, group="roof")]
    votes = {(1,): 9, (2,): 5, (3,): 4}
    pooled = pool([counted(10, paper(*both), votes), counted(11, paper(*both), votes), FAR, NEAR], RULES)

    assert pooled.funded == ("10:P2", "11:P2")
    assert [step.decision for step in pooled.steps if step.proposal_id == "10:P3"] == [Decision.CONFLICT]


def test_a_consultation_leaves_nothing():
    assert left_of(replace(NEAR[0], kind=PollKind.CONSULT), NEAR[1]) == 0


@given(polls(), polls())
def test_a_pool_never_spends_more_than_was_left_and_funds_nothing_twice(one, other):
    parts = [counted(7, *one), counted(8, *other)]
    pooled = pool(parts, RULES)

    assert 0 <= pooled.remains <= pooled.left
    assert not {f"{asked.area.code}:{name}" for asked, found in parts for name in found.funded} & set(pooled.funded)
