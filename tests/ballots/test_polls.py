from ballots.model import BallotForm, PollKind
from ballots.polls import POLLS


def test_every_kind_of_poll_says_what_it_allows():
    assert set(POLLS) == set(PollKind)


def test_only_a_vote_hands_out_a_budget_for_good():
    assert [kind for kind, allowed in POLLS.items() if allowed.counts and allowed.funds] == [PollKind.VOTE]


def test_a_rehearsal_is_a_vote_that_does_not_count_and_says_so():
    vote, rehearsal = POLLS[PollKind.VOTE], POLLS[PollKind.REHEARSAL]

    assert rehearsal.forms == vote.forms == tuple(BallotForm)
    assert rehearsal.prefix
    assert not rehearsal.counts
