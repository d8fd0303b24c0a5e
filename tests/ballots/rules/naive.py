"""Equal Shares as the paper tells it: every voter by himself, fractions, every share tried. Slow, and only for tests."""

from fractions import Fraction

from ballots.rules.ties import in_order


def price(supporters, held, cost):
    """The least ρ with Σ min(held, ρ·cost) = cost; None if they cannot pay it."""
    due, paying = Fraction(cost), sorted(held[voter] for voter in supporters)
    if not paying or sum(paying) < due:
        return None
    while paying[0] * len(paying) < due:
        due -= paying.pop(0)
    return due / len(paying) / cost


def plain(paper, ballots, share):
    """Numbers in the order of purchase, with this share for each of the ballots (a list)."""
    held = dict.fromkeys(range(len(ballots)), Fraction(share))
    bought = []
    while True:
        offers = {}
        for proposal in in_order(paper.rules, list(paper.proposals)):
            supporters = [voter for voter, ballot in enumerate(ballots) if proposal.number in ballot]
            asked = None if proposal.number in bought else price(supporters, held, proposal.cost)
            if asked is not None:
                offers.setdefault(asked, []).append((proposal, supporters))
        if not offers:
            return bought
        least = min(offers)
        proposal, supporters = offers[least][0]
        bought.append(proposal.number)
        for voter in supporters:
            held[voter] -= min(held[voter], least * proposal.cost)


def add1(paper, ballots):
    """The same with shares that grow by 1 until the purchases leave no money for more, or cost too much."""
    cost = {proposal.number: proposal.cost for proposal in paper.proposals}
    chosen = {number for ballot in ballots for number in ballot}
    share, kept = Fraction(paper.rules.budget, len(ballots)), []
    while True:
        bought = plain(paper, ballots, share)
        left = paper.rules.budget - sum(cost[number] for number in bought)
        if left < 0:
            return kept
        if all(cost[number] > left for number in chosen - set(bought)):
            return bought
        kept = bought
        share += 1
