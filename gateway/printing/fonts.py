"""The two fonts that every sheet embeds, and which characters they hold."""

import unicodedata
from functools import cache
from importlib.resources import files

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
UNKNOWN = "\ufffd"  # printed for a character that the fonts lack
IGNORED = frozenset({"Cf", "Mn", "Cc"})  # categories: joiners, variation selectors, controls: they print nothing


@cache
def held() -> frozenset[str]:
    """Make the fonts known to reportlab; the characters that both hold."""
    found = []
    for name in (REGULAR, BOLD):
        font = TTFont(name, str(files(__package__).joinpath("fonts", f"{name}.ttf")))
        pdfmetrics.registerFont(font)
        found.append(frozenset(map(chr, font.face.charToGlyph)))
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(REGULAR, bold, italic, BOLD if bold else REGULAR)
    return found[0] & found[1]


def printable(text: str) -> str:
    """The text in characters that the fonts hold; UNKNOWN in the place of others, so that a reader sees the gap."""
    known = held()
    composed = unicodedata.normalize("NFC", " ".join(text.split(" ")))
    kept = (letter for letter in composed if letter in known or unicodedata.category(letter) not in IGNORED)
    return "".join(letter if letter in known else " " if letter.isspace() else UNKNOWN for letter in kept)


def unprintable(text: str) -> str:
    """The characters for which `printable` prints UNKNOWN, each once."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(dict.fromkeys(letter for letter in composed if printable(letter) == UNKNOWN != letter))
