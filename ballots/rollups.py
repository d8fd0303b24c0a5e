"""Results of many polls added up: of a district, a region, a whole gateway, and for each Sustainable Development Goal.

A poll with so few ballots that its totals would tell who voted how is only counted as withheld: none of its figures is
in any sum, for that sum less the others would tell them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ballots.model import Paper, Proposal, Tally

GOALS = range(1, 18)
"""The Sustainable Development Goals of the United Nations (A/RES/70/1)."""

NO_GOAL = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a poll came to, as far as everybody may know it."""

    paper: Paper
    tally: Tally | None  # None: withheld, too few ballots
    certified: bool


@dataclass(frozen=True, slots=True)
class GoalSum:
    """Proposals that serve one goal. One that serves two counts in full for each: goals do not add up to the whole."""

    goal: int  # 1..17; NO_GOAL = proposals that serve none
    proposals: int
    votes: int
    funded: int
    funded_cost: int  # whole tenge


@dataclass(frozen=True, slots=True)
class Rollup:
    """What many polls came to. Everything but the first three figures is of those that are not withheld."""

    polls: int
    certified: int
    withheld: int
    ballots: int
    budget: int  # whole tenge
    proposals: int
    funded: int
    funded_cost: int  # whole tenge
    goals: tuple[GoalSum, ...]  # those that occur, ascending; NO_GOAL first


def roll_up(results: Iterable[Result]) -> Rollup:
    """The sums of these results."""
    found = tuple(results)
    told = [(result.paper, result.tally) for result in found if result.tally is not None]
    proposals = [
        (proposal, tally.votes[proposal.proposal_id], proposal.proposal_id in tally.funded)
        for paper, tally in told
        for proposal in paper.proposals
    ]
    occurring = {goal for proposal, _, _ in proposals for goal in _goals(proposal)}
    return Rollup(
        polls=len(found),
        certified=sum(result.certified for result in found),
        withheld=len(found) - len(told),
        ballots=sum(tally.ballots for _, tally in told),
        budget=sum(paper.rules.budget for paper, _ in told),
        proposals=len(proposals),
        funded=sum(funded for _, _, funded in proposals),
        funded_cost=sum(proposal.cost for proposal, _, funded in proposals if funded),
        goals=tuple(_of_goal(goal, proposals) for goal in sorted(occurring)),
    )


def _goals(proposal: Proposal) -> frozenset[int]:
    return frozenset(proposal.sdgs) or frozenset({NO_GOAL})


def _of_goal(goal: int, proposals: list[tuple[Proposal, int, bool]]) -> GoalSum:
    serving = [each for each in proposals if goal in _goals(each[0])]
    return GoalSum(
        goal=goal,
        proposals=len(serving),
        votes=sum(votes for _, votes, _ in serving),
        funded=sum(funded for _, _, funded in serving),
        funded_cost=sum(proposal.cost for proposal, _, funded in serving if funded),
    )
