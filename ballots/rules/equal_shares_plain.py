"""The Method of Equal Shares without completion: what the voters' shares do not buy is left over.

shares.py names the paper. Money can be left that would pay for more: the two other rules of Equal Shares spend it.
"""

from collections.abc import Mapping, Sequence

from ballots.model import Choices, Paper, Proposal, Step, Tie
from ballots.rules import phases
from ballots.rules.decisions import Decision
from ballots.rules.shares import Electorate, Purchase, buy, electorate
from ballots.rules.walk import Contest, Outcome, Part, Standing, barred, levels, step_of


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return phases.count(paper, ballots, method)


def method(contest: Contest, standing: Standing) -> Part:
    """Through a contest from where the count stands: what is left there is dealt out equally."""
    voters = electorate(contest, standing)
    return told(contest, standing, voters, buy(voters, standing, standing.left))


def told(contest: Contest, standing: Standing, voters: Electorate, purchases: Sequence[Purchase]) -> Part:
    """Purchases that cost no more than `standing.left`, as steps; then what was not bought, most votes first."""
    ties = _ties(contest, voters, purchases)
    named = {proposal_id for tie in ties for proposal_id in tie.proposal_ids}
    steps: list[Step] = []
    for purchase in purchases:
        proposal, votes = voters.proposals[purchase.number], voters.votes[purchase.number]
        left, pays = standing.left, purchase.price.payment(proposal.cost)
        tie = proposal.proposal_id in named
        steps.append(
            Step(proposal.proposal_id, proposal.number, votes, proposal.cost, left, Decision.FUNDED, tie, pays)
        )
        standing = standing.after(proposal)
    bought = {step.number for step in steps}
    for votes, equals in levels(contest):
        for proposal in equals:
            if proposal.number not in bought:
                tie = proposal.proposal_id in named
                steps.append(step_of(proposal, votes, standing, _why_not(proposal, votes, standing), tie=tie))
    return Part(tuple(steps), ties, standing)


def _why_not(proposal: Proposal, votes: int, standing: Standing) -> Decision:
    reason = barred(proposal, votes, standing)
    if reason is not None:
        return reason
    return Decision.OVER_BUDGET if proposal.cost > standing.left else Decision.UNAFFORDABLE


def _ties(contest: Contest, voters: Electorate, purchases: Sequence[Purchase]) -> tuple[Tie, ...]:
    """Each tie once: of proposals that stay tied after the first was bought nothing more is told."""
    ties: list[Tie] = []
    before: set[int] = set()
    for purchase in purchases:
        if not before.issuperset(purchase.tied):
            names = tuple(voters.proposals[number].proposal_id for number in purchase.tied)
            ties.append(Tie(voters.votes[purchase.number], names, contest.rules.ties, decisive=True))
        before = set(purchase.tied) or before
    return tuple(ties)
