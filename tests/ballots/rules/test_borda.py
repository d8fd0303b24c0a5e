import pytest

from ballots.rules.borda import points


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        pytest.param("abc", {"a": 3, "b": 2, "c": 1}, id="a full ballot"),
        pytest.param("a", {"a": 3}, id="one place of three"),
        pytest.param("abcd", {"a": 3, "b": 2, "c": 1, "d": 0}, id="more than there are places"),
        pytest.param("", {}, id="an empty ballot"),
    ],
)
def test_the_first_of_three_places_gives_three_points(ranked, expected):
    assert points(ranked, 3) == expected
