"""Greedy by votes: the most votes first, whatever no longer fits is skipped.

"Greedy by votes" orders by the number of voters, not by votes per tenge: the utilitarian greedy rule with cost
utilities of N. Talmon and P. Faliszewski, "A Framework for Approval-Based Budgeting Methods" (AAAI 2019); most Polish
cities count so.
"""

from collections.abc import Mapping

from ballots.model import Choices, Paper, Proposal
from ballots.rules.decisions import Decision
from ballots.rules.walk import Outcome, Standing, walk


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return walk(paper, ballots, decide)


def decide(proposal: Proposal, votes: int, standing: Standing) -> Decision:
    """What is decided about `proposal` where the walk stands now."""
    if proposal.withdrawn:
        return Decision.WITHDRAWN
    if votes < standing.threshold:
        return Decision.BELOW_THRESHOLD
    if proposal.group in standing.groups:
        return Decision.CONFLICT
    if proposal.cost > standing.left:
        return Decision.OVER_BUDGET
    return Decision.FUNDED
