"""Counting rules: each a module with `count`, plus one line in RULES."""

from collections.abc import Mapping
from typing import Protocol

from ballots.model import Choices, Paper
from ballots.rules import equal_shares, equal_shares_greedy, equal_shares_plain, greedy, greedy_no_skip
from ballots.rules.decisions import Decision
from ballots.rules.walk import Outcome


class Rule(Protocol):
    """One way to make winners of ballots."""

    def __call__(self, paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
        """Who is funded on this paper, with every step and tie.

        `ballots` holds each distinct ballot and how many voters cast it: small, and enough for rules that need whole
        ballots and not only sums. Raises StrayNumber for a ballot with a number that is not on the paper.
        """


RULES: dict[str, Rule] = {
    "greedy": greedy.count,
    "greedy-no-skip": greedy_no_skip.count,
    "equal-shares": equal_shares.count,
    "equal-shares-greedy": equal_shares_greedy.count,
    "equal-shares-plain": equal_shares_plain.count,
}

DECISIONS: tuple[str, ...] = tuple(Decision)
"""Every word that a step's decision can be."""
