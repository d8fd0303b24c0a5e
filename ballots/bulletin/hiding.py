"""What a bulletin leaves out, so that nothing in it breaks the votes down further than `mix_min` ballots.

A batch of the mix never has fewer ballots than that. A sitting on paper may, and so may the last batch after a restore:
their ballots are thrown on one heap, and a day's votes are published only if they do not split it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ballots.bulletin.values import Batch, Day, Publish


def publishable(wanted: str, ballots: int, mix_min: int) -> Publish:
    """What may be published of so many `ballots`, if the cycle wants `ballots` or `totals`."""
    return Publish.TURNOUT if ballots < mix_min else Publish(wanted)


def heap_of(batches: Sequence[Batch], mix_min: int) -> tuple[int, ...]:
    """Numbers of the batches that are too small to stand alone, with one more if together they still are."""
    small = [batch for batch in batches if 0 < batch.size < mix_min]
    others = sorted((batch for batch in batches if batch.size >= mix_min), key=lambda batch: (batch.size, batch.no))
    if small and sum(batch.size for batch in small) < mix_min:
        small += others[:1]
    return tuple(sorted(batch.no for batch in small))


def splits(counted: Collection[int], batches: Iterable[Batch], together: Collection[int]) -> bool:
    """Would the votes of the `counted` batches tell those of a part of the heap?"""
    heap = [batch.no for batch in batches if batch.no in together and batch.size]
    return 0 < sum(no in counted for no in heap) < len(heap)


def without_votes(day: Day) -> Day:
    """Only how many voted."""
    return replace(day, tally={**day.tally, "votes": None, "funded": None, "ties": None})
