"""Kazakh in Latin letters that every telephone has: without marks, so that an SMS holds 160 of them.

The letters are those of the national alphabet of 28 January 2021 without their marks (ә a, ғ g, ң n, ө o, ұ ü u, ш sh).
"""

LETTERS = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "io", "ж": "j", "з": "z",
    "и": "i", "й": "i", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "sh", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "№": "N", "«": '"', "»": '"', "–": "-", "—": "-", "₸": "tg",
}  # fmt: skip

_TABLE = str.maketrans(LETTERS | {letter.upper(): latin.capitalize() for letter, latin in LETTERS.items()})


def latin(text: str) -> str:
    """The text in Latin letters; what is not Cyrillic stays as it is."""
    return text.translate(_TABLE)
