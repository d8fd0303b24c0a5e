import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.model import Ties
from ballots.rules import equal_shares, equal_shares_greedy, equal_shares_plain
from ballots.rules.decisions import Decision
from ballots.tallying import distinct
from tests.ballots.papers import paper, proposal
from tests.ballots.rules import naive

FUNDED = Decision.FUNDED


@st.composite
def contests(draw, dearest):
    costs = draw(st.lists(st.integers(1, dearest), min_size=1, max_size=6))
    proposals = [proposal(number, cost) for number, cost in enumerate(costs, 1)]
    budget = draw(st.integers(1, sum(costs)))
    asked = paper(*proposals, budget=budget, ties=draw(st.sampled_from([Ties.CHEAPER, Ties.DEARER, Ties.NUMBER])))
    numbers = st.sampled_from([p.number for p in proposals])
    ballot = st.lists(numbers, max_size=4, unique=True).map(lambda chosen: tuple(sorted(chosen)))
    return asked, draw(st.lists(ballot, min_size=1, max_size=9))


def ids(numbers):
    return tuple(f"P{number}" for number in numbers)


@settings(deadline=None, max_examples=150)
@given(contests(30))
def test_shares_buy_what_the_paper_of_the_method_says(contest):
    asked, ballots = contest
    share = asked.rules.budget / naive.Fraction(len(ballots))

    counted = equal_shares_plain.count(asked, distinct(ballots))

    assert counted.funded == ids(naive.plain(asked, ballots, share))


@settings(deadline=None, max_examples=150)
@given(contests(30))
def test_shares_grow_as_if_every_one_had_been_tried(contest):
    asked, ballots = contest

    assert equal_shares.count(asked, distinct(ballots)).funded == ids(naive.add1(asked, ballots))


@settings(deadline=None, max_examples=25)
@given(contests(400))
def test_shares_that_are_passed_over_would_have_bought_the_same(contest):
    asked, ballots = contest

    assert equal_shares.count(asked, distinct(ballots)).funded == ids(naive.add1(asked, ballots))


VILLAGE = {(1,): 6, (2, 3): 4}
"""Six want the road, four want the well and the trees."""


def village(**rules):
    return paper(proposal(1, 600), proposal(2, 200), proposal(3, 150), proposal(4, 100), budget=1000, **rules)


def test_each_group_of_voters_gets_its_share():
    outcome = equal_shares_plain.count(village(), VILLAGE)

    assert [(step.number, step.decision, step.pays, step.left) for step in outcome.steps] == [
        (1, FUNDED, 100, 1000),
        (3, FUNDED, 38, 400),
        (2, FUNDED, 50, 250),
        (4, Decision.OVER_BUDGET, 0, 50),
    ]


def test_what_supporters_cannot_pay_is_not_funded_though_there_is_money():
    outcome = equal_shares_plain.count(paper(proposal(1, 900), proposal(2, 500)), {(1,): 8, (2,): 4})

    assert outcome.funded == ()
    assert [step.decision for step in outcome.steps] == [Decision.UNAFFORDABLE] * 2


def test_larger_shares_spend_what_is_left_over():
    outcome = equal_shares.count(paper(proposal(1, 900), proposal(2, 500)), {(1,): 8, (2,): 4})

    assert outcome.funded == ("P1",)
    assert outcome.steps[1].decision == Decision.OVER_BUDGET


def test_the_last_shares_before_too_much_is_bought_are_kept():
    """Both are bought at a share of 120, where they cost more than there is; neither at 119."""
    asked, ballots = paper(proposal(1, 600), proposal(2, 600)), {(1,): 5, (2,): 5}

    assert equal_shares.count(asked, ballots).funded == ()
    assert equal_shares_greedy.count(asked, ballots).funded == ("P1",)


def test_the_completion_by_votes_says_that_no_share_paid():
    outcome = equal_shares_greedy.count(
        paper(proposal(1, 300), proposal(2, 500), proposal(3, 500)), {(1,): 4, (2,): 3, (3,): 3}
    )

    assert [(step.number, step.decision, step.pays) for step in outcome.steps] == [
        (1, FUNDED, 75),
        (2, FUNDED, 0),
        (3, Decision.OVER_BUDGET, 0),
    ]
    assert [(tie.proposal_ids, tie.decisive) for tie in outcome.ties] == [(("P2", "P3"), True)]


def test_a_great_budget_in_tenge_does_not_need_a_step_for_every_tenge():
    """The share would have to grow by 89,800,000 tenge, one by one."""
    asked = paper(proposal(1, 90_000_000), proposal(2, 3_000_000), budget=100_000_000)

    outcome = equal_shares.count(asked, {(1,): 1, (2,): 499})

    assert outcome.funded == ("P2", "P1")


def test_twins_whose_prices_fall_together_do_not_make_every_tenge_a_step():
    """1 and 2 cost the same, have the same supporters, and some of those are poor: their prices never part."""
    million = 1_000_000
    costs = [3, 3, 3, 5]
    asked = paper(*(proposal(n, cost * million) for n, cost in enumerate(costs, 1)), budget=12 * million)

    outcome = equal_shares.count(asked, {(1, 2, 3, 4): 1, (3,): 9, (1, 2, 4): 5})

    assert outcome.funded == ("P3", "P1", "P2")


@pytest.mark.parametrize("count", [equal_shares.count, equal_shares_plain.count])
def test_what_costs_nothing_is_bought_first(count):
    assert count(paper(proposal(1, 100), proposal(2, 0)), {(1,): 5, (1, 2): 1}).funded == ("P2", "P1")


def test_one_winner_per_conflict_group_and_then_the_shares_serve_others():
    asked = paper(proposal(1, 400, group="a"), proposal(2, 400, group="a"), proposal(3, 500))

    outcome = equal_shares.count(asked, {(1, 2): 6, (2, 3): 5})

    assert outcome.funded == ("P2", "P3")
    assert outcome.steps[-1].decision == Decision.CONFLICT


def test_equal_prices_are_a_tie_and_told_once():
    outcome = equal_shares_plain.count(
        paper(proposal(1, 300), proposal(2, 300), proposal(3, 300), budget=600), {(1, 2, 3): 6}
    )

    assert outcome.funded == ("P1", "P2")
    assert [(tie.proposal_ids, tie.votes, tie.decisive) for tie in outcome.ties] == [(("P1", "P2", "P3"), 6, True)]
    assert [step.tie for step in outcome.steps] == [True, True, True]


def test_an_empty_ballot_has_a_share_that_nobody_spends():
    assert equal_shares_plain.count(paper(proposal(1, 500)), {(1,): 1}).funded == ("P1",)
    assert equal_shares_plain.count(paper(proposal(1, 501)), {(1,): 1, (): 1}).funded == ()


def test_without_ballots_nothing_is_bought():
    assert equal_shares.count(paper(), {}).funded == ()
