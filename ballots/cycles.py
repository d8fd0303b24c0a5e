"""Phases of a cycle and their transitions, as a table; and what a clock makes of a voting phase."""

from datetime import datetime

from ballots.errors import NotVotingYet, VotingOver
from ballots.model import Paper, Phase

TRANSITIONS: dict[Phase, tuple[Phase, ...]] = {
    Phase.DRAFT: (Phase.IDEAS, Phase.REVIEW, Phase.VOTING),
    Phase.IDEAS: (Phase.REVIEW, Phase.VOTING),
    Phase.REVIEW: (Phase.VOTING,),
    Phase.VOTING: (Phase.GRACE, Phase.CLOSED),
    Phase.GRACE: (Phase.CLOSED,),
    Phase.CLOSED: (Phase.CERTIFIED,),
    Phase.CERTIFIED: (Phase.IMPLEMENTATION, Phase.ARCHIVED),
    Phase.IMPLEMENTATION: (Phase.ARCHIVED,),
    Phase.ARCHIVED: (),
}


def may_become(now: Phase, then: Phase) -> bool:
    """Is `then` one step from `now`?"""
    return then in TRANSITIONS[now]


def is_open(paper: Paper, at: datetime) -> bool:
    """Does a message that arrives at `at` find the voting open? Half-open: the closing instant is closed."""
    return paper.phase is Phase.VOTING and paper.opens_at <= at < paper.closes_at


def is_over(paper: Paper, at: datetime) -> bool:
    """Is nothing taken any more at `at`, not even a text that was sent in time?"""
    before = {Phase.DRAFT, Phase.IDEAS, Phase.REVIEW}
    taking = paper.phase in {Phase.VOTING, Phase.GRACE} and at < paper.closes_at + paper.grace
    return paper.phase not in before and not taking


def check_open(paper: Paper, at: datetime, sent_at: datetime | None = None) -> None:
    """Is a vote that arrived at `at` in time?

    `sent_at` is the operator's own time. It helps only a message that arrives after closing and within the grace.
    Raises NotVotingYet or VotingOver.
    """
    if at < paper.opens_at or paper.phase in {Phase.DRAFT, Phase.IDEAS, Phase.REVIEW}:
        raise NotVotingYet(opens_at=paper.opens_at)
    if is_open(paper, at):
        return
    late = paper.phase in {Phase.VOTING, Phase.GRACE} and at < paper.closes_at + paper.grace
    if late and sent_at is not None and paper.opens_at <= sent_at < paper.closes_at:
        return
    raise VotingOver(closed_at=paper.closes_at)
