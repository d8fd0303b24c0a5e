import pytest

from ballots import pabulib, scoring
from ballots.errors import BadPabulib
from ballots.model import BallotForm, Rules, Ties
from ballots.rules.decisions import Decision

PROJECTS = "PROJECTS\nproject_id;cost\nroad;600\nwell;500\ntrees;300\n"
RANKS = "VOTES\nvoter_id;vote\n1;road,well,trees\n2;well,road\n3;well\n4;trees,well\n5;\n"
POINTS = 'VOTES\nvoter_id;vote;points\n1;road,well;7,3\n2;trees;10\n3;well,trees;4,6\n4;;\n5;road;"9"\n'


def election(kind, votes, **meta):
    lines = {"budget": "1000", "vote_type": kind} | meta
    head = "META\nkey;value\n" + "".join(f"{key};{value}\n" for key, value in lines.items())
    return pabulib.read((head + PROJECTS + votes).encode())


def rules(rule="greedy", **more):
    return Rules(BallotForm.APPROVAL, budget=1000, rule=rule, **more)


def test_an_ordinal_election_is_counted_by_borda():
    counted = scoring.count(election("ordinal", RANKS, max_length="3"), rules())

    assert counted.votes == {"road": 5, "well": 10, "trees": 4}
    assert counted.funded == ("well", "trees")
    assert counted.ballots == 5


def test_without_a_limit_a_ballot_may_rank_all_projects():
    assert scoring.count(election("ordinal", RANKS), rules()).votes["road"] == 5


def test_with_two_places_the_first_gives_two_points():
    assert scoring.count(election("ordinal", RANKS, max_length="2"), rules()).votes == {
        "road": 3,
        "well": 6,
        "trees": 2,
    }


@pytest.mark.parametrize("kind", ["cumulative", "scoring"])
def test_points_are_summed(kind):
    counted = scoring.count(election(kind, POINTS), rules("greedy-no-skip"))

    assert counted.votes == {"road": 16, "well": 7, "trees": 16}
    assert counted.funded == ("trees", "road")
    assert counted.ties[0].proposal_ids == ("trees", "road")
    assert counted.steps[-1].decision == Decision.OVER_BUDGET


def test_ties_and_thresholds_are_of_points():
    counted = scoring.count(election("cumulative", POINTS), rules(ties=Ties.DEARER, threshold=8))

    assert counted.funded == ("road", "trees")
    assert counted.steps[-1].decision == Decision.BELOW_THRESHOLD


@pytest.mark.parametrize("points", ["7", "7,3,1", "7,x", "7,2.5", ""], ids=repr)
def test_points_that_do_not_go_with_the_projects_are_named_by_their_voter(points):
    odd = f"VOTES\nvoter_id;vote;points\n17;road,well;{points}\n"

    with pytest.raises(BadPabulib, match="points of voter 17 are"):
        scoring.count(election("cumulative", odd), rules())


@pytest.mark.parametrize(
    ("kind", "rule", "message"),
    [
        pytest.param("approval", "greedy", "vote_type approval has no points", id="another kind of vote"),
        pytest.param("ordinal", "equal-shares", "does not count points; choose greedy or greedy-no-skip", id="shares"),
    ],
)
def test_what_cannot_be_summed_is_refused(kind, rule, message):
    with pytest.raises(BadPabulib, match=message):
        scoring.count(election(kind, RANKS), rules(rule))
