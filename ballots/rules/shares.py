"""The Method of Equal Shares: every voter holds an equal share of the budget and pays for what the ballot chose.

D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive Utilities" (NeurIPS
2021), with cost utilities: a voter who chose a proposal values it at its cost. In each round the proposal is bought
that asks the least of its supporters per tenge of cost; each pays alike, or all that is left to him.

Exact: shares are whole numbers over one common denominator. Floating point only tells which proposals need not be
looked at; where two are close, whole numbers decide.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from operator import itemgetter, mul

from ballots.model import Proposal
from ballots.rules.ties import in_order
from ballots.rules.walk import Contest, Standing, barred

CLOSE = 1 + 1e-9
"""Nearer than this the floating-point images of two prices tell nothing: far above the error of one quotient."""


@dataclass(frozen=True, slots=True)
class Price:
    """The most that a supporter pays, per tenge of the proposal's cost: `above` / `below`."""

    above: int
    below: int

    def __lt__(self, other: "Price") -> bool:
        return self.above * other.below < other.above * self.below

    def equals(self, other: "Price") -> bool:
        """The same quotient?"""
        return self.above * other.below == other.above * self.below

    @property
    def near(self) -> float:
        """In floating point, rounded once."""
        return self.above / self.below

    def payment(self, cost: int) -> int:
        """The most that a supporter pays for a proposal of this cost: whole tenge, rounded up."""
        return -(-self.above * cost // self.below)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One round."""

    number: int
    price: Price
    tied: tuple[int, ...] = ()  # numbers with the same price in the order of the policy, this one first; () = alone


@dataclass(frozen=True, slots=True)
class Electorate:
    """What stays the same whatever the shares are. Alike ballots are one purse with a weight."""

    proposals: Mapping[int, Proposal]  # that have supporters and are not barred
    supporters: Mapping[int, tuple[int, ...]]  # number -> purses
    votes: Mapping[int, int]
    places: Mapping[int, int]  # number -> place in the order of the tie policy
    purses: int  # how many
    weights_of: Mapping[int, tuple[int, ...]]  # number -> ballots of each of its purses
    pick: Mapping[int, Callable[[Sequence[int]], tuple[int, ...]]]  # number -> what its purses hold, of all purses
    ballots: int  # all, the empty ones too: each has a share

    def are_twins(self, one: int, other: int) -> bool:
        """Do they cost the same and have the same supporters? Then their prices are equal until one is bought."""
        return self.proposals[one].cost == self.proposals[other].cost and self.supporters[one] == self.supporters[other]

    def barred_after(self, standing: Standing, numbers: Collection[int]) -> list[int]:
        """Which of `numbers` cannot be funded any more, whatever the money."""
        if not (standing.groups or standing.caps):
            return []
        return [n for n in numbers if barred(self.proposals[n], self.votes[n], standing)]


def electorate(contest: Contest, standing: Standing) -> Electorate:
    """The voters of a contest, and the proposals that they can buy."""
    votes = contest.votes
    running = [p for p in contest.proposals if votes[p.number] and not barred(p, votes[p.number], standing)]
    order = in_order(contest.rules, running, contest.first)
    proposals = {proposal.number: proposal for proposal in order}
    alike: dict[tuple[int, ...], int] = {}
    for choices, times in contest.ballots.items():
        chosen = tuple(number for number in choices if number in proposals)
        alike[chosen] = alike.get(chosen, 0) + times
    supporters: dict[int, list[int]] = {number: [] for number in proposals}
    for purse, chosen in enumerate(alike):
        for number in chosen:
            supporters[number].append(purse)
    weights = tuple(alike.values())
    return Electorate(
        proposals=proposals,
        supporters={number: tuple(purses) for number, purses in supporters.items()},
        votes=votes,
        places={number: place for place, number in enumerate(proposals)},
        purses=len(weights),
        weights_of={number: tuple(weights[purse] for purse in purses) for number, purses in supporters.items()},
        pick={number: _picker(purses) for number, purses in supporters.items()},
        ballots=sum(alike.values()),
    )


def _picker(purses: Sequence[int]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    """itemgetter gives no tuple for one item."""
    if len(purses) == 1:
        only = purses[0]
        return lambda held: (held[only],)
    return itemgetter(*purses)


class Purses:
    """What each purse holds for one ballot: whole numbers over one denominator."""

    def __init__(self, voters: Electorate, money: int) -> None:
        """`money`: whole tenge, dealt out equally to all ballots."""
        self._voters = voters
        self._over = voters.ballots
        self._held = [money] * voters.purses

    def price(self, number: int) -> Price | None:
        """What the proposal asks of its supporters now; None: they cannot pay it together."""
        due, paying = self._bill(number)
        return Price(due, self._over * paying * (self._voters.proposals[number].cost or 1)) if paying else None

    def pay(self, number: int) -> None:
        """Take it out of the purses of its supporters, who can pay it."""
        due, paying = self._bill(number)
        common = gcd(due, paying)
        times, most = paying // common, due // common
        if times > 1:
            self._over *= times
            self._held = [money * times for money in self._held]
        held = self._held
        for purse in self._voters.supporters[number]:
            held[purse] = max(held[purse] - most, 0)

    def _bill(self, number: int) -> tuple[int, int]:
        """(due, paying): so many ballots pay due / paying each, the poorer ones all they have. paying 0: too dear."""
        held = self._voters.pick[number](self._held)
        weights = self._voters.weights_of[number]
        due = self._voters.proposals[number].cost * self._over
        if sum(map(mul, held, weights)) < due:
            return due, 0
        paying = self._voters.votes[number]
        if min(held) * paying >= due:
            return due, paying
        return _without_the_poor(tuple(zip(held, weights, strict=True)), due, paying)


def _without_the_poor(purses: Sequence[tuple[int, int]], due: int, paying: int) -> tuple[int, int]:
    """What is due, and from how many, once those have given all who hold less than an equal part of it."""
    while True:
        part = -(-due // paying)
        poor = [purse for purse in purses if purse[0] < part]
        if not poor:
            return due, paying
        due -= sum(money * weight for money, weight in poor)
        paying -= sum(weight for _, weight in poor)
        purses = [purse for purse in purses if purse[0] >= part]


def buy(voters: Electorate, standing: Standing, money: int) -> list[Purchase]:
    """All rounds with `money` (whole tenge) dealt out equally; together they may cost more than `standing.left`."""
    return list(_rounds(voters, standing, money))


def _rounds(voters: Electorate, standing: Standing, money: int) -> Iterator[Purchase]:
    purses = Purses(voters, money)
    least = _least_prices(voters)
    while offers := _offers(purses, least):
        best = min(offers.values())
        tied = sorted((number for number, price in offers.items() if price.equals(best)), key=voters.places.__getitem__)
        bought = tied[0]
        yield Purchase(bought, best, tuple(tied) if len(tied) > 1 else ())
        purses.pay(bought)
        standing = standing.after(voters.proposals[bought])
        del least[bought]
        for number in voters.barred_after(standing, least):
            del least[number]


def _offers(purses: Purses, least: dict[int, float]) -> dict[int, Price]:
    """The prices of all that may be the cheapest now. Prices only rise: `least` keeps what each was at least."""
    offers: dict[int, Price] = {}
    best = float("inf")
    for number in sorted(least, key=least.__getitem__):
        if least[number] > best * CLOSE:
            break
        price = purses.price(number)
        if price is None:
            del least[number]
            continue
        offers[number] = price
        least[number] = price.near
        best = min(best, least[number])
    return offers


def _least_prices(voters: Electorate) -> dict[int, float]:
    """Nobody pays less per tenge than an equal part; what costs nothing asks nothing."""
    return {number: 1 / voters.votes[number] if proposal.cost else 0 for number, proposal in voters.proposals.items()}


def buys_the_same(
    voters: Electorate, standing: Standing, bought: Sequence[Purchase], money: int
) -> list[Purchase] | None:
    """The purchases with more `money`, if they are certainly the same with every sum up to it; None: not certain.

    With more money no purse is ever emptier as long as the same is bought, and no price higher. So it is enough that
    no rival's price with `money` undercuts the price that was paid before, and that what nobody could pay stays so.
    """
    purses = Purses(voters, money)
    least = _least_prices(voters)
    again = []
    for purchase in bought:
        if _undercut(voters, purses, least, purchase):
            return None
        price = purses.price(purchase.number)
        assert price is not None
        again.append(Purchase(purchase.number, price))
        purses.pay(purchase.number)
        standing = standing.after(voters.proposals[purchase.number])
        del least[purchase.number]
        for number in voters.barred_after(standing, least):
            del least[number]
    return again if all(purses.price(number) is None for number in least) else None


def _undercut(voters: Electorate, purses: Purses, least: dict[int, float], purchase: Purchase) -> bool:
    """May a rival come before this purchase? Keeps what is learnt of prices in `least`. A twin comes after it."""
    bound, place = purchase.price.near * CLOSE, voters.places[purchase.number]
    for number in [n for n, near in least.items() if near <= bound and n != purchase.number]:
        price = purses.price(number)
        if price is None:
            del least[number]
            continue
        least[number] = price.near
        undercuts = price < purchase.price or (price.equals(purchase.price) and voters.places[number] < place)
        if undercuts and not voters.are_twins(number, purchase.number):
            return True
    return False
