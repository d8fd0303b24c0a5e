import pytest

from ballots.rules.decisions import Decision
from ballots.rules.greedy import count
from tests.ballots.papers import paper, proposal

FUNDED, OVER, BELOW = Decision.FUNDED, Decision.OVER_BUDGET, Decision.BELOW_THRESHOLD


def ballots(*votes):
    """So many ballots for 1, so many for 2 …"""
    return {(number,): times for number, times in enumerate(votes, 1)}


@pytest.mark.parametrize(
    ("proposals", "votes", "rules", "decisions"),
    [
        pytest.param(
            [proposal(1, 400), proposal(2, 700), proposal(3, 600)],
            (9, 8, 7),
            {},
            [(1, FUNDED), (2, OVER), (3, FUNDED)],
            id="what does not fit is skipped and the next that fits is funded",
        ),
        pytest.param(
            [proposal(1, 400), proposal(2, 600)],
            (9, 8),
            {},
            [(1, FUNDED), (2, FUNDED)],
            id="the budget may be spent to the last tenge",
        ),
        pytest.param(
            [proposal(1), proposal(2)],
            (3, 2),
            {"threshold": 3},
            [(1, FUNDED), (2, BELOW)],
            id="a threshold is reached by as many votes",
        ),
        pytest.param(
            [proposal(1, group="roof"), proposal(2, group="roof"), proposal(3)],
            (3, 2, 1),
            {},
            [(1, FUNDED), (2, Decision.CONFLICT), (3, FUNDED)],
            id="one winner per conflict group",
        ),
        pytest.param(
            [proposal(1, 2000, group="roof"), proposal(2, group="roof")],
            (3, 2),
            {},
            [(1, OVER), (2, FUNDED)],
            id="who was not funded blocks nobody in the group",
        ),
        pytest.param(
            [proposal(1, withdrawn=True), proposal(2)],
            (3, 2),
            {},
            [(1, Decision.WITHDRAWN), (2, FUNDED)],
            id="a proposal that was taken back keeps its votes and is not funded",
        ),
    ],
)
def test_decisions(proposals, votes, rules, decisions):
    outcome = count(paper(*proposals, **rules), ballots(*votes))

    assert [(step.number, step.decision) for step in outcome.steps] == decisions


def test_votes_count_and_not_votes_per_tenge():
    outcome = count(paper(proposal(1, 1000), proposal(2, 1)), ballots(3, 2))

    assert outcome.funded == ("P1",)
