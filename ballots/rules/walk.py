"""What greedy rules share: proposals taken one by one, most votes first, each decided on what is left by then."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ballots.errors import StrayNumber
from ballots.model import Choices, Paper, Proposal, Rules, Step, Tie
from ballots.rules.decisions import Decision
from ballots.rules.ties import in_order


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of the ballots."""

    funded: tuple[str, ...]  # proposal_ids in the order of funding
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """What some proposals together may still cost."""

    numbers: frozenset[int]
    left: int  # whole tenge


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a count stands before its next decision."""

    left: int  # whole tenge
    threshold: int  # votes
    groups: frozenset[str] = frozenset()  # conflict groups that have their winner
    caps: tuple[Cap, ...] = ()
    refused_for_cost: bool = False  # something did not fit already

    def after(self, proposal: Proposal) -> "Standing":
        """Where the count stands once `proposal` is funded."""
        caps = tuple(
            replace(cap, left=cap.left - proposal.cost) if proposal.number in cap.numbers else cap for cap in self.caps
        )
        return replace(self, left=self.left - proposal.cost, groups=self.groups | ({proposal.group} - {""}), caps=caps)


@dataclass(frozen=True, slots=True)
class Contest:
    """What is counted: some proposals of a paper, and what was cast for them."""

    rules: Rules
    proposals: tuple[Proposal, ...]
    votes: Mapping[int, int]  # number -> votes, or points
    ballots: Mapping[Choices, int] = field(default_factory=dict)  # distinct ballot -> how many
    first: int = 0  # number of a proposal that goes before its equals, to see whether a tie decides


@dataclass(frozen=True, slots=True)
class Part:
    """A count, or a part of it, and where the count stands afterwards."""

    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]  # decisive: perhaps; phases.py finds out
    standing: Standing


Method = Callable[[Contest, Standing], Part]
"""A rule's own way through a contest; phases.py makes an outcome of it."""

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


def barred(proposal: Proposal, votes: int, standing: Standing) -> Decision | None:
    """Why `proposal` cannot be funded whatever the rule; None: nothing bars it. Money left is not looked at."""
    if proposal.withdrawn:
        return Decision.WITHDRAWN
    if votes < standing.threshold:
        return Decision.BELOW_THRESHOLD
    if proposal.group in standing.groups:
        return Decision.CONFLICT
    if any(proposal.number in cap.numbers and proposal.cost > cap.left for cap in standing.caps):
        return Decision.OVER_QUOTA
    return None


def walk(contest: Contest, standing: Standing, decide: Decide) -> Part:
    """Take every proposal, most votes first, ties as the policy says, and let `decide` decide."""
    steps: list[Step] = []
    ties: list[Tie] = []
    for votes, equals in levels(contest):
        tied = [p.proposal_id for p in equals if votes >= standing.threshold and not p.withdrawn]
        if len(tied) > 1:
            perhaps = any(decide(proposal, votes, standing) is Decision.FUNDED for proposal in equals)
            ties.append(Tie(votes, tuple(tied), contest.rules.ties, decisive=perhaps))
        for proposal in equals:
            decision = decide(proposal, votes, standing)
            tie = len(tied) > 1 and proposal.proposal_id in tied
            steps.append(step_of(proposal, votes, standing, decision, tie=tie))
            if decision is Decision.FUNDED:
                standing = standing.after(proposal)
            elif decision is Decision.OVER_BUDGET:
                standing = replace(standing, refused_for_cost=True)
    return Part(tuple(steps), tuple(ties), standing)


def levels(contest: Contest) -> Iterator[tuple[int, list[Proposal]]]:
    """Every number of votes that occurs, the highest first, with its proposals in the order of the tie policy."""
    found: defaultdict[int, list[Proposal]] = defaultdict(list)
    for proposal in contest.proposals:
        found[contest.votes[proposal.number]].append(proposal)
    for votes in sorted(found, reverse=True):
        yield votes, in_order(contest.rules, found[votes], contest.first)


def step_of(proposal: Proposal, votes: int, standing: Standing, decision: Decision, *, tie: bool = False) -> Step:
    """A decision as a tally tells it."""
    return Step(proposal.proposal_id, proposal.number, votes, proposal.cost, standing.left, decision, tie)


def funded(steps: Iterable[Step]) -> tuple[str, ...]:
    """The proposal_ids that were funded, in this order."""
    return tuple(step.proposal_id for step in steps if step.decision == Decision.FUNDED)
