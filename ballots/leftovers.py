"""What several auls could not spend, put together and given to the most wanted of what was not funded.

Poznań counts so after its districts are counted (Pabulib, the comments of its files). The order is by votes, over all
auls; each proposal still needs the votes that its own paper asks for, and its conflict group must have no winner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ballots.model import Paper, Proposal, Rules, Step, Tally, Tie
from ballots.polls import POLLS
from ballots.rules import greedy, phases
from ballots.rules.decisions import Decision
from ballots.rules.walk import Contest


@dataclass(frozen=True, slots=True)
class Pooled:
    """What became of the leftovers; ids are `AREA:PROPOSAL_ID`."""

    left: int  # whole tenge that the auls left over together
    remains: int  # whole tenge that nothing fits into
    funded: tuple[str, ...]
    steps: tuple[Step, ...]  # their numbers are places in the order of papers and menus, from 1
    ties: tuple[Tie, ...]


def pool(counted: Sequence[tuple[Paper, Tally]], rules: Rules) -> Pooled:
    """`rules` say how ties are settled, and a threshold beside each paper's own; their budget is not looked at."""
    proposals: list[Proposal] = []
    votes: dict[int, int] = {}
    left = 0
    for paper, tally in counted:
        left += left_of(paper, tally)
        for proposal in _unfunded(paper, tally):
            number = len(proposals) + 1
            votes[number] = tally.votes[proposal.proposal_id]
            proposals.append(_of_area(paper, proposal, number))
    asked = replace(rules, budget=left, quotas=())
    outcome = phases.decide(Contest(asked, tuple(proposals), votes), greedy.method)
    spent = sum(step.cost for step in outcome.steps if step.decision == Decision.FUNDED)
    return Pooled(left, left - spent, outcome.funded, outcome.steps, outcome.ties)


def left_of(paper: Paper, tally: Tally) -> int:
    """Whole tenge of the budget that were not handed out; 0 for a poll that hands out none."""
    if not POLLS[paper.kind].funds:
        return 0
    return paper.rules.budget - sum(p.cost for p in paper.proposals if p.proposal_id in tally.funded)


def _unfunded(paper: Paper, tally: Tally) -> list[Proposal]:
    """Those that somebody chose and that the paper's own rules would still fund, if there were money."""
    groups = {p.group for p in paper.proposals if p.proposal_id in tally.funded and p.group}
    return [
        proposal
        for proposal in paper.proposals
        if proposal.proposal_id not in tally.funded
        and not proposal.withdrawn
        and proposal.group not in groups
        and tally.votes[proposal.proposal_id] >= max(paper.rules.threshold, 1)
    ]


def _of_area(paper: Paper, proposal: Proposal, number: int) -> Proposal:
    area = paper.area.code
    group = f"{area}:{proposal.group}" if proposal.group else ""
    return replace(proposal, number=number, proposal_id=f"{area}:{proposal.proposal_id}", group=group)
