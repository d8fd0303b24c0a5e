from collections import Counter
from dataclasses import replace

from hypothesis import given

from ballots import canonical
from ballots.model import PollKind
from ballots.tallying import as_plain, distinct, tally
from tests.ballots.papers import paper, polls, proposal


def test_votes_are_counted_with_zeros_under_the_proposals_own_ids():
    counted = tally(paper(), [(1, 2), (2,), ()])

    assert counted.ballots == 3
    assert counted.votes == {"P1": 1, "P2": 2, "P3": 0}
    assert counted.funded == ("P2", "P1", "P3")
    assert counted.rule == "greedy"


@given(polls())
def test_ballots_one_by_one_or_counted_give_the_same_tally(poll):
    drawn, ballots = poll

    assert tally(drawn, ballots) == tally(drawn, iter(ballots)) == tally(drawn, Counter(ballots))


def test_a_number_that_a_ballot_repeats_is_taken_once():
    assert distinct([(2, 1, 2), (1, 2)]) == {(1, 2): 2}


def test_without_a_ballot_nothing_is_funded():
    counted = tally(paper(), [])

    assert (counted.ballots, counted.funded, counted.steps) == (0, (), ())
    assert counted.votes == {"P1": 0, "P2": 0, "P3": 0}


def test_a_consultation_is_only_added_up():
    asked = replace(paper(), kind=PollKind.CONSULT)

    counted = tally(asked, [(1,), (1, 2)])

    assert counted.votes == {"P1": 2, "P2": 1, "P3": 0}
    assert (counted.funded, counted.rule, counted.steps) == ((), "", ())


def test_a_rehearsal_is_counted_like_the_vote():
    rehearsal = replace(paper(), kind=PollKind.REHEARSAL)

    assert tally(rehearsal, [(1,)]).funded == tally(paper(), [(1,)]).funded


def test_a_hundred_thousand_ballots_are_counted_by_their_distinct_choices():
    proposals = [proposal(number) for number in range(1, 128)]
    ballots = [tuple(range(1 + place % 100, 16 + place % 100)) for place in range(100_000)]

    counted = tally(paper(*proposals), ballots)

    assert len(distinct(ballots)) == 100
    assert counted.ballots == 100_000
    assert sum(counted.votes.values()) == 15 * 100_000


def test_a_tally_as_plain_values_has_the_keys_of_the_contract():
    counted = tally(paper(proposal(1), proposal(2), budget=100), [(1, 2)])

    plain = as_plain(counted, cycle=4, accepted=3, pending=2, head="ab" * 32)

    assert canonical.read(canonical.write(plain)) == plain == {
        "cycle": 4,
        "accepted": 3,
        "pending": 2,
        "ballots": 1,
        "votes": {"P1": 1, "P2": 1},
        "funded": ["P1"],
        "rule": "greedy",
        "ties": [{"votes": 1, "proposal_ids": ["P1", "P2"], "policy": "cheaper", "decisive": True}],
        "steps": [
            {
                "proposal_id": "P1",
                "number": 1,
                "votes": 1,
                "cost": 100,
                "left": 100,
                "decision": "funded",
                "tie": True,
            },
            {
                "proposal_id": "P2",
                "number": 2,
                "votes": 1,
                "cost": 100,
                "left": 0,
                "decision": "over-budget",
                "tie": True,
            },
        ],
        "head": "ab" * 32,
    }  # fmt: skip
