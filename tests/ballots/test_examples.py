"""An invented vote shows what the rules of a draft would do."""

from dataclasses import replace

import pytest

from ballots.examples import BUDGET, VOTES, example
from ballots.model import Rules, Ties
from ballots.rules import RULES
from tests.papers import APPROVAL, CHOOSE_1, LIGHT, aul_paper, proposal

SIX = tuple(proposal(number, LIGHT, cost * 1_000_000) for number, cost in enumerate((3, 2, 1, 4, 1, 1), 1))


def counted(paper):
    return example(paper).tally


def test_a_paper_of_its_own_is_counted_by_its_own_rules():
    found = example(aul_paper(proposals=SIX))

    assert found.own
    assert [step.votes for step in found.tally.steps] == list(VOTES[:6])
    assert found.tally.ballots == sum(VOTES[:6])
    assert found.tally.funded == ("1", "3", "5")


@pytest.mark.parametrize(
    ("change", "funded"),
    [
        ({"ties": Ties.DEARER}, ("1", "2")),
        ({"rule": "greedy-no-skip"}, ("1", "3")),
        ({"threshold": 20}, ("1", "3")),
        ({"budget": 20_000_000}, ("1", "3", "2", "4", "5", "6")),
    ],
    ids=str,
)
def test_another_rule_shows_its_effect(change, funded):
    assert counted(aul_paper(replace(CHOOSE_1, **change), proposals=SIX)).funded == funded


@pytest.mark.parametrize("rule", RULES)
def test_a_draft_with_few_proposals_is_shown_on_others(rule):
    found = example(aul_paper(Rules(APPROVAL.form, max_choices=3, rule=rule), proposals=SIX[:3]))

    assert not found.own
    assert found.paper.rules.budget == BUDGET
    assert len(found.tally.steps) == 5
    assert found.tally.funded


def test_voters_choose_several_where_the_ballot_lets_them():
    several = example(aul_paper(replace(CHOOSE_1, form=APPROVAL.form, max_choices=3), proposals=SIX)).tally

    assert [step.votes for step in several.steps] == list(VOTES[:6])
    assert several.ballots == max(VOTES[0], -(-sum(VOTES[:6]) // 3))


def test_what_was_taken_back_gets_no_votes():
    paper = aul_paper(proposals=(*SIX, proposal(7, LIGHT, withdrawn=True)))

    assert counted(paper).votes["7"] == 0


def test_more_proposals_than_invented_votes_get_none():
    many = tuple(proposal(number, LIGHT, 10) for number in range(1, 20))

    assert list(counted(aul_paper(proposals=many)).votes.values())[8:] == [0] * 11
