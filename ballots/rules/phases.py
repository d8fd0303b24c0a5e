"""From a rule's own method to its outcome: reserved shares first, then everything else; and which ties decided.

A floor is filled by the same rule among the proposals that it is for, with the reserved money alone; what they do
not use returns to the common budget. Floors and caps over groups of projects: P. Jain, K. Sornat, N. Talmon and
M. Zehavi, "Participatory Budgeting with Project Groups" (IJCAI 2021).
"""

from collections.abc import Mapping
from dataclasses import replace

from ballots.model import Choices, Paper, Step, Tie
from ballots.rules import quotas
from ballots.rules.walk import Contest, Method, Outcome, Standing, funded, votes_of


def count(paper: Paper, ballots: Mapping[Choices, int], method: Method) -> Outcome:
    """`ballots`: distinct ballot -> how many. Raises StrayNumber."""
    return decide(Contest(paper.rules, paper.proposals, votes_of(paper, ballots), ballots), method)


def decide(contest: Contest, method: Method) -> Outcome:
    """The outcome of a contest of all proposals."""
    outcome = _in_phases(contest, method)
    ties = tuple(_judged(contest, method, tie, frozenset(outcome.funded)) for tie in outcome.ties)
    return replace(outcome, ties=ties)


def _in_phases(contest: Contest, method: Method) -> Outcome:
    rules, proposals = contest.rules, contest.proposals
    standing = Standing(rules.budget, rules.threshold, caps=quotas.caps(rules, proposals))
    steps: list[Step] = []
    ties: list[Tie] = []
    for floor in quotas.floors(rules, proposals):
        spent = sum(step.cost for step in steps if step.number in floor.numbers)
        taken = {step.number for step in steps}
        among = tuple(p for p in proposals if p.number in floor.numbers - taken)
        reserve = min(max(floor.left - spent, 0), standing.left)
        part = method(replace(contest, proposals=among), replace(standing, left=reserve))
        paid = set(funded(part.steps))
        beside = standing.left - reserve
        steps += [
            replace(step, left=step.left + beside, reserved=True) for step in part.steps if step.proposal_id in paid
        ]
        ties += [tie for tie in part.ties if paid & set(tie.proposal_ids)]
        standing = replace(part.standing, left=part.standing.left + beside, refused_for_cost=False)
    taken = {step.number for step in steps}
    rest = tuple(p for p in proposals if p.number not in taken)
    part = method(replace(contest, proposals=rest), standing)
    steps += part.steps
    return Outcome(funded(steps), tuple(steps), (*ties, *part.ties))


def _judged(contest: Contest, method: Method, tie: Tie, usual: frozenset[str]) -> Tie:
    """The tie, called decisive if taking another of the tied first funds other proposals.

    For a walk by votes that is exact: if each of them, taken first, leaves the same funded, all fit together. Under
    Equal Shares and floors an order that only matters further on is not followed.
    """
    if not tie.decisive:
        return tie
    numbers = {proposal.proposal_id: proposal.number for proposal in contest.proposals}
    others = (replace(contest, first=numbers[proposal_id]) for proposal_id in tie.proposal_ids[1:])
    return replace(tie, decisive=any(frozenset(_in_phases(other, method).funded) != usual for other in others))
