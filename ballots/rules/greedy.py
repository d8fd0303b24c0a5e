"""Greedy by votes: the most votes first, whatever no longer fits is skipped.

"Greedy by votes" orders by the number of voters, not by votes per tenge: the utilitarian greedy rule with cost
utilities of N. Talmon and P. Faliszewski, "A Framework for Approval-Based Budgeting Methods" (AAAI 2019); most Polish
cities count so.
"""

from collections.abc import Mapping

from ballots.model import Choices, Paper, Proposal
from ballots.rules import phases
from ballots.rules.decisions import Decision
from ballots.rules.walk import Contest, Outcome, Part, Standing, barred, walk


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return phases.count(paper, ballots, method)


def method(contest: Contest, standing: Standing) -> Part:
    """Through a contest from where the count stands."""
    return walk(contest, standing, decide)


def decide(proposal: Proposal, votes: int, standing: Standing) -> Decision:
    """What is decided about `proposal` where the walk stands now."""
    reason = barred(proposal, votes, standing)
    if reason is not None:
        return reason
    return Decision.OVER_BUDGET if proposal.cost > standing.left else Decision.FUNDED
