"""What each counting rule would have funded from the same ballots, side by side, with the reasons where they differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ballots.model import Choices, Paper, Proposal, Step
from ballots.rules import RULES
from ballots.rules.decisions import Decision
from ballots.rules.words import NAMES, step_in_words
from ballots.tallying import distinct, tally


@dataclass(frozen=True, slots=True)
class Result:
    """One rule's count."""

    rule: str
    funded: tuple[str, ...]  # proposal_ids in the order of funding
    spent: int  # whole tenge
    left: int  # whole tenge
    reached: int  # ballots with at least one funded choice
    sdgs: Mapping[int, int]  # goal -> whole tenge of what is funded; a proposal counts in full for each of its goals
    tie_decided: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal under every rule."""

    proposal: Proposal
    votes: int
    steps: Mapping[str, Step]  # rule -> what it decided; {} without a ballot

    @property
    def funded_by(self) -> tuple[str, ...]:
        """The rules that fund it."""
        return tuple(rule for rule, step in self.steps.items() if step.decision == Decision.FUNDED)

    @property
    def differs(self) -> bool:
        """Do the rules disagree on it?"""
        return 0 < len(self.funded_by) < len(self.steps)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rules on one paper and its ballots."""

    stated: str  # the rule that the paper was published with: the only one that counts
    ballots: int
    threshold: int  # votes
    results: tuple[Result, ...]
    rows: tuple[Row, ...]  # most votes first

    @property
    def differing(self) -> tuple[Row, ...]:
        """The proposals on which the rules disagree."""
        return tuple(row for row in self.rows if row.differs)


def compare(
    paper: Paper, ballots: Iterable[Choices] | Mapping[Choices, int], rules: Iterable[str] = tuple(RULES)
) -> Comparison:
    """Count the ballots under each of `rules`, everything else as the paper says. Raises StrayNumber."""
    alike = distinct(ballots)
    counted = {rule: tally(replace(paper, rules=replace(paper.rules, rule=rule)), alike) for rule in rules}
    steps = {rule: {step.proposal_id: step for step in one.steps} for rule, one in counted.items()}
    votes = next(iter(counted.values())).votes
    rows = (
        Row(
            proposal,
            votes[proposal.proposal_id],
            {rule: taken[proposal.proposal_id] for rule, taken in steps.items() if taken},
        )
        for proposal in paper.proposals
    )
    return Comparison(
        stated=paper.rules.rule,
        ballots=sum(alike.values()),
        threshold=paper.rules.threshold,
        results=tuple(
            _result(paper, alike, rule, one.funded, any(tie.decisive for tie in one.ties))
            for rule, one in counted.items()
        ),
        rows=tuple(sorted(rows, key=lambda row: (-row.votes, row.proposal.number))),
    )


def as_plain(comparison: Comparison, language: str) -> dict[str, Any]:
    """For JSON: rules with what they fund, proposals with who funds them, and reasons in `language` where they differ.

    `share` is hundredths of a percent of what is funded.
    """
    return {
        "stated": comparison.stated,
        "ballots": comparison.ballots,
        "rules": {
            result.rule: {
                "name": NAMES[language][result.rule],
                "funded": list(result.funded),
                "spent": result.spent,
                "left": result.left,
                "reached": result.reached,
                "tie_decided": result.tie_decided,
                "sdgs": {
                    str(goal): {"tenge": money, "share": money * 10_000 // result.spent}
                    for goal, money in result.sdgs.items()
                },
            }
            for result in comparison.results
        },
        "proposals": [
            {
                "proposal_id": row.proposal.proposal_id,
                "number": row.proposal.number,
                "votes": row.votes,
                "cost": row.proposal.cost,
                "funded_by": list(row.funded_by),
                "reasons": reasons(row, comparison.threshold, language) if row.differs else {},
            }
            for row in comparison.rows
        ],
    }


def reasons(row: Row, threshold: int, language: str) -> dict[str, str]:
    """Rule -> why it funds the proposal or does not, in words."""
    return {rule: step_in_words(language, step, threshold) for rule, step in row.steps.items()}


def _result(
    paper: Paper, alike: Mapping[Choices, int], rule: str, funded: tuple[str, ...], tie_decided: bool
) -> Result:
    winners = [proposal for proposal in paper.proposals if proposal.proposal_id in funded]
    numbers = {proposal.number for proposal in winners}
    spent = sum(proposal.cost for proposal in winners)
    goals = sorted({goal for proposal in winners for goal in proposal.sdgs})
    return Result(
        rule=rule,
        funded=funded,
        spent=spent,
        left=paper.rules.budget - spent,
        reached=sum(times for choices, times in alike.items() if not numbers.isdisjoint(choices)),
        sdgs={goal: sum(proposal.cost for proposal in winners if goal in proposal.sdgs) for goal in goals},
        tie_decided=tie_decided,
    )
