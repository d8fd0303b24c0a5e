"""Sentences of the console: texts/<language>/<page>.toml, and common.toml for what every page says."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.errors import Mistake
from gateway.pages.wording import Wording as Spoken

LANGUAGES = ("kk", "ru", "en")
"""The console's languages; the first one where nothing else is known."""

COMMON = "common"


@cache
def texts(language: str, page: str) -> Mapping[str, Any]:
    """Name -> sentence with {blanks}, in one file; `help.<name>` of its table [help]."""
    file = files(__package__).joinpath("texts", language, f"{page}.toml")
    return _flat(tomllib.loads(file.read_text(encoding="utf-8")))


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return flat


class Wording:
    """How one page of the console speaks in one language: its own sentences before the common ones."""

    def __init__(self, language: str, page: str, spoken: Spoken) -> None:
        """`spoken`: the public pages' wording, for amounts and instants."""
        self.language = language
        self.tenge, self.amount, self.moment = spoken.tenge, spoken.amount, spoken.moment
        self._texts = {**texts(language, COMMON), **texts(language, page)}

    def knows(self, name: str) -> bool:
        """Is there a sentence of this name?"""
        return name in self._texts

    def say(self, name: str, /, **facts: object) -> str:
        """The sentence `name` with its blanks filled. KeyError for an unknown name or a missing fact."""
        text: str = self._texts[name]
        return text.format_map(facts)

    def explain(self, mistake: Mistake) -> str:
        """What is wrong and what to do. A mistake without a sentence of ours shows the gateway's own, in English."""
        name = f"mistakes.{mistake.phrase}"
        if mistake.phrase and self.knows(name):
            return self.say(name, **mistake.facts)
        return self.say("refused", reason=str(mistake))
