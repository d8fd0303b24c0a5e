"""Quotas as written (`sdg:3,4=30`), and what they mean on a paper: whole tenge for some of its proposals."""

import re
from collections.abc import Sequence

from ballots.errors import BadQuota
from ballots.model import Bound, Proposal, Quota, Rules, Trait
from ballots.rules.walk import Cap

EACH = "*"
"""Stands for each value that occurs, every one for itself."""

_WRITTEN = re.compile(r"\s*(\w+)\s*:(.+)=\s*(\d{1,3})\s*%?\s*", re.DOTALL)


def parse(bound: Bound, text: str) -> Quota:
    """`sdg:3,4=30`, `category:roads=50`, `settlement:*=20`. Raises BadQuota, which says how to write it."""
    found = _WRITTEN.fullmatch(text)
    if found is None or found[1] not in tuple(Trait):
        traits = ", ".join(Trait)
        raise BadQuota(f"{bound} {text!r}: write TRAIT:VALUES=PERCENT like sdg:3,4=30; a trait is one of {traits}")
    values = tuple(dict.fromkeys(part.strip() for part in found[2].split(",") if part.strip()))
    percent = int(found[3])
    if not values or not 1 <= percent <= 100:
        raise BadQuota(f"{bound} {text!r}: it needs a value, or {EACH} for each, and 1 to 100 percent of the budget")
    return Quota(bound, Trait(found[1]), () if values == (EACH,) else values, percent)


def show(quota: Quota) -> str:
    """As `parse` reads it."""
    return f"{quota.trait}:{','.join(quota.values) or EACH}={quota.percent}"


def write(quota: Quota) -> str:
    """As a row keeps it: `floor sdg:3,4=30`."""
    return f"{quota.bound} {show(quota)}"


def read(written: str) -> Quota:
    """What `write` wrote. Raises BadQuota."""
    bound, _, text = written.partition(" ")
    if bound not in tuple(Bound):
        raise BadQuota(f"{written!r}: a quota is a {' or a '.join(Bound)}")
    return parse(Bound(bound), text)


def traits(proposal: Proposal, trait: Trait) -> frozenset[str]:
    """What a proposal has of a trait; a category cell may name several, as Pabulib writes them."""
    if trait is Trait.SDG:
        return frozenset(map(str, proposal.sdgs))
    text = proposal.category if trait is Trait.CATEGORY else proposal.settlement
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def caps(rules: Rules, proposals: Sequence[Proposal]) -> tuple[Cap, ...]:
    """What bounds some proposals from above, before anything is funded."""
    return _all(Bound.CAP, rules, proposals)


def floors(rules: Rules, proposals: Sequence[Proposal]) -> tuple[Cap, ...]:
    """What is reserved, in the order in which it is filled."""
    return _all(Bound.FLOOR, rules, proposals)


def meant(quota: Quota, budget: int, proposals: Sequence[Proposal]) -> tuple[Cap, ...]:
    """The proposals and the whole tenge of a quota; several if it speaks of each value."""
    money = budget * quota.percent // 100
    has = {proposal.number: traits(proposal, quota.trait) for proposal in proposals}
    wanted = [set(quota.values)] if quota.values else [{value} for value in sorted(set().union(*has.values()))]
    return tuple(Cap(frozenset(n for n, found in has.items() if found & values), money) for values in wanted)


def _all(bound: Bound, rules: Rules, proposals: Sequence[Proposal]) -> tuple[Cap, ...]:
    return tuple(cap for quota in rules.quotas if quota.bound is bound for cap in meant(quota, rules.budget, proposals))
