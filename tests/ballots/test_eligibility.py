from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from ballots import eligibility
from ballots.errors import AlreadyMixed, AlreadyVoted, NotOnRoll
from ballots.model import PollKind, Standing
from ballots.polls import POLLS
from tests.ballots.papers import paper

DAY = date(2026, 5, 2)


def test_a_phone_on_the_roll_of_the_area_may_vote():
    eligibility.check_on_roll(paper(), areas=(7, 40))


def test_a_phone_on_other_rolls_only_is_refused():
    with pytest.raises(NotOnRoll) as refused:
        eligibility.check_on_roll(paper(), areas=(8,))

    assert refused.value.facts == {"area": 7}


def test_every_standing_says_what_may_still_be_done():
    assert set(eligibility.STANDINGS) == set(Standing)


def outcome(refusal):
    return pytest.raises(refusal) if refusal else nullcontext()


@pytest.mark.parametrize(
    ("standing", "vote", "change"),
    [
        pytest.param(Standing.NONE, None, None, id="none yet: a change is the vote"),
        pytest.param(Standing.HELD, None, None, id="held: replaced by anything newer"),
        pytest.param(Standing.PENDING, AlreadyVoted, None, id="pending: only a change"),
        pytest.param(Standing.MIXED, AlreadyVoted, AlreadyMixed, id="mixed: final"),
        pytest.param(Standing.PAPER, AlreadyVoted, AlreadyMixed, id="on paper: final"),
    ],
)
def test_what_a_phone_may_still_do(standing, vote, change):
    with outcome(vote):
        eligibility.check_first(standing, DAY)
    with outcome(change):
        eligibility.check_change(paper(), standing, DAY)


def test_a_second_vote_is_told_the_day_and_nothing_else():
    with pytest.raises(AlreadyVoted) as refused:
        eligibility.check_first(Standing.PENDING, DAY)

    assert refused.value.facts == {"voted_on": DAY}


def test_where_a_kind_allows_no_change_the_first_vote_stays(monkeypatch):
    monkeypatch.setitem(POLLS, PollKind.OVERSEE, replace(POLLS[PollKind.OVERSEE], changeable=False))
    final = replace(paper(), kind=PollKind.OVERSEE)

    eligibility.check_change(final, Standing.NONE, None)
    with pytest.raises(AlreadyVoted):
        eligibility.check_change(final, Standing.PENDING, DAY)
