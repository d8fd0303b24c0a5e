"""How a screen speaks: the phone's language, labels, money, days, and a line of help above a full screen."""

from datetime import datetime

from ballots.errors import Refused
from ballots.model import Area, AreaKind, Paper, Proposal
from ballots.polls import POLLS
from handlers.messages import Known
from handlers.phrases import PHRASES, say
from handlers.segments import fits_ussd
from handlers.telling import amount, day, in_language

KINDS: dict[AreaKind, str] = {
    AreaKind.AUL: "ussd_aul",
    AreaKind.DISTRICT: "ussd_district",
    AreaKind.REGION: "ussd_region",
}


def language_of(known: Known) -> str:
    """The language remembered for this phone, or else the first configured one."""
    return known.language if known.language and known.language in PHRASES else known.languages[0]


def tell(known: Known, phrase: str, **facts: object) -> str:
    """The sentence in the phone's language."""
    return say(language_of(known), phrase, **facts)


def refusal(known: Known, error: Refused) -> str:
    """One line for a screen: what happened."""
    return tell(known, f"ussd_{error.phrase}", **{name: _worded(fact, known) for name, fact in error.facts.items()})


def label(proposal: Proposal, language: str) -> str:
    """What a menu line calls this proposal."""
    return in_language(proposal.shorts, language) or in_language(proposal.names, language)


def place(area: Area, language: str) -> str:
    """Aul, district or region: the one word that tells two polls of a phone apart."""
    return say(language, KINDS[area.kind])


def marked(paper: Paper, language: str, line: str) -> str:
    """The line, marked if this poll is only a rehearsal."""
    return say(language, "rehearsal") + line if POLLS[paper.kind].prefix else line


def under(notice: str, screen: str) -> str:
    """The notice above the screen; whole lines give way to it, but neither the first nor the last one."""
    lines = screen.split("\n")
    while notice:
        text = "\n".join([notice, *lines])
        if fits_ussd(text):
            return text
        if len(lines) <= 2:
            return screen
        del lines[-2]
    return screen


def _worded(fact: object, known: Known) -> object:
    if isinstance(fact, int):
        return amount(fact)
    return day(fact.astimezone(known.zone).date()) if isinstance(fact, datetime) else fact
