"""What the words of a message ask for: one command, or nothing that we understand; and in which language."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from handlers.phrases import WORDS
from handlers.wording import Wording, fold

UNCLEAR = "unclear"
"""Not a command: an unknown word, a negation, or words that ask for two things."""

_MEANS: Mapping[str, str] = {
    "filler": "",
    "negation": UNCLEAR,
    "yes": "confirm",
    "lang_kk": "language",
    "lang_kk_latin": "language",
    "lang_ru": "language",
    "lang_en": "language",
}
"""Class of words -> command; a class that is not here is a command by itself."""

_EXACT = frozenset({"vote", "change", "confirm"})
"""What a stray mark makes unclear; a list may be asked for with any mark."""

_FOLDED: Mapping[str, Mapping[str, str]] = {
    language: {fold(word): kind for kind, words in kinds.items() for word in words} for language, kinds in WORDS.items()
}
CLASSES: Mapping[str, str] = {word: kind for words in _FOLDED.values() for word, kind in words.items()}
"""Folded word -> its class in [words] of the phrase files; a word means the same in every language that has it."""

_COMMANDS: Mapping[str, str] = {word: _MEANS.get(kind, kind) for word, kind in CLASSES.items()}
_NAMED = tuple(word for word, command in _COMMANDS.items() if command not in {"", UNCLEAR, "vote"})
_KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_CYRILLIC = "Ѐӿ"
_LATIN = frozenset({"kk-latin", "en"})
_LONGEST_WORD = 24
_WORDS_LOOKED_AT = 8


def command_of(wording: Wording) -> str:
    """The command that a message asks for, or UNCLEAR. Numbers alone are a vote, nothing at all asks for help."""
    if not wording.words and not wording.marks and wording.numbers:
        return "vote"
    asked = {_COMMANDS.get(word, UNCLEAR) for word in wording.words}
    named = asked - {"", "vote"}
    if UNCLEAR in asked or len(named) > 1:
        return UNCLEAR
    command = next(iter(named), "vote" if wording.numbers or "vote" in asked else "help")
    return UNCLEAR if wording.marks and command in _EXACT else command


def nearest(words: Sequence[str]) -> str | None:
    """The command that one of these words names or nearly names."""
    for word in words[:_WORDS_LOOKED_AT]:
        close = get_close_matches(word, _NAMED, n=1, cutoff=0.75) if len(word) <= _LONGEST_WORD else []
        if close:
            return _COMMANDS[close[0]]
    return None


def command_word(language: str, command: str) -> str:
    """What to write for a command: `ТІЗІМ`."""
    return WORDS[language][command][0].upper()


def guess(text: str, words: Sequence[str], languages: tuple[str, ...]) -> str | None:
    """The language in which this was written, among `languages`; None if nothing tells."""
    if not words and text.isascii():
        return None
    if "kk" in languages and not _KAZAKH_LETTERS.isdisjoint(text):
        return "kk"
    latin = not any(_CYRILLIC[0] <= letter <= _CYRILLIC[-1] for letter in text)
    counts = {
        language: sum(word in _FOLDED[language] for word in words)
        for language in languages
        if (language in _LATIN) == latin
    }
    best = max(counts, key=counts.__getitem__, default="")
    return best if counts.get(best) else None
