"""Steps and ties of a count out of tally.json, in words; names in a language."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ballots.bulletin.phrases import WORDS
from ballots.model import Paper, Step, Texts, Tie, Ties
from ballots.rules.words import grouped as spaced
from ballots.rules.words import step_in_words

__all__ = ["in_words", "named", "spaced", "step_of", "tie_in_words", "tie_of"]

_FIELDS = frozenset(field.name for field in fields(Step))


def in_words(language: str, step: Step, paper: Paper) -> str:
    """`Votes: 40. There is money for it: …`. Raises KeyError for a decision that no rule takes."""
    return step_in_words(language, step, paper.rules.threshold)


def tie_in_words(language: str, tie: Tie, paper: Paper) -> str:
    """Who stood equal, in which order they were taken, by which policy, and whether that decided anything."""
    words = WORDS[language]["ties"]
    numbers = {proposal.proposal_id: f"№{proposal.number}" for proposal in paper.proposals}
    policy = words[tie.policy].format(seed=paper.rules.lot_seed)
    said = words["tie"].format(numbers=", ".join(numbers[each] for each in tie.proposal_ids), policy=policy)
    return f"{said} {words['decisive']}" if tie.decisive else said


def tie_of(written: Mapping[str, Any]) -> Tie:
    """One entry of `ties` in tally.json. Raises KeyError, ValueError."""
    ids = tuple(written["proposal_ids"])
    return Tie(written["votes"], ids, Ties(written["policy"]), written["decisive"])


def step_of(written: Mapping[str, Any]) -> Step:
    """One entry of `steps` in tally.json; what later versions may add to it is left out. Raises TypeError."""
    return Step(**{name: value for name, value in written.items() if name in _FIELDS})


def named(texts: Texts, language: str) -> str:
    """A name in this language, else in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")
