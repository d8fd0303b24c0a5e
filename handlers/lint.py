"""What keeps a paper from phones: a text too long for its place, a screen that cannot be reached or left.

Measured by the very functions that make the messages: phones of every standing walk all screens. What else may be wrong
with a paper (numbers, costs, rules, other texts that are missing) is looked for in ballots.linting.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ballots.casting import check, normalise
from ballots.errors import Refused
from ballots.model import Choices, Paper, Phase, PollId, Proposal, Standing
from handlers.messages import Entry, Found, Known, Slip, SlipState, Turnout
from handlers.phrases import LANGUAGES, say
from handlers.segments import fits_ussd, sms_parts, units
from handlers.telling import amount
from handlers.ussd.walking import Walk, walk

LABEL_UNITS = 20
"""UTF-16 units of a short label."""

AREA_UNITS = 24
"""UTF-16 units of an area's name."""

INFO_PARTS = 2
"""SMS parts of what is told about one proposal."""

CROWD = 99_999
"""More votes than a village has: these digits must fit too."""


class Flaw(StrEnum):
    """What may keep a text from phones, and what mends it; {has} and {most} come from the finding."""

    NO_SENTENCES = "there are no sentences in this language; take it out of the languages"
    AREA_LONG = "the area's name has {has} characters; shorten it to {most}"
    LABEL_MISSING = "there is no short label; write one"
    LABEL_BROKEN = "the short label holds a line break; write it in one line"
    LABEL_LONG = "the short label has {has} characters; shorten it to {most}"
    INFO_LONG = "name, cost and text take {has} SMS parts; shorten the text until they take {most}"
    SCREEN_LONG = "a screen is too long: {has!r}; shorten the label, the area's name or the sums"
    NOT_REACHED = "it cannot be reached by its number; give it another number"
    NO_WAY_BACK = "the screen {has} cannot be left; ask the makers"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend before voting opens."""

    number: int | None  # of the proposal; None = the paper as a whole
    language: str
    flaw: Flaw
    has: int | str = ""  # how long it is, or which screen
    most: int = 0  # how long it may be

    @property
    def what(self) -> str:
        """What is wrong, in plain words."""
        return self.flaw.partition("; ")[0].format(has=self.has, most=self.most)

    @property
    def mend(self) -> str:
        """What to do, in plain words."""
        return self.flaw.partition("; ")[2].format(has=self.has, most=self.most)


@dataclass(frozen=True, slots=True)
class _Books:
    """What a phone is told at most: every proposal funded, with more votes than people."""

    paper: Paper

    def slip(self, digits: str) -> Slip:  # noqa: ARG002 - the same for every slip
        return Slip(SlipState.UNKNOWN)

    def receipt(self, digits: str) -> tuple[Found, ...]:  # noqa: ARG002 - the longest there may be
        return (Found(self.paper, Standing.MIXED, date.max, 1),)

    def turnout(self, poll: PollId) -> Turnout:  # noqa: ARG002 - of this paper
        numbers = tuple(self.paper.by_number)
        return Turnout(CROWD, dict.fromkeys(numbers, CROWD), numbers)

    def new_receipt(self) -> str:
        return "0" * 10


def lint(paper: Paper, languages: Iterable[str]) -> tuple[Finding, ...]:
    """All that is too long or out of reach in these languages; () = publish it."""
    return tuple(finding for language in languages for finding in _in_language(paper, language))


def glance(paper: Paper, languages: Iterable[str]) -> tuple[Finding, ...]:
    """What the texts alone tell, without a walk over all screens: fit to be asked at every key that a clerk presses."""
    return tuple(finding for language in languages for finding in _texts(paper, language))


def _in_language(paper: Paper, language: str) -> tuple[Finding, ...]:
    return _texts(paper, language) or tuple(dict.fromkeys(_screens(paper, language)))


def _texts(paper: Paper, language: str) -> tuple[Finding, ...]:
    if language not in LANGUAGES:
        return (Finding(None, language, Flaw.NO_SENTENCES),)
    return (*_area(paper, language), *(found for one in paper.proposals for found in _proposal(one, language)))


def _area(paper: Paper, language: str) -> Iterator[Finding]:
    length = units(paper.area.names.get(language, ""))
    if length > AREA_UNITS:
        yield Finding(None, language, Flaw.AREA_LONG, length, AREA_UNITS)


def _proposal(proposal: Proposal, language: str) -> Iterator[Finding]:
    number, label = proposal.number, proposal.shorts.get(language, "").strip()
    if not label:
        yield Finding(number, language, Flaw.LABEL_MISSING)
    if not label.isprintable():
        yield Finding(number, language, Flaw.LABEL_BROKEN)
    if units(label) > LABEL_UNITS:
        yield Finding(number, language, Flaw.LABEL_LONG, units(label), LABEL_UNITS)
    name, text = proposal.names.get(language, ""), proposal.texts.get(language, "")
    told = f"{say(language, 'sms_info', number=number, name=name, cost=amount(proposal.cost))} {text}".strip()
    if sms_parts(told) > INFO_PARTS:
        yield Finding(number, language, Flaw.INFO_LONG, sms_parts(told), INFO_PARTS)


def _screens(paper: Paper, language: str) -> Iterator[Finding]:
    walks = _walks(replace(paper, phase=Phase.VOTING), language)
    for met in walks:
        yield from _met(met, language)
    reached = {(place.screen, place.choices) for met in walks for place in met.ways}
    for proposal in paper.proposals:
        choices = (proposal.number,)
        wanted = {("info", choices)} | ({("confirm", choices)} if _valid(paper, choices) else set())
        if not proposal.withdrawn and not wanted <= reached:
            yield Finding(proposal.number, language, Flaw.NOT_REACHED)


def _met(met: Walk, language: str) -> Iterator[Finding]:
    for turn in met.turns:
        if not fits_ussd(turn.text):
            number = turn.session.choices[0] if turn.session and turn.session.choices else None
            yield Finding(number, language, Flaw.SCREEN_LONG, turn.text)
    for place in met.ways:
        if not met.leads_home(place):
            yield Finding(None, language, Flaw.NO_WAY_BACK, place.screen)


def _walks(paper: Paper, language: str) -> tuple[Walk, ...]:
    """Phones of every standing, and one that is on no roll."""
    chosen = _some_choice(paper)
    area = str(paper.area.code)
    numbers = [*map(str, paper.by_number), " ".join(map(str, chosen)), area]
    dials, at = ("", f"{area}*{numbers[0]}"), paper.opens_at
    walks = [walk(_known(paper, language), at, dials, numbers)]
    for standing in Standing:
        entry = Entry(paper, standing, date.max, "0" * 10, chosen)
        shown = numbers if standing is Standing.NONE else numbers[-2:]
        walks.append(walk(_known(paper, language, entry), at, (*dials, area), shown))
    return tuple(walks)


def _known(paper: Paper, language: str, *entries: Entry) -> Known:
    areas = tuple(entry.paper.area.code for entry in entries)
    return Known(language, LANGUAGES, entries, (paper,), areas, _Books(paper))


def _some_choice(paper: Paper) -> Choices:
    """As many proposals as a ballot may hold, the cheapest first."""
    chosen: Choices = ()
    for proposal in sorted(paper.proposals, key=lambda proposal: proposal.cost):
        more = normalise((*chosen, proposal.number))
        if not proposal.withdrawn and (_valid(paper, more) or not _valid(paper, chosen)):
            chosen = more
    return chosen


def _valid(paper: Paper, choices: Choices) -> bool:
    try:
        check(paper, choices)
    except Refused:
        return False
    return True
