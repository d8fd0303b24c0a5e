"""What is announced to a whole contact list: our sentences, and what keeps a clerk's own text from phones."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from enum import StrEnum

from ballots.model import Paper
from handlers.messages import Turnout
from handlers.phrases import say
from handlers.segments import fits_sms, sms_parts
from handlers.telling import in_language, moment
from handlers.values import value
from handlers.wording import fold

PARTS = 2
"""SMS parts of what we word ourselves."""

MOST_PARTS = 3
"""SMS parts of a text, its last sentence (how to stop them) included."""

LINK = re.compile(r"https?:|www\.|://|\w\.(?:[a-z]{2,}|рф|қаз|каз)\b", re.IGNORECASE)
"""Anything that a phone would underline."""

ASKED_FOR = (
    "код",
    "code",
    "kod",
    "пароль",
    "parol",
    "password",
    "cvv",
    "пин-код",
    "құпия сөз",
    "qupia soz",
    "kupia soz",
)
"""What swindlers ask for: a word that begins so."""

HARMLESS = ("кодекс", "kodeks", "codex")


class Flaw(StrEnum):
    """Why a text may not leave."""

    EMPTY = "empty"
    LINES = "lines"  # a character that is no part of a sentence
    LONG = "long"  # more than MOST_PARTS
    LINK = "link"
    CODE = "code"  # a word that swindlers use


@value
class Ways:
    """How a villager reaches the gateway."""

    service_code: str  # "*384*44135#"
    short_code: str
    ussd: bool
    zone: tzinfo


def invitation(paper: Paper, language: str, ways: Ways) -> str:
    """That one can vote, until when and how."""
    return _call("announce_invitation", paper, language, ways)


def reminder(paper: Paper, language: str, ways: Ways) -> str:
    """That voting ends soon. It goes to everybody, so it says nothing of whether the reader has voted."""
    return _call("announce_reminder", paper, language, ways)


def results(paper: Paper, turnout: Turnout, language: str) -> str:
    """Who was funded, by name if two parts hold the names; only how many voted where no more may be told."""
    facts = {"area": in_language(paper.area.names, language), "accepted": turnout.accepted}
    if turnout.votes is None:
        return with_stop(say(language, "announce_turnout", **facts), language)
    if not turnout.funded:
        return with_stop(say(language, "announce_results_none", **facts), language)
    told = (
        with_stop(say(language, "announce_results", **facts, funded=funded), language)
        for funded in _chosen(paper, turnout.funded, language)
    )
    return next(text for text in told if fits_sms(text, PARTS))


def with_stop(text: str, language: str) -> str:
    """The text, and how to get no more of them, unless it says so itself."""
    stop = say(language, "announce_stop")
    return text if stop in text else f"{text.rstrip()} {stop}"


def flaws(text: str) -> tuple[Flaw, ...]:
    """Why this text, with its sentence on how to stop them, may not leave; () = it may."""
    return tuple(_flaws(text))


def _flaws(text: str) -> Iterator[Flaw]:
    if not text.strip():
        yield Flaw.EMPTY
    if not text.replace("\n", "").isprintable():
        yield Flaw.LINES
    if sms_parts(text) > MOST_PARTS:
        yield Flaw.LONG
    if LINK.search(text):
        yield Flaw.LINK
    folded = fold(text)
    if any(_begins(folded, word) for word in ASKED_FOR):
        yield Flaw.CODE


def _begins(folded: str, word: str) -> bool:
    harmless = "|".join(re.escape(fold(word)) for word in HARMLESS)
    pattern = r"\s+".join(map(re.escape, fold(word).split()))
    return re.search(rf"(?<!\w)(?!{harmless}){pattern}", folded) is not None


def _call(phrase: str, paper: Paper, language: str, ways: Ways) -> str:
    facts = {
        "area": in_language(paper.area.names, language),
        "closes_at": moment(paper.closes_at, ways.zone),
        "short": ways.short_code,
    }
    if not ways.ussd:
        return with_stop(say(language, f"{phrase}_sms", **facts), language)
    dial = f"{ways.service_code.rstrip('#')}*{paper.area.code}#"
    return with_stop(say(language, phrase, **facts, dial=dial), language)


def _chosen(paper: Paper, funded: tuple[int, ...], language: str) -> Iterator[str]:
    """Ways of naming the chosen, from the fullest to the shortest."""
    numbered = [say(language, "numbered", number=number) for number in funded]
    labels = [in_language(paper.by_number[number].shorts, language) for number in funded]
    yield ", ".join(f"{number} {label}" for number, label in zip(numbered, labels, strict=True))
    for shown in range(len(funded), 0, -1):
        rest = f" +{len(funded) - shown}" if shown < len(funded) else ""
        yield ", ".join(numbered[:shown]) + rest
