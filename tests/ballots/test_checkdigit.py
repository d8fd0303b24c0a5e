import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import checkdigit

DIGITS = st.text("0123456789", min_size=8, max_size=9)


def test_the_example_of_the_literature():
    assert checkdigit.with_check("572") == "5724"


@given(DIGITS, st.data())
def test_one_wrong_digit_is_caught(digits, data):
    right = checkdigit.with_check(digits)
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != right[place]]))

    assert checkdigit.is_sound(right)
    assert not checkdigit.is_sound(right[:place] + other + right[place + 1 :])


@given(DIGITS, st.data())
def test_two_neighbours_exchanged_are_caught(digits, data):
    right = checkdigit.with_check(digits)
    place = data.draw(st.integers(0, len(right) - 2))
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    assert checkdigit.is_sound(swapped) == (swapped == right)


def test_every_pair_of_digits_is_caught_after_every_beginning():
    for start in range(10):
        for a in range(10):
            for b in range(10):
                numbers = {checkdigit.with_check(f"{start}{x}{y}") for x, y in ((a, b), (b, a))}
                checks = {number[-1] for number in numbers}
                assert len(checks) == (1 if a == b else 2)


@pytest.mark.parametrize("number", [-1, 1000])
def test_a_number_with_too_many_digits_is_an_error_of_ours(number):
    with pytest.raises(ValueError, match="does not fit"):
        checkdigit.numbered(number, 3)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        pytest.param("123 456", "123456", id="spaces"),
        pytest.param(" 12-34\u00a0–56.", "123456", id="dashes of many kinds"),
        pytest.param("12345", None, id="too short"),
        pytest.param("1234567", None, id="too long"),
        pytest.param("12345a", None, id="a letter"),
        pytest.param("12345²", None, id="a raised digit"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_digits_are_read_out_of_text(text, digits):
    assert checkdigit.digits_in(text, 6) == digits
