"""What holds for every rule in RULES."""

from dataclasses import replace
from itertools import groupby, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.errors import StrayNumber
from ballots.rules import DECISIONS, RULES
from ballots.rules.decisions import Decision
from ballots.rules.quotas import caps
from ballots.tallying import distinct, tally
from tests.ballots.papers import paper, polls

few_examples = settings(deadline=None, max_examples=40)
"""Each is counted under every rule."""

by_votes = ("greedy", "greedy-no-skip")


def with_rule(drawn, rule):
    return replace(drawn, rules=replace(drawn.rules, rule=rule))


def counts(drawn, ballots, rules=tuple(RULES)):
    """The tally of the same ballots under every rule."""
    return [tally(with_rule(drawn, rule), ballots) for rule in rules]


def funded(drawn, counted):
    return [proposal for proposal in drawn.proposals if proposal.proposal_id in counted.funded]


@few_examples
@given(polls())
def test_what_is_funded_costs_no_more_than_the_budget_and_no_more_than_any_cap(poll):
    for counted in counts(*poll):
        chosen = funded(poll[0], counted)

        assert sum(proposal.cost for proposal in chosen) <= poll[0].rules.budget, counted.rule
        for cap in caps(poll[0].rules, poll[0].proposals):
            assert sum(proposal.cost for proposal in chosen if proposal.number in cap.numbers) <= cap.left, counted.rule


@few_examples
@given(polls(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_the_menu_changes_nothing(poll, chance):
    drawn, ballots = poll
    counted = counts(drawn, ballots)
    chance.shuffle(ballots)
    menu = list(drawn.proposals)
    chance.shuffle(menu)

    again = counts(replace(drawn, proposals=tuple(menu)), ballots)

    assert again == counted


@few_examples
@given(polls())
def test_no_conflict_group_is_funded_twice(poll):
    for counted in counts(*poll):
        groups = [p.group for p in funded(poll[0], counted) if p.group]

        assert len(set(groups)) == len(groups), counted.rule


@few_examples
@given(polls())
def test_nobody_below_the_threshold_and_nothing_taken_back_is_funded(poll):
    for counted in counts(*poll):
        for proposal in funded(poll[0], counted):
            assert counted.votes[proposal.proposal_id] >= poll[0].rules.threshold, counted.rule
            assert not proposal.withdrawn, counted.rule


@few_examples
@given(polls())
def test_the_steps_tell_the_whole_story(poll):
    drawn, ballots = poll
    for counted in counts(drawn, ballots):
        left = drawn.rules.budget

        assert sorted(step.proposal_id for step in counted.steps) == (
            sorted(p.proposal_id for p in drawn.proposals) if ballots else []
        ), counted.rule
        assert counted.funded == tuple(s.proposal_id for s in counted.steps if s.decision == Decision.FUNDED)
        for step in counted.steps:
            assert step.decision in DECISIONS
            assert step.left == left, counted.rule
            left -= step.cost if step.decision == Decision.FUNDED else 0


@pytest.mark.parametrize("rule", by_votes)
@settings(deadline=None, max_examples=60)
@given(polls(most=5, quotas=False))
def test_by_votes_a_tie_is_decisive_exactly_if_some_order_of_the_tied_funds_others(rule, poll):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)

    assert any(tie.decisive for tie in counted.ties) == (len(results_in_every_order(drawn, rule, ballots)) > 1)


@few_examples
@given(polls(most=4))
def test_a_tie_called_decisive_has_another_order_that_funds_others(poll):
    for counted in counts(*poll):
        if any(tie.decisive for tie in counted.ties):
            assert len(results_in_every_order(poll[0], counted.rule, poll[1], all_orders)) > 1, counted.rule


@few_examples
@given(polls(quotas=False))
def test_by_votes_a_winner_that_gets_one_vote_more_is_still_funded(poll):
    drawn, ballots = poll
    for counted in counts(drawn, ballots, by_votes):
        for winner in funded(drawn, counted):
            again = tally(with_rule(drawn, counted.rule), [*ballots, (winner.number,)])

            assert winner.proposal_id in again.funded, counted.rule


def orders_of_equals(drawn, counted):
    ranked = sorted(drawn.proposals, key=lambda proposal: -counted.votes[proposal.proposal_id])
    levels = [list(equals) for _, equals in groupby(ranked, key=lambda p: counted.votes[p.proposal_id])]
    for orders in product(*(permutations(level) for level in levels)):
        yield [proposal for level in orders for proposal in level]


def all_orders(drawn, _):
    return permutations(drawn.proposals)


def results_in_every_order(drawn, rule, ballots, orders=orders_of_equals):
    """The funded sets over these orders of the proposals: numbers are dealt anew and ties go by number."""
    results = set()
    for order in orders(drawn, tally(drawn, ballots)):
        dealt = {old.number: new for new, old in enumerate(order, 1)}
        again = paper(
            *(replace(proposal, number=dealt[proposal.number]) for proposal in order),
            budget=drawn.rules.budget,
            threshold=drawn.rules.threshold,
            rule=rule,
            ties="number",
            quotas=drawn.rules.quotas,
        )
        votes = [tuple(sorted(dealt[number] for number in ballot)) for ballot in ballots]
        results.add(frozenset(tally(again, votes).funded))
    return results


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_ballot_with_a_number_that_is_not_on_the_paper_is_not_counted_over(rule):
    with pytest.raises(StrayNumber, match="9"):
        RULES[rule](paper(), distinct([(1, 9)]))
