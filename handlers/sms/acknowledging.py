"""The sentence that says a vote has arrived, with the choice or without it, within one part of an SMS."""

from collections.abc import Iterator

from ballots import receipts
from ballots.model import Choices, Paper
from ballots.polls import POLLS
from handlers.messages import Act, Echo, Outcome, Turn
from handlers.phrases import say
from handlers.segments import fits_sms
from handlers.telling import in_language

_SENTENCES: dict[Outcome, str] = {
    Outcome.ACCEPTED: "sms_accepted",
    Outcome.REPEATED: "sms_accepted",
    Outcome.CONFIRMED: "sms_accepted",
    Outcome.CHANGED: "sms_changed",
}
"""With `_quiet` added, the same without the choice."""


def acknowledgement(paper: Paper, language: str, choices: Choices | None, receipt: str, outcome: Outcome) -> str:
    """What the voter reads: the choice with its labels if they fit, else its numbers; None, or too many: neither.

    `outcome` is one of ACCEPTED, REPEATED, CONFIRMED, CHANGED. A rehearsal says that it is one.
    """
    phrase, shown, before = _SENTENCES[outcome], receipts.show(receipt), prefix(paper, language)
    for choice in _namings(paper, language, choices or ()):
        text = before + say(language, phrase, choice=choice, receipt=shown)
        if fits_sms(text):
            return text
    return before + say(language, f"{phrase}_quiet", receipt=shown)


def acknowledge(language: str, paper: Paper, receipt: str, outcome: Outcome, *acts: Act) -> Turn:
    """The answer to a vote that counts; where the paper says so, its choice may be repeated when it is sent."""
    text = acknowledgement(paper, language, None, receipt, outcome)
    return Turn(text, outcome, acts, language, echo=Echo(paper.poll, receipt) if paper.echo else None)


def prefix(paper: Paper, language: str) -> str:
    """What stands before a text about a poll whose votes are thrown away; else ''."""
    return say(language, "rehearsal") if POLLS[paper.kind].prefix else ""


def _namings(paper: Paper, language: str, choices: Choices) -> Iterator[str]:
    if not choices:
        return
    chosen = (paper.by_number[number] for number in choices)
    yield ", ".join(
        say(language, "numbered", number=proposal.number) + " " + in_language(proposal.shorts, language)
        for proposal in chosen
    )
    yield say(language, "numbered", number=", ".join(map(str, choices)))
