from hypothesis import given
from hypothesis import strategies as st

from ballots import receipts, slips


def test_a_slip_is_shown_with_dashes():
    assert slips.show("482177352") == "4821-7735-2"


@given(st.integers(0, slips.SLIPS - 1))
def test_a_slip_comes_back_as_it_was_shown(number):
    made = slips.make(number)

    assert len(made) == slips.LENGTH == 9
    assert slips.parse(slips.show(made)) == made
    assert slips.is_sound(made)


def test_a_receipt_is_not_taken_for_a_slip():
    assert slips.parse(receipts.make(1)) is None
