"""What the doctor says, in the languages of officials: texts/<language>.toml, one table for each finding."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.doctor.patient import Fact, Finding, Level

ENGLISH = "en"
NO_BREAK = "\u00a0"


def found(level: Level, name: str, /, **facts: Fact) -> Finding:
    """A finding that can be told in every language; the command tells it in English."""
    says, mend = tell(name, facts, ENGLISH)
    return Finding(level, says, mend, name, facts)


def told(finding: Finding, language: str) -> tuple[str, str]:
    """What is so and how to mend it ('' if nothing is to be mended). English where the finding has no name."""
    if not finding.name:
        return finding.says, finding.mend
    return tell(finding.name, finding.facts, language)


def tell(name: str, facts: Mapping[str, Fact], language: str) -> tuple[str, str]:
    """The two sentences of a finding. KeyError for one that is not in the texts."""
    words = texts(language)
    shown = {key: _shown(value, words, language) for key, value in facts.items()}
    return words[name]["says"].format_map(shown), words[name].get("mend", "").format_map(shown)


@cache
def texts(language: str) -> Mapping[str, Any]:
    """Name of a finding -> its sentences."""
    return tomllib.loads(files(__package__).joinpath("texts", f"{language}.toml").read_text(encoding="utf-8"))


def _shown(fact: Fact, words: Mapping[str, Any], language: str) -> str:
    if isinstance(fact, timedelta):
        minutes = int(fact.total_seconds() // 60)
        unit, number = ("minutes", minutes) if minutes < 120 else ("hours", minutes // 60)
        return str(words[unit].format(number=number))
    if isinstance(fact, int):
        spaced = f"{fact:,}"
        return spaced if language == ENGLISH else spaced.replace(",", NO_BREAK)
    return str(words["words"].get(fact, fact))
