"""Everything a villager may read of a paper, screen by screen and message by message, each with its length.

Every text comes out of a rehearsal: out of the functions that answer real phones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ballots.casting import check, normalise
from ballots.errors import Refused
from ballots.model import Choices, Paper, Proposal
from handlers.messages import Cast
from handlers.rehearsing import Does, Done, Exchange, Phone, Village, confirm_digits, rehearse
from handlers.segments import Size, sms_size, ussd_size
from handlers.sms.vocabulary import command_word
from handlers.values import value


@value
class Shown:
    """One text as a villager meets it."""

    place: str  # language, main, ballot, confirm, end, list, info, mine; sms-vote, sms-confirmed, sms-list, sms-info
    number: int  # of the proposal that it is about; 0 = the paper as a whole
    exchange: Exchange

    @property
    def size(self) -> Size:
        """How long it is, and how long it may be."""
        text = self.exchange.text
        return sms_size(text) if self.exchange.done.does is Does.TEXTS else ussd_size(text)


@value
class Parts:
    """SMS parts that the gateway pays for one voter in this language, at the most."""

    vote: int  # who knows the number: the reply to the vote, and what a held vote needs to be confirmed
    reading: int  # who asks for the whole list and for one proposal, then votes


def preview(paper: Paper, village: Village) -> tuple[Shown, ...]:
    """The whole walk of a phone of `village.language` (None: the first one); () of a paper with nothing to choose.

    Each of its screens by USSD, then its messages by SMS.
    """
    choosable = [proposal for proposal in paper.proposals if not proposal.withdrawn]
    if not choosable:
        return ()
    walk = _Walk(paper, village, choosable)
    return (*(walk.screens() if village.ussd else ()), *walk.messages())


def preview_one(paper: Paper, village: Village, number: int) -> tuple[Shown, ...]:
    """What a phone shows of one proposal: the ballot's pages, its own screens, its own messages; () if it is withdrawn.

    The same as in `preview`, for a form that asks at every key that a clerk presses.
    """
    proposal = paper.by_number[number]
    if proposal.withdrawn:
        return ()
    return tuple(_Walk(paper, village, [proposal]).of_proposals())


def parts(shown: Sequence[Shown]) -> Parts:
    """What voting by SMS costs, from a preview."""
    most: dict[str, int] = {}
    pages = 0
    for one in shown:
        most[one.place] = max(most.get(one.place, 0), one.size.parts)
        pages += one.size.parts if one.place == "sms-list" else 0
    vote = most.get("sms-vote", 0) + most.get("sms-confirmed", 0)
    return Parts(vote, pages + most.get("sms-info", 0) + vote)


def ballot_with(paper: Paper, number: int) -> Choices:
    """A valid ballot that chooses this proposal and as few others as it must; () if there is none."""
    others = sorted((other for other in paper.proposals if not other.withdrawn), key=lambda other: other.cost)
    numbers = [other.number for other in others if other.number != number]
    tried = (normalise((number, *numbers[:more])) for more in range(len(numbers) + 1))
    return next((choices for choices in tried if _is_valid(paper, choices)), ())


class _Walk:
    """One phone before one paper."""

    def __init__(self, paper: Paper, village: Village, choosable: Sequence[Proposal]) -> None:
        self._paper, self._village, self._choosable = paper, village, choosable
        self._language = village.language or village.languages[0]
        self._dial = Done(Does.DIALS, village.service_code)
        ballots = {proposal.number: ballot_with(paper, proposal.number) for proposal in choosable}
        self._ballots = {number: choices for number, choices in ballots.items() if choices}

    def screens(self) -> Iterator[Shown]:
        """By USSD."""
        yield from self._arrival()
        yield from self._ballot()
        if self._ballots:
            voted = (self._dial, _key("1"), _key(_typed(min(self._ballots.values()))), _key("1"))
            yield self._last("end", 0, *voted)
            yield from self._pages("mine", 0, *voted, self._dial, _key("4"))
        yield from self._pages("list", 0, self._dial, _key("2"))
        yield from self._infos()

    def messages(self) -> Iterator[Shown]:
        """By SMS."""
        yield from self._votes()
        yield from self._list()
        yield from self._told()

    def of_proposals(self) -> Iterator[Shown]:
        """By both, but for what is about the paper as a whole."""
        if self._village.ussd:
            yield from self._ballot()
            yield from self._infos()
        yield from self._votes()
        yield from self._told()

    def _ballot(self) -> Iterator[Shown]:
        yield from self._pages("ballot", 0, self._dial, _key("1"))
        for number, choices in self._ballots.items():
            yield from self._pages("confirm", number, self._dial, _key("1"), _key(_typed(choices)))

    def _infos(self) -> Iterator[Shown]:
        for proposal in self._choosable:
            yield from self._pages("info", proposal.number, self._dial, _key("2"), _key(str(proposal.number)))

    def _votes(self) -> Iterator[Shown]:
        for number, choices in self._ballots.items():
            yield from self._voted(number, choices)

    def _told(self) -> Iterator[Shown]:
        for proposal in self._choosable:
            yield self._last("sms-info", proposal.number, self._text(f"{self._word('info')} {proposal.number}"))

    def _arrival(self) -> Iterator[Shown]:
        stranger = replace(self._village, language=None)
        chosen = _key(str(self._village.languages.index(self._language) + 1))
        asked, main = rehearse(self._paper, stranger, (self._dial, chosen))
        yield Shown("language", 0, asked)
        yield Shown("main", 0, main)

    def _voted(self, number: int, choices: Choices) -> Iterator[Shown]:
        vote = self._text(_typed(choices))
        asked = self._last("sms-vote", number, vote)
        yield asked
        if any(isinstance(act, Cast) and act.held for act in asked.exchange.acts):
            yield self._last("sms-confirmed", number, vote, self._text(confirm_digits(self._paper)))

    def _list(self) -> Iterator[Shown]:
        shown = self._last("sms-list", 0, self._text(self._word("list")))
        before = None
        while shown.exchange.text != before:
            yield shown
            before, place = shown.exchange.text, shown.exchange.done.typed.partition(" ")[2]
            shown = self._last("sms-list", 0, self._text(f"{self._word('list')} {int(place or 1) + 1}"))

    def _pages(self, place: str, number: int, *done: Done) -> Iterator[Shown]:
        """The screen that this leads to, and each page after it."""
        phone, page = Phone(self._paper, self._village), -1
        shown = [phone.do(one) for one in done][-1]
        while shown.page > page:
            yield Shown(place, number, shown)
            page, shown = shown.page, phone.do(_key("0"))

    def _last(self, place: str, number: int, *done: Done) -> Shown:
        return Shown(place, number, rehearse(self._paper, self._village, done)[-1])

    def _text(self, typed: str) -> Done:
        return Done(Does.TEXTS, typed)

    def _word(self, command: str) -> str:
        return command_word(self._language, command)


def _key(typed: str) -> Done:
    return Done(Does.KEYS, typed)


def _typed(choices: Choices) -> str:
    return " ".join(map(str, choices))


def _is_valid(paper: Paper, choices: Choices) -> bool:
    try:
        check(paper, choices)
    except Refused:
        return False
    return True
