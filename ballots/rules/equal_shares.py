"""The Method of Equal Shares with Add1: shares grow by one tenge each until more would cost too much.

A completion of the method that shares.py names; the "Green Million" of Wieliczka (2023) was counted so (Pabulib).
The count ends with the first shares whose purchases leave no money for any other proposal, or else with the last ones
before the purchases cost more than the budget.
"""

from collections.abc import Mapping, Sequence

from ballots.model import Choices, Paper
from ballots.rules import phases
from ballots.rules.equal_shares_plain import told
from ballots.rules.shares import Electorate, Purchase, buy, buys_the_same, electorate
from ballots.rules.walk import Contest, Outcome, Part, Standing

MOST_PAUSE = 15
"""Shares that are looked at singly before strides are tried again, where they led nowhere."""


def count(paper: Paper, ballots: Mapping[Choices, int]) -> Outcome:
    """`ballots`: distinct ballot -> how many."""
    return phases.count(paper, ballots, method)


def method(contest: Contest, standing: Standing) -> Part:
    """Through a contest from where the count stands."""
    voters = electorate(contest, standing)
    return told(contest, standing, voters, add1(voters, standing))


def add1(voters: Electorate, standing: Standing) -> list[Purchase]:
    """The purchases of the last shares."""
    money = kept = standing.left
    bought = buy(voters, standing, money)
    wait = pause = 0
    while _cost(voters, bought) <= standing.left:
        kept = money
        if _is_exhaustive(voters, standing, bought):
            return bought
        if wait:
            wait -= 1
        else:
            kept = _as_long_as_the_same(voters, standing, bought, money)
            wait = pause = min(2 * pause + 1, MOST_PAUSE) if kept == money else 0
        money = kept + voters.ballots
        bought = buy(voters, standing, money)
    return buy(voters, standing, kept)


def _as_long_as_the_same(voters: Electorate, standing: Standing, bought: list[Purchase], money: int) -> int:
    """The most money up to which the same is bought for certain; tried in strides that double."""
    stride = 1
    while stride:
        further = money + stride * voters.ballots
        again = buys_the_same(voters, standing, bought, further)
        if again is None:
            stride //= 2
        else:
            money, bought, stride = further, again, stride * 2
    return money


def _cost(voters: Electorate, bought: Sequence[Purchase]) -> int:
    return sum(voters.proposals[purchase.number].cost for purchase in bought)


def _is_exhaustive(voters: Electorate, standing: Standing, bought: Sequence[Purchase]) -> bool:
    """Is there no money left for any other proposal that could be funded?"""
    for purchase in bought:
        standing = standing.after(voters.proposals[purchase.number])
    others = voters.proposals.keys() - {purchase.number for purchase in bought}
    open_to = others.difference(voters.barred_after(standing, others))
    return all(voters.proposals[number].cost > standing.left for number in open_to)
