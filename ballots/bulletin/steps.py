"""A step of a count in words, and how names and amounts are written."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ballots.bulletin.phrases import WORDS
from ballots.model import Paper, Step, Texts

_FALLBACK = "{decision}: {votes} · {cost} · {left}"
_FIELDS = frozenset(field.name for field in fields(Step))


def in_words(language: str, step: Step, paper: Paper) -> str:
    """`votes: 40, cost: 4 500 000; …`; a decision without words is named."""
    sentence = WORDS[language]["steps"].get(str(step.decision), _FALLBACK)
    return sentence.format(
        decision=step.decision,
        votes=spaced(step.votes),
        cost=spaced(step.cost),
        left=spaced(step.left),
        after=spaced(step.left - step.cost),
        threshold=spaced(paper.rules.threshold),
    )


def step_of(written: Mapping[str, Any]) -> Step:
    """One entry of `steps` in tally.json; what later versions may add to it is left out. Raises TypeError."""
    return Step(**{name: value for name, value in written.items() if name in _FIELDS})


def named(texts: Texts, language: str) -> str:
    """A name in this language, else in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def spaced(amount: int) -> str:
    """`4 500 000`."""
    return f"{amount:,}".replace(",", " ")
