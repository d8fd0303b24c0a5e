"""Every sentence and every command word, by language: the one place in handlers that reads files (its own)."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

LANGUAGES: tuple[str, ...] = ("kk", "kk-latin", "ru", "en")
"""Languages that have a phrase file."""


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


FILES: Mapping[str, Mapping[str, Any]] = {language: _read(language) for language in LANGUAGES}
"""Language -> section -> what the file says."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    language: {
        name: text
        for section in ("common", "refusals", "sms", "ussd", "bulletins", "announcements")
        for name, text in content[section].items()
    }
    for language, content in FILES.items()
}
"""Language -> phrase -> sentence with {blanks}."""

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    language: {name: tuple(words) for name, words in content["words"].items()} for language, content in FILES.items()
}
"""Language -> command or word class ('list', 'yes', 'filler', 'negation' …) -> the words people type, unfolded."""


def say(language: str, phrase: str, **facts: object) -> str:
    """The sentence `phrase` in `language` with its blanks filled. KeyError for an unknown phrase or a missing fact."""
    return PHRASES[language][phrase].format_map(facts)
