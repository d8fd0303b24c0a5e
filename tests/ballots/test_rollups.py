"""Sums of results: whatever is withheld is in none of them, and every tenge and vote of the others is."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ballots.rollups import NO_GOAL, GoalSum, Result, Rollup, roll_up
from ballots.tallying import distinct, tally
from tests.ballots.papers import paper, polls, proposal

WATER = paper(proposal(1, cost=100, sdgs=(6, 11)), proposal(2, cost=50, sdgs=(6,)), proposal(3, cost=30), budget=160)
CAST = Counter({(1,): 3, (2,): 2, (3,): 1})


def counted(on, ballots, *, certified=False):
    return Result(on, tally(on, ballots), certified)


@st.composite
def results(draw):
    found = []
    for drawn, ballots in draw(st.lists(polls(), max_size=5)):
        goals = st.lists(st.integers(1, 17), max_size=2, unique=True).map(tuple)
        on = replace(drawn, proposals=tuple(replace(each, sdgs=draw(goals)) for each in drawn.proposals))
        result = counted(on, distinct(ballots), certified=draw(st.booleans()))
        found.append(replace(result, tally=None) if draw(st.booleans()) else result)
    return found


def test_nothing_adds_up_to_nothing():
    assert roll_up([]) == Rollup(0, 0, 0, 0, 0, 0, 0, 0, ())


def test_a_proposal_counts_in_full_for_each_goal_that_it_serves():
    summed = roll_up([counted(WATER, CAST, certified=True)])

    assert summed == Rollup(
        polls=1,
        certified=1,
        withheld=0,
        ballots=6,
        budget=160,
        proposals=3,
        funded=2,
        funded_cost=150,
        goals=(
            GoalSum(NO_GOAL, proposals=1, votes=1, funded=0, funded_cost=0),
            GoalSum(6, proposals=2, votes=5, funded=2, funded_cost=150),
            GoalSum(11, proposals=1, votes=3, funded=1, funded_cost=100),
        ),
    )


def test_a_withheld_poll_is_counted_as_one_and_nothing_else():
    told, withheld = counted(WATER, CAST), Result(WATER, None, certified=True)

    assert roll_up([told, withheld]) == replace(roll_up([told]), polls=2, certified=1, withheld=1)


@given(results())
def test_sums_are_those_of_their_parts_and_no_goal_exceeds_the_whole(found):
    whole, parts = roll_up(found), [roll_up([each]) for each in found]

    for name in ("polls", "certified", "withheld", "ballots", "budget", "proposals", "funded", "funded_cost"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    for goal in whole.goals:
        same = [each for part in parts for each in part.goals if each.goal == goal.goal]
        assert goal.votes == sum(each.votes for each in same)
        assert (goal.funded, goal.funded_cost) <= (whole.funded, whole.funded_cost)
    assert whole.funded_cost <= whole.budget


@given(results(), st.randoms())
def test_the_order_of_results_changes_nothing(found, shuffler):
    shuffled = list(found)
    shuffler.shuffle(shuffled)

    assert roll_up(shuffled) == roll_up(found)
