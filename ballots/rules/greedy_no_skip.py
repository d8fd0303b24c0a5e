"""Greedy by votes without skipping: the first proposal that does not fit ends the funding.

Poznań counts so (Pabulib, "rule" and its comments). Proposals below the threshold, in conflict, over a quota or
withdrawn end nothing.
"""

from collections.abc import Mapping

from ballots.model import Choices, Paper, Proposal
from ballots.rules import greedy, phases
from ballots.rules.decisions import Decision
from ballots.rules.walk import Contest, Outcome, Part, Standing, walk


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return phases.count(paper, ballots, method)


def method(contest: Contest, standing: Standing) -> Part:
    """Through a contest from where the count stands."""
    return walk(contest, standing, decide)


def decide(proposal: Proposal, votes: int, standing: Standing) -> Decision:
    """Greedy's decision, but nothing is funded after the first that did not fit."""
    decision = greedy.decide(proposal, votes, standing)
    if standing.refused_for_cost and decision in {Decision.FUNDED, Decision.OVER_BUDGET}:
        return Decision.STOPPED
    return decision
