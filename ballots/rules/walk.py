"""What greedy rules share: proposals taken one by one, most votes first, each decided on what is left by then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ballots.errors import StrayNumber
from ballots.model import Choices, Paper, Proposal, Step, Tie
from ballots.rules.decisions import Decision
from ballots.rules.ties import in_order


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of the ballots."""

    funded: tuple[str, ...]  # proposal_ids in the order of funding
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a walk stands before its next decision."""

    left: int  # whole tenge
    threshold: int  # votes
    groups: frozenset[str] = frozenset()  # conflict groups that have their winner
    refused_for_cost: bool = False  # something did not fit already


Decide = Callable[[Proposal, int, Standing], Decision]
"""(proposal, its votes, where the walk stands) -> decision."""


def votes_of(paper: Paper, ballots: Mapping[Choices, int]) -> dict[int, int]:
    """Number -> ballots that chose it, zeros included; `ballots`: distinct ballot -> how many. Raises StrayNumber."""
    votes = dict.fromkeys(paper.by_number, 0)
    for choices, times in ballots.items():
        for number in choices:
            if number not in votes:
                raise StrayNumber(f"a ballot chose {number}, which is not on the paper")
            votes[number] += times
    return votes


def walk(paper: Paper, ballots: Mapping[Choices, int], decide: Decide) -> Outcome:
    """Take every proposal, most votes first, ties as the policy says, and let `decide` decide. Raises StrayNumber."""
    votes = votes_of(paper, ballots)
    standing = Standing(left=paper.rules.budget, threshold=paper.rules.threshold)
    steps: list[Step] = []
    ties: list[Tie] = []
    for level, equals in _levels(paper, votes):
        tied = _contenders(equals, level, paper.rules.threshold)
        taken, after = _take(equals, level, standing, decide)
        if len(tied) > 1:
            decisive = _is_decisive(tied, level, standing, decide)
            ties.append(Tie(level, tuple(proposal.proposal_id for proposal in tied), paper.rules.ties, decisive))
            names = set(ties[-1].proposal_ids)
            taken = [replace(step, tie=step.proposal_id in names) for step in taken]
        steps += taken
        standing = after
    return Outcome(_funded(steps), tuple(steps), tuple(ties))


def _levels(paper: Paper, votes: Mapping[int, int]) -> Iterator[tuple[int, list[Proposal]]]:
    """Every number of votes that occurs, the highest first, with its proposals in the order of the tie policy."""
    levels: defaultdict[int, list[Proposal]] = defaultdict(list)
    for proposal in paper.proposals:
        levels[votes[proposal.number]].append(proposal)
    for level in sorted(levels, reverse=True):
        yield level, in_order(paper.rules, levels[level])


def _contenders(equals: list[Proposal], votes: int, threshold: int) -> list[Proposal]:
    """Those whose order can matter at all."""
    return [] if votes < threshold else [proposal for proposal in equals if not proposal.withdrawn]


def _take(proposals: Iterable[Proposal], votes: int, standing: Standing, decide: Decide) -> tuple[list[Step], Standing]:
    """Decide the proposals in this order: their steps, and where the walk stands afterwards."""
    steps = []
    for proposal in proposals:
        decision = decide(proposal, votes, standing)
        steps.append(Step(proposal.proposal_id, proposal.number, votes, proposal.cost, standing.left, decision))
        if decision is Decision.FUNDED:
            groups = standing.groups | ({proposal.group} - {""})
            standing = replace(standing, left=standing.left - proposal.cost, groups=groups)
        elif decision is Decision.OVER_BUDGET:
            standing = replace(standing, refused_for_cost=True)
    return steps, standing


def _is_decisive(tied: list[Proposal], votes: int, standing: Standing, decide: Decide) -> bool:
    """Would another order of the tied have funded other proposals?

    It is enough to try each of them first: if every one that could be funded from here is funded, and none that is
    too dear stops the walk by coming first, then all of them fit together and no order can change that.
    """
    usual = set(_funded(_take(tied, votes, standing, decide)[0]))
    for first in tied:
        others = [proposal for proposal in tied if proposal is not first]
        if set(_funded(_take([first, *others], votes, standing, decide)[0])) != usual:
            return True
    return False


def _funded(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(step.proposal_id for step in steps if step.decision == Decision.FUNDED)
