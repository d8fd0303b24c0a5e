"""A step of a count in words."""

from collections.abc import Mapping
from typing import Any

from ballots.bulletin.phrases import WORDS
from ballots.model import Paper, Texts

_FALLBACK = "{decision}: {votes} · {cost} · {left}"


def in_words(language: str, step: Mapping[str, Any], paper: Paper) -> str:
    """`votes: 40, cost: 4 500 000; …`: one entry of `steps` in tally.json; a decision without words is named."""
    sentence = WORDS[language]["steps"].get(str(step["decision"]), _FALLBACK)
    return sentence.format(
        decision=step["decision"],
        votes=spaced(step["votes"]),
        cost=spaced(step["cost"]),
        left=spaced(step["left"]),
        after=spaced(step["left"] - step["cost"]),
        threshold=spaced(paper.rules.threshold),
    )


def named(texts: Texts, language: str) -> str:
    """A name in this language, else in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def spaced(amount: int) -> str:
    """`4 500 000`."""
    return f"{amount:,}".replace(",", " ")
