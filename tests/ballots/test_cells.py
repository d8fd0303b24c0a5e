"""Small cells are told together, and none can be reckoned from the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.cells import SMALL, Cells, without_small

WORDS = ("sms", "ussd", "paper", "assembly", "web")


@pytest.mark.parametrize(
    ("cells", "told", "other"),
    [
        pytest.param({"sms": 12, "ussd": 30}, {"sms": 12, "ussd": 30}, 0, id="nothing is small"),
        pytest.param({"sms": 12, "ussd": 30, "paper": 0}, {"sms": 12, "ussd": 30, "paper": 0}, 0, id="none is not few"),
        pytest.param({"sms": 12, "ussd": 30, "paper": 1}, {"ussd": 30}, 13, id="one alone takes the next with it"),
        pytest.param({"sms": 12, "ussd": 2, "paper": 1}, {"sms": 12}, 3, id="two small ones hide each other"),
        pytest.param({"sms": 12, "ussd": 1, "paper": 1}, {}, 14, id="two that are still few together"),
        pytest.param({"sms": 1, "ussd": 30}, {}, 31, id="of two cells both"),
        pytest.param({"sms": 2}, {}, 2, id="a single one"),
        pytest.param({}, {}, 0, id="nothing"),
    ],
)
def test_small_cells_are_told_together(cells: dict[str, int], told: dict[str, int], other: int) -> None:
    assert without_small(cells) == Cells(told, other)


@given(st.dictionaries(st.sampled_from(WORDS), st.integers(0, 8)))
def test_nothing_is_lost_and_no_small_cell_is_told(cells: dict[str, int]) -> None:
    found = without_small(cells)

    assert sum(found.told.values()) + found.other == sum(cells.values())
    assert not any(0 < count < SMALL for count in found.told.values())
    assert {name: cells[name] for name in found.told} == found.told
    hidden = [name for name in cells if cells[name] and name not in found.told]
    assert len(hidden) != 1 or not any(found.told.values())
