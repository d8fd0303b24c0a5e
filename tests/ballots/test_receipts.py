import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import receipts


def test_a_receipt_is_shown_in_three_groups():
    assert receipts.show("4821773529") == "482 177 3529"


@given(st.integers(0, receipts.RECEIPTS - 1))
def test_a_receipt_comes_back_as_it_was_shown(number):
    made = receipts.make(number)

    assert len(made) == receipts.LENGTH == 10
    assert receipts.parse(receipts.show(made)) == made
    assert receipts.is_sound(made)


def test_a_mistyped_receipt_is_told_from_no_receipt_at_all():
    made = receipts.make(482_177_352)
    mistyped = receipts.parse(made[:-1] + str((int(made[-1]) + 1) % 10))

    assert mistyped is not None
    assert not receipts.is_sound(mistyped)
    assert receipts.parse("482 177") is None


def test_small_numbers_keep_their_zeros():
    assert receipts.make(0) == "0000000000"


def test_ten_digits_are_not_enough_for_a_larger_number():
    with pytest.raises(ValueError, match="does not fit"):
        receipts.make(receipts.RECEIPTS)
