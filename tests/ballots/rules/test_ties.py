from hashlib import sha256

import pytest

from ballots.model import Tie, Ties
from ballots.rules.greedy import count
from ballots.rules.ties import POLICIES, in_order, lot
from tests.ballots.papers import paper, proposal

TIED = [proposal(1, 300), proposal(2, 100), proposal(3, 200), proposal(4, 100)]


def test_every_policy_has_an_order():
    assert set(POLICIES) == set(Ties)


@pytest.mark.parametrize(
    ("policy", "numbers"),
    [(Ties.CHEAPER, [2, 4, 3, 1]), (Ties.DEARER, [1, 3, 2, 4]), (Ties.NUMBER, [1, 2, 3, 4])],
)
def test_the_order_of_a_policy_and_then_of_numbers(policy, numbers):
    asked = paper(*TIED, ties=policy)

    assert [p.number for p in in_order(asked.rules, list(reversed(TIED)))] == numbers


def test_lots_are_hashes_of_seed_and_id_that_anyone_can_draw_again():
    asked = paper(*TIED, ties=Ties.LOT, lot_seed="2026-05-02 481516")

    drawn = [p.proposal_id for p in in_order(asked.rules, TIED)]

    assert drawn == sorted(drawn, key=lambda name: sha256(f"2026-05-02 481516:{name}".encode()).hexdigest())
    assert lot("seed", "P1").hex() == sha256(b"seed:P1").hexdigest()


def test_another_seed_gives_another_order_some_day():
    orders = {
        tuple(p.number for p in in_order(paper(*TIED, ties=Ties.LOT, lot_seed=str(seed)).rules, TIED))
        for seed in range(20)
    }

    assert len(orders) > 5


def test_a_tie_that_decides_is_told_with_its_policy():
    outcome = count(paper(*TIED, budget=250), {(1, 2, 3): 1, (1, 2, 3, 4): 1})

    assert outcome.funded == ("P2", "P4")
    assert outcome.ties == (Tie(2, ("P2", "P3", "P1"), Ties.CHEAPER, decisive=True),)
    assert [step.tie for step in outcome.steps] == [True, True, True, False]


def test_a_tie_where_all_fit_decides_nothing():
    outcome = count(paper(*TIED), {(1, 2, 3, 4): 1})

    assert [tie.decisive for tie in outcome.ties] == [False]


def test_who_cannot_be_funded_anyway_is_in_no_tie():
    outcome = count(paper(proposal(1), proposal(2, withdrawn=True), proposal(3), threshold=1), {(1, 2): 1, (2,): 0})

    assert outcome.ties == ()
    assert [step.tie for step in outcome.steps] == [False, False, False]
