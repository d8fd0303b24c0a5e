"""Borda: a ballot that ranks at most k proposals gives the first k points, the next k - 1, and so on.

J.-C. de Borda, "Mémoire sur les élections au scrutin" (1781). Pabulib's ordinal elections are scored so (META
`scoring_fn`): Kraków's ballots rank three proposals, for 3, 2 and 1 points. Who ranks fewer gives the same points.
"""

from collections.abc import Sequence


def points(ranked: Sequence[str], places: int) -> dict[str, int]:
    """Proposal -> points. `places`: how many a ballot may rank; beyond them there is nothing to give."""
    return {proposal: max(places - place, 0) for place, proposal in enumerate(ranked)}
