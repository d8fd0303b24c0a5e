"""The order of proposals with equal votes: a stated policy, never an accident; `number` settles what is still equal."""

from collections.abc import Callable
from hashlib import sha256

from ballots.model import Proposal, Rules, Ties

Place = int | bytes
"""Sorts ascending; one kind per policy."""

POLICIES: dict[Ties, Callable[[Rules, Proposal], Place]] = {
    Ties.CHEAPER: lambda _, proposal: proposal.cost,
    Ties.DEARER: lambda _, proposal: -proposal.cost,
    Ties.NUMBER: lambda _, proposal: proposal.number,
    Ties.LOT: lambda rules, proposal: lot(rules.lot_seed, proposal.proposal_id),
}


def lot(seed: str, proposal_id: str) -> bytes:
    """The lot that a proposal draws; the smallest goes first. Anyone can draw it again:

    printf '%s:%s' SEED PROPOSAL_ID | sha256sum
    """
    return sha256(f"{seed}:{proposal_id}".encode()).digest()


def in_order(rules: Rules, tied: list[Proposal], first: int = 0) -> list[Proposal]:
    """Proposals with equal claims in the order in which the policy takes them; number `first` before all others."""
    policy = POLICIES[rules.ties]
    return sorted(tied, key=lambda proposal: (proposal.number != first, policy(rules, proposal), proposal.number))
