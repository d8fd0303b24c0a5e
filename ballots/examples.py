"""What a cycle's rules would do: an invented vote on its own proposals, counted as the real one will be.

The invented vote has what rules differ in: two equal proposals, one that few chose, one that nobody did.
"""

from dataclasses import dataclass, replace
from itertools import chain, repeat

from ballots.casting import most_choices
from ballots.model import Choices, Paper, Proposal, Tally
from ballots.tallying import tally

VOTES = (48, 31, 31, 17, 12, 8, 5, 2)
"""For the proposals in the order of their numbers; the others get none."""

MOST_CHOSEN = 3
"""So many proposals a voter of the example chooses at most."""

LEAST = 4
"""So many proposals show what a rule does; a paper with fewer is shown on others."""

SHARES = (55, 30, 40, 30, 10)
"""Costs of those others, in hundredths of the budget."""

BUDGET = 10_000_000
"""Whole tenge, where none is set."""


@dataclass(frozen=True, slots=True)
class Example:
    """An invented vote and what comes of it."""

    paper: Paper
    tally: Tally
    own: bool  # are these the paper's own proposals?


def example(paper: Paper) -> Example:
    """The example for this paper's rules. Raises KeyError for a rule that is not in ballots.rules."""
    own = len([proposal for proposal in paper.proposals if not proposal.withdrawn]) >= LEAST
    shown = paper if own else _other(paper)
    numbers = sorted(proposal.number for proposal in shown.proposals if not proposal.withdrawn)
    return Example(shown, tally(shown, _ballots(shown, numbers)), own)


def _ballots(paper: Paper, numbers: list[int]) -> list[Choices]:
    """The votes handed out in turn to as few voters as may be, so that ballots are as full as the form allows."""
    given = list(chain.from_iterable(map(repeat, numbers, VOTES)))
    each = min(most_choices(paper.rules), MOST_CHOSEN)
    voters = max(VOTES[0], -(-len(given) // each))
    return [tuple(sorted(given[voter::voters])) for voter in range(voters) if given[voter::voters]]


def _other(paper: Paper) -> Paper:
    budget = paper.rules.budget or BUDGET
    proposals = tuple(
        Proposal(number, str(number), budget * share // 100, {}, {}) for number, share in enumerate(SHARES, 1)
    )
    return replace(paper, proposals=proposals, rules=replace(paper.rules, budget=budget))
