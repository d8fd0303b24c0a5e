"""Texts in the languages that nobody wrote them in: Kazakh in Latin letters is made, another language lends its own."""

from collections.abc import Mapping, Sequence

from ballots.model import Texts
from handlers.latin import latin

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "kk-latin": ("kk", "ru", "en"),
    "en": ("ru", "kk"),
    "ru": ("kk",),
    "kk": ("ru",),
}
"""Whose text stands in, the nearest first."""


def filled(texts: Texts, languages: Sequence[str]) -> dict[str, str]:
    """The text in every language; what is empty is taken from another one. {} if all are empty."""
    written = {language: text for language, text in texts.items() if text}
    if not written:
        return {}
    return {language: written.get(language) or _lent(written, language) for language in languages}


def followed(typed: Texts, before: Texts, languages: Sequence[str]) -> dict[str, str]:
    """As `filled`; a text that was only lent or made before, and that nobody touched, follows its source.

    The first language follows nobody: of two equal texts it is the one that was written.
    """
    lent = {language: _lent({**before, language: ""}, language) for language in languages[1:] if before}
    own = {
        language: "" if text == before.get(language) == lent.get(language) else text for language, text in typed.items()
    }
    return filled(own if any(own.values()) else typed, languages)


def _lent(written: Texts, language: str) -> str:
    sources = (written.get(other) for other in (*INSTEAD.get(language, ()), *written))
    text = next((text for text in sources if text), "")
    return latin(text) if language == "kk-latin" and text == written.get("kk") else text
