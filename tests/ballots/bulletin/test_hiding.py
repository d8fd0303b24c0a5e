"""What is left out: batches too small to stand alone, days that would give them away, votes with few ballots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.bulletin.hiding import heap_of, publishable, splits
from ballots.bulletin.values import Batch, Publish

MIX_MIN = 10


def batches(*sizes: int) -> list[Batch]:
    return [Batch(no, "", size, 0, 0, "", "") for no, size in enumerate(sizes, 1)]


@pytest.mark.parametrize(
    ("sizes", "heap"),
    [
        ((), ()),
        ((12, 40), ()),
        ((12, 0), ()),
        ((12, 2, 40), (1, 2)),
        ((40, 9, 12, 3), (2, 4)),
        ((40, 2, 12, 3), (2, 3, 4)),
        ((2, 3), (1, 2)),
    ],
    ids=[
        "none",
        "large ones",
        "an empty one",
        "with the smallest other",
        "two are enough",
        "two are not",
        "only small",
    ],
)
def test_small_batches_lie_on_a_heap_that_is_large_enough(sizes: tuple[int, ...], heap: tuple[int, ...]) -> None:
    assert heap_of(batches(*sizes), MIX_MIN) == heap


@given(st.lists(st.integers(0, 30), max_size=8))
def test_no_piece_is_smaller_than_allowed_unless_all_are_together(sizes: list[int]) -> None:
    made = batches(*sizes)
    heap = heap_of(made, MIX_MIN)

    alone = [batch.size for batch in made if batch.no not in heap]
    together = sum(batch.size for batch in made if batch.no in heap)
    assert all(size == 0 or size >= MIX_MIN for size in alone)
    assert together == 0 or together >= MIX_MIN or sum(sizes) < MIX_MIN


@pytest.mark.parametrize(
    ("counted", "expected"),
    [({1}, True), ({1, 2}, False), ({3}, False), (set(), False), ({2, 3}, True)],
    ids=["a part", "the whole heap", "another batch", "nothing yet", "a part and another batch"],
)
def test_a_day_splits_the_heap_if_it_counts_a_part_of_it(counted: set[int], expected: bool) -> None:
    assert splits(counted, batches(12, 2, 40), (1, 2)) is expected


def test_an_empty_batch_splits_nothing() -> None:
    assert splits({1}, batches(12, 0, 40), (1, 2)) is False


@pytest.mark.parametrize(
    ("wanted", "ballots", "expected"),
    [
        ("ballots", 10, Publish.BALLOTS),
        ("totals", 10, Publish.TOTALS),
        ("ballots", 9, Publish.TURNOUT),
        ("totals", 0, Publish.TURNOUT),
    ],
)
def test_few_ballots_are_not_published_whatever_is_wanted(wanted: str, ballots: int, expected: Publish) -> None:
    assert publishable(wanted, ballots, MIX_MIN) is expected
