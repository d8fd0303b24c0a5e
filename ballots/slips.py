"""Slips (талон): eight random digits and a check digit, shown `4821-7735-2`, that bind one phone to one resident."""

from ballots import checkdigit

RANDOM_DIGITS = 8

SLIPS = 10**RANDOM_DIGITS
"""How many there are: draw a number below this."""

LENGTH = RANDOM_DIGITS + 1

is_sound = checkdigit.is_sound


def make(number: int) -> str:
    """The nine digits of a random `number` below SLIPS."""
    return checkdigit.numbered(number, RANDOM_DIGITS)


def show(digits: str) -> str:
    """`4821-7735-2`."""
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def parse(text: str) -> str | None:
    """The nine digits in what somebody typed; None if it is no slip at all. A wrong check digit: `not is_sound`."""
    return checkdigit.digits_in(text, LENGTH)
