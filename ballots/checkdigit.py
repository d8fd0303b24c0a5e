"""A last digit that gives away a mistyped number, and digits read out of text; receipts and slips share it.

H. Michael Damm, "Total anti-symmetrische Quasigruppen" (dissertation, Marburg 2004), p. 111: one quasigroup of order
10 catches every wrong single digit and every swap of two neighbours, the check digit included.
"""

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_SEPARATORS = str.maketrans(dict.fromkeys(" -.\u00a0\u2009\u2011\u2013"))


def with_check(digits: str) -> str:
    """The digits and their check digit."""
    return f"{digits}{_interim(digits)}"


def is_sound(digits: str) -> bool:
    """Does the last digit check the others? False means mistyped or invented."""
    return _interim(digits) == 0


def numbered(number: int, length: int) -> str:
    """`number` as `length` digits (zeros in front) and a check digit. Raises ValueError if it has more digits."""
    if not 0 <= number < 10**length:
        raise ValueError(f"{number} does not fit {length} digits")
    return with_check(f"{number:0{length}}")


def digits_in(text: str, length: int) -> str | None:
    """The `length` digits that the text consists of, whatever spaces or dashes stand between; None if it does not."""
    digits = text.translate(_SEPARATORS)
    return digits if len(digits) == length and digits.isascii() and digits.isdigit() else None


def _interim(digits: str) -> int:
    interim = 0
    for digit in map(int, digits):
        interim = _DAMM[interim][digit]
    return interim
