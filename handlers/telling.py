"""Facts as a villager reads them: dates, times, tenge, texts in a language; and a refusal as a sentence."""

from datetime import date, datetime, tzinfo

from ballots.errors import Refused
from ballots.model import Texts
from handlers.phrases import say


def day(on: date) -> str:
    """`02.05`."""
    return f"{on:%d.%m}"


def moment(at: datetime, zone: tzinfo) -> str:
    """`02.05 09:00` in the zone."""
    return f"{at.astimezone(zone):%d.%m %H:%M}"


def amount(number: int) -> str:
    """`4 500 000`."""
    return f"{number:,}".replace(",", " ")


def in_language(texts: Texts, language: str) -> str:
    """The text in this language; else in the other script of Kazakh or whatever there is; '' if there is none."""
    if language in texts:
        return texts[language]
    return texts.get("kk") or next(iter(texts.values()), "")


def clipped(text: str, most: int) -> str:
    """The text, cut to `most` characters if it is longer."""
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


def refusal(language: str, refused: Refused, zone: tzinfo) -> str:
    """The sentence that tells what was refused and what to do."""
    return say(language, refused.phrase, **{name: _fact(value, zone) for name, value in refused.facts.items()})


def _fact(value: object, zone: tzinfo) -> str:
    match value:
        case datetime():
            return moment(value, zone)
        case date():
            return day(value)
        case int():
            return amount(value)
    return str(value)
