from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from ballots import cycles
from ballots.errors import NotVotingYet, VotingOver
from ballots.model import Phase
from tests.ballots.papers import CLOSES, OPENS, paper

SECOND = timedelta(seconds=1)


def test_every_phase_has_its_transitions():
    assert set(cycles.TRANSITIONS) == set(Phase)


def test_ideas_and_review_may_be_skipped_but_nothing_goes_back():
    assert cycles.may_become(Phase.DRAFT, Phase.VOTING)
    assert not cycles.may_become(Phase.CLOSED, Phase.VOTING)


@pytest.mark.parametrize(
    ("at", "sent_at", "phase", "refusal"),
    [
        pytest.param(OPENS, None, Phase.VOTING, None, id="the opening instant is open"),
        pytest.param(OPENS - SECOND, None, Phase.VOTING, NotVotingYet, id="a second too early"),
        pytest.param(OPENS, None, Phase.REVIEW, NotVotingYet, id="not opened"),
        pytest.param(CLOSES - SECOND, None, Phase.VOTING, None, id="the last second"),
        pytest.param(CLOSES, None, Phase.VOTING, VotingOver, id="the closing instant is closed"),
        pytest.param(CLOSES, CLOSES - SECOND, Phase.GRACE, None, id="sent in time, arrived within the grace"),
        pytest.param(CLOSES, CLOSES, Phase.GRACE, VotingOver, id="sent at the closing instant"),
        pytest.param(CLOSES, OPENS - SECOND, Phase.GRACE, VotingOver, id="sent before opening"),
        pytest.param(CLOSES + timedelta(minutes=30), OPENS, Phase.GRACE, VotingOver, id="after the grace"),
        pytest.param(OPENS, OPENS, Phase.CLOSED, VotingOver, id="closed early"),
    ],
)
def test_whether_a_message_is_in_time(at, sent_at, phase, refusal):
    asked = replace(paper(), phase=phase)

    with pytest.raises(refusal) if refusal else nullcontext():
        cycles.check_open(asked, at, sent_at)


@pytest.mark.parametrize(
    ("at", "phase", "expected"),
    [
        pytest.param(OPENS, Phase.REVIEW, False, id="not begun"),
        pytest.param(CLOSES, Phase.VOTING, False, id="within the grace"),
        pytest.param(CLOSES + timedelta(minutes=30), Phase.VOTING, True, id="after the grace, whatever the box did"),
        pytest.param(OPENS, Phase.CLOSED, True, id="closed early"),
    ],
)
def test_whether_nothing_is_taken_any_more(at, phase, expected):
    assert cycles.is_over(replace(paper(), phase=phase), at) == expected
