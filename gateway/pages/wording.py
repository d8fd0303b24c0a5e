"""Sentences of the pages in every language, and the language that a browser asks for."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from importlib.resources import files
from typing import Any

from handlers.phrases import LANGUAGES
from handlers.telling import amount

NO_BREAK = "\u00a0"


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("texts", f"{language}.toml").read_text(encoding="utf-8"))


TEXTS: Mapping[str, Mapping[str, Any]] = {language: _read(language) for language in LANGUAGES}
"""Language -> name -> sentence with {blanks}; `months` is a list of twelve."""


class Wording:
    """How the pages speak in one language and time zone."""

    def __init__(self, language: str, zone: tzinfo, more: Mapping[str, Any] | None = None) -> None:
        """`more`: sentences beside those of the pages; of two with one name the one in `more` is said."""
        self.language = language
        self.html_language: str = TEXTS[language]["html_language"]
        self._texts = {**TEXTS[language], **(more or {})}
        self._zone = zone

    def say(self, name: str, /, **facts: object) -> str:
        """The sentence `name` with its blanks filled. KeyError for an unknown name or a missing fact."""
        text: str = self._texts[name]
        return text.format_map(facts)

    def tenge(self, number: int) -> str:
        """`4 500 000 теңге`, which no line end tears apart."""
        return self.say("tenge", amount=self.amount(number))

    def amount(self, number: int) -> str:
        """`4 500 000`, which no line end tears apart."""
        return amount(number).replace(" ", NO_BREAK)

    def day(self, on: date) -> str:
        """`2 мамыр`."""
        return self.say("day", day=on.day, month=self._texts["months"][on.month - 1]).replace(" ", NO_BREAK)

    def moment(self, at: datetime) -> str:
        """`2 мамыр, 18:00`, by the clock of the notice board."""
        local = at.astimezone(self._zone)
        month = self._texts["months"][local.month - 1]
        said = self.say("moment", day=local.day, month=month, time=f"{local:%H:%M}", year=local.year)
        return said.replace(" ", NO_BREAK)

    def date(self, at: datetime) -> str:
        """The sentence `date`, where there is one: `2026 жылғы 2 мамыр`, by the clock of the notice board."""
        local = at.astimezone(self._zone)
        month = self._texts["months"][local.month - 1]
        return self.say("date", day=local.day, month=month, year=local.year).replace(" ", NO_BREAK)


def choose_language(asked: str | None, accepted: str, offered: Iterable[str]) -> str:
    """One of `offered`: what the address asks for, else what the browser prefers, else the first.

    `accepted`: an Accept-Language header (RFC 9110 section 12.5.4).
    """
    languages = tuple(offered)
    if asked in languages:
        return str(asked)
    for wanted in _ranked(accepted):
        found = _match(wanted, languages)
        if found:
            return found
    return languages[0]


def _ranked(accepted: str) -> list[str]:
    weighed = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, quality = part.strip().lower().partition(";")
        weighed.append((-_quality(quality), place, tag.strip()))
    return [tag for weight, _, tag in sorted(weighed) if weight < 0]


def _quality(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def _match(wanted: str, languages: tuple[str, ...]) -> str | None:
    if wanted.startswith("kk-latn") and "kk-latin" in languages:
        return "kk-latin"
    main = wanted.partition("-")[0]
    return main if main in languages else None
