"""Steps of a count out of tally.json, in words; names in a language."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ballots.model import Paper, Step, Texts
from ballots.rules.words import grouped as spaced
from ballots.rules.words import step_in_words

__all__ = ["in_words", "named", "spaced", "step_of"]

_FIELDS = frozenset(field.name for field in fields(Step))


def in_words(language: str, step: Step, paper: Paper) -> str:
    """`Votes: 40. There is money for it: …`. Raises KeyError for a decision that no rule takes."""
    return step_in_words(language, step, paper.rules.threshold)


def step_of(written: Mapping[str, Any]) -> Step:
    """One entry of `steps` in tally.json; what later versions may add to it is left out. Raises TypeError."""
    return Step(**{name: value for name, value in written.items() if name in _FIELDS})


def named(texts: Texts, language: str) -> str:
    """A name in this language, else in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")
