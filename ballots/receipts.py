"""Receipts: nine random digits and a check digit, shown `482 177 3529`. A receipt proves a count, never a choice."""

from ballots import checkdigit

RANDOM_DIGITS = 9

RECEIPTS = 10**RANDOM_DIGITS
"""How many there are: draw a number below this."""

LENGTH = RANDOM_DIGITS + 1

is_sound = checkdigit.is_sound


def make(number: int) -> str:
    """The ten digits of a random `number` below RECEIPTS."""
    return checkdigit.numbered(number, RANDOM_DIGITS)


def show(digits: str) -> str:
    """`482 177 3529`."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def parse(text: str) -> str | None:
    """The ten digits in what somebody typed; None if it is no receipt at all. A wrong check digit: `not is_sound`."""
    return checkdigit.digits_in(text, LENGTH)
