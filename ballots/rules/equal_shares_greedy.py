"""The Method of Equal Shares with Add1, completed by votes: what is left then goes to the most votes that fit.

Add1 may end with money that would pay for more. With cost utilities the greedy completion takes proposals by their
votes, as greedy.py does.
"""

from collections.abc import Mapping
from dataclasses import replace

from ballots.model import Choices, Paper
from ballots.rules import equal_shares, greedy, phases
from ballots.rules.walk import Contest, Outcome, Part, Standing, funded


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return phases.count(paper, ballots, method)


def method(contest: Contest, standing: Standing) -> Part:
    """Through a contest from where the count stands."""
    shares = equal_shares.method(contest, standing)
    paid = set(funded(shares.steps))
    rest = tuple(proposal for proposal in contest.proposals if proposal.proposal_id not in paid)
    completion = greedy.method(replace(contest, proposals=rest), shares.standing)
    bought = tuple(step for step in shares.steps if step.proposal_id in paid)
    ties = tuple(tie for tie in shares.ties if paid & set(tie.proposal_ids))
    return Part(bought + completion.steps, ties + completion.ties, completion.standing)
