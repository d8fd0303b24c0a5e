"""What holds for every rule in RULES."""

from dataclasses import replace
from itertools import groupby, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.errors import StrayNumber
from ballots.rules import DECISIONS, RULES
from ballots.rules.decisions import Decision
from ballots.tallying import distinct, tally
from tests.ballots.papers import paper, polls

every_rule = pytest.mark.parametrize("rule", sorted(RULES))


def with_rule(drawn, rule):
    return replace(drawn, rules=replace(drawn.rules, rule=rule))


def funded(drawn, counted):
    return [proposal for proposal in drawn.proposals if proposal.proposal_id in counted.funded]


@every_rule
@given(polls())
def test_what_is_funded_costs_no_more_than_the_budget(rule, poll):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)

    assert sum(proposal.cost for proposal in funded(drawn, counted)) <= drawn.rules.budget


@every_rule
@given(polls(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_the_menu_changes_nothing(rule, poll, chance):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)
    chance.shuffle(ballots)
    menu = list(drawn.proposals)
    chance.shuffle(menu)

    again = tally(replace(with_rule(drawn, rule), proposals=tuple(menu)), ballots)

    assert again == counted


@every_rule
@given(polls())
def test_no_conflict_group_is_funded_twice(rule, poll):
    drawn, ballots = poll
    groups = [p.group for p in funded(drawn, tally(with_rule(drawn, rule), ballots)) if p.group]

    assert len(set(groups)) == len(groups)


@every_rule
@given(polls())
def test_nobody_below_the_threshold_and_nothing_taken_back_is_funded(rule, poll):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)

    for proposal in funded(drawn, counted):
        assert counted.votes[proposal.proposal_id] >= drawn.rules.threshold
        assert not proposal.withdrawn


@every_rule
@given(polls())
def test_the_steps_tell_the_whole_story(rule, poll):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)
    left = drawn.rules.budget

    assert {step.proposal_id for step in counted.steps} == (
        {p.proposal_id for p in drawn.proposals} if ballots else set()
    )
    assert counted.funded == tuple(s.proposal_id for s in counted.steps if s.decision == Decision.FUNDED)
    for step in counted.steps:
        assert step.decision in DECISIONS
        assert step.left == left
        left -= step.cost if step.decision == Decision.FUNDED else 0


@every_rule
@settings(deadline=None, max_examples=60)
@given(polls(most=5))
def test_a_tie_is_decisive_exactly_if_some_order_of_the_tied_funds_others(rule, poll):
    drawn, ballots = poll
    counted = tally(with_rule(drawn, rule), ballots)

    assert any(tie.decisive for tie in counted.ties) == (len(results_in_every_order(drawn, rule, ballots)) > 1)


def results_in_every_order(drawn, rule, ballots):
    """The funded sets over all orders of all tied: numbers are dealt anew and ties go by number."""
    counted = tally(drawn, ballots)
    ranked = sorted(drawn.proposals, key=lambda proposal: -counted.votes[proposal.proposal_id])
    levels = [list(equals) for _, equals in groupby(ranked, key=lambda p: counted.votes[p.proposal_id])]
    results = set()
    for orders in product(*(permutations(level) for level in levels)):
        order = [proposal for level in orders for proposal in level]
        dealt = {old.number: new for new, old in enumerate(order, 1)}
        again = paper(
            *(replace(proposal, number=dealt[proposal.number]) for proposal in order),
            budget=drawn.rules.budget,
            threshold=drawn.rules.threshold,
            rule=rule,
            ties="number",
        )
        votes = [tuple(sorted(dealt[number] for number in ballot)) for ballot in ballots]
        results.add(frozenset(tally(again, votes).funded))
    return results


@every_rule
def test_a_ballot_with_a_number_that_is_not_on_the_paper_is_not_counted_over(rule):
    with pytest.raises(StrayNumber, match="9"):
        RULES[rule](paper(), distinct([(1, 9)]))
