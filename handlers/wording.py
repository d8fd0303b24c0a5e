"""What people type, made plain: case, spaces, digits of any script, look-alike letters, "№3", "2,5", "3 и 5".

Only the marks and letters are settled here; what a word means is the business of handlers.sms.vocabulary.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

_INVISIBLE = "\u00ad\u034f\u061c\u20e3\ufe0e\ufe0f\ufeff" + "".join(
    chr(mark)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069))
    for mark in range(first, last + 1)
)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}

_RAW = str.maketrans(_DIGITS | {"№": "#"} | dict.fromkeys(_SUPERSCRIPTS, "\ufffd") | dict.fromkeys(_INVISIBLE, ""))
"""Before NFKC, which would make No of №, and 33 of 3³."""

_LETTERS = ("әғқңөұүһіёäáöóüūúığǵşñńŋý", "агкноуухиеaaoouuuiggsnnny")
"""For keypads without Kazakh letters; the Latin ones are those of 2018 and 2021."""

_LOOK_ALIKES = ("abcehikmoptxy", "авсеникмортху")
"""Latin, Cyrillic. Capitals count: H and Н are one to the eye."""

_DASHES = "‐‑‒–—―−"
_QUOTES = "“”„‟‘’‚‛«»‹›`ʼ"
_ACCENTS = "\u0300\u0301\u0306\u0307\u0308"


def _folding() -> dict[int, str]:
    alike = dict(zip(*_LOOK_ALIKES, strict=True))
    plain = {letter: alike.get(base, base) for letter, base in zip(*_LETTERS, strict=True)}
    signs = dict.fromkeys(_DASHES, "-") | dict.fromkeys(_QUOTES, " ") | dict.fromkeys(_ACCENTS, "")
    return str.maketrans(plain | alike | signs)


_FOLDED = _folding()

_TOKENS = re.compile(
    r"""
      (?P<starred>[0-9]{1,9}[ ]?\*[ ]?[0-9]+(?![\w*]|[ ]?\*))
    | (?P<glue>(?<=[0-9])[-.:/+=]+(?=[0-9]) | [-+*](?=[0-9]) | (?<=[0-9])-(?=\w))
    | (?P<number>[0-9]+(?!\w))
    | (?P<word>[^\W\d_]+(?=[0-9]+(?!\w)) | \w+)
    | (?P<soft>[\s,;.:!()\[\]"'\#-]+)
    | (?P<strange>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Numeral(NamedTuple):
    """A number as it was written: digits (zeros in front are kept), and the area's code in `7*3` (else 0)."""

    area: int
    digits: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One message: folded words and numbers, each in their order, and the marks that nobody expects in a vote."""

    words: tuple[str, ...] = ()
    numbers: tuple[Numeral, ...] = ()
    marks: str = ""

    @property
    def digits(self) -> str:
        """All digits in a row, as for a slip or a receipt that was typed in groups; '' with an area among them."""
        return "" if any(numeral.area for numeral in self.numbers) else "".join(digits for _, digits in self.numbers)


def fold(text: str) -> str:
    """The text as all that look or sound alike would have typed it; not for showing."""
    return unicodedata.normalize("NFKC", text.translate(_RAW)).casefold().translate(_FOLDED)


def read(text: str) -> Wording:
    """What the text consists of. Never raises."""
    if text.isascii() and text.isdecimal():
        return Wording(numbers=(Numeral(0, text),))
    words, numbers, marks = [], [], []
    for token in _TOKENS.finditer(fold(text)):
        match token.lastgroup:
            case "number":
                numbers.append(Numeral(0, token[0]))
            case "word":
                words.append(token[0])
            case "starred":
                area, digits = token[0].replace(" ", "").split("*")
                numbers.append(Numeral(int(area), digits))
            case "glue" | "strange":
                marks.append(token[0])
    return Wording(tuple(words), tuple(numbers), "".join(marks))


def resembles_number(word: str) -> bool:
    """Could this word be a number that was mistyped: '1O', 'З' for 3, '3ші'?"""
    return word in {"о", "l", "з", "б"} or any(sign.isdigit() for sign in word)
