from ballots.rules.decisions import Decision
from ballots.rules.greedy_no_skip import count
from tests.ballots.papers import paper, proposal

VOTES = {(1,): 9, (2,): 8, (3,): 7, (4,): 6}


def decisions(*proposals, **rules):
    return [step.decision for step in count(paper(*proposals, **rules), VOTES).steps]


def test_the_first_that_does_not_fit_ends_the_funding():
    assert decisions(proposal(1, 400), proposal(2, 700), proposal(3, 100), proposal(4, 900)) == [
        Decision.FUNDED,
        Decision.OVER_BUDGET,
        Decision.STOPPED,
        Decision.STOPPED,
    ]


def test_conflicts_and_what_was_taken_back_end_nothing():
    group = {"group": "roof"}

    assert decisions(
        proposal(1, 400, **group), proposal(2, 700, **group), proposal(3, withdrawn=True), proposal(4)
    ) == [
        Decision.FUNDED,
        Decision.CONFLICT,
        Decision.WITHDRAWN,
        Decision.FUNDED,
    ]


def test_a_tie_can_decide_by_what_stops_the_funding():
    tied = paper(proposal(1, 400), proposal(2, 2000))

    outcome = count(tied, {(1, 2): 5})

    assert outcome.funded == ("P1",)
    assert [tie.decisive for tie in outcome.ties] == [True]
