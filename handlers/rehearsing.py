"""A phone that tries out a paper before it is open: answered by what answers real phones, and nothing is kept.

The whole of a rehearsal is what was typed; it is played again from its beginning each time, so nobody holds its state.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from ballots import receipts, slips
from ballots.model import Paper, Phase, PollId, Standing
from handlers import sms, ussd
from handlers.messages import (
    Act,
    Cast,
    Change,
    Confirm,
    Echo,
    Entry,
    Found,
    Helped,
    InboundSms,
    Join,
    Known,
    Session,
    SetLanguage,
    Slip,
    SlipState,
    Stop,
    Turn,
    Turnout,
    UssdTurn,
    WrongConfirm,
)
from handlers.ussd.dial import beyond
from handlers.values import renewed, value

RECEIPT = receipts.make(482_177_352)
"""The receipt of every vote in a rehearsal."""

PAUSE = timedelta(seconds=5)
"""Between two things that the phone does."""

TRIES = 3
"""Wrong digits that a held vote survives."""

MOST = 100
"""Things that one rehearsal takes; what comes after them is left out."""


class Does(StrEnum):
    """What its owner does with a phone."""

    DIALS = "dials"  # a service code, with or without an aul and a number
    KEYS = "keys"  # an answer to the screen; '#' hangs up
    TEXTS = "texts"  # an SMS to the short code


@value
class Done:
    """One thing that was done."""

    does: Does
    typed: str


@value
class Exchange:
    """One thing that was done, and what came of it."""

    done: Done
    text: str  # '': the phone gets nothing
    acts: tuple[Act, ...] = ()  # what would be written down
    ends: bool = True  # no dialogue is open afterwards
    page: int = 0  # of a screen, counted from 0


@value
class Village:
    """How the gateway is set up, and who tries."""

    languages: tuple[str, ...]  # as configured: their order is the order of the language menu
    language: str | None = None  # remembered for this phone; None: it never chose one
    on_roll: bool = True
    service_code: str = "*384*44135#"
    short_code: str = "44135"
    ussd: bool = True


class Books:
    """What a rehearsal looks up: any slip is good, no vote but its own exists, nothing was counted yet."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.own = Entry(paper)  # where the phone's own vote stands

    def slip(self, digits: str) -> Slip:
        state = SlipState.FREE if slips.is_sound(digits) else SlipState.UNKNOWN
        return Slip(state, self._paper.area.code, TRIES)

    def receipt(self, digits: str) -> tuple[Found, ...]:
        own = self.own
        return (Found(self._paper, own.standing, own.voted_on),) if digits == own.receipt else ()

    def turnout(self, poll: PollId) -> Turnout:  # noqa: ARG002 - of this paper
        return Turnout(0, None)

    def new_receipt(self) -> str:
        return RECEIPT


def rehearse(paper: Paper, village: Village, done: Sequence[Done]) -> tuple[Exchange, ...]:
    """What comes of doing these things one after the other, the first one right after voting has opened."""
    phone = Phone(paper, village)
    return tuple(phone.do(each) for each in done[:MOST])


def confirm_digits(paper: Paper) -> str:
    """The two digits that confirm a held vote: no proposal's number."""
    return next((str(number) for number in range(42, 100) if number not in paper.by_number), "42")


class Phone:
    """One phone, for as long as one rehearsal is played."""

    def __init__(self, paper: Paper, village: Village) -> None:
        paper = replace(paper, phase=Phase.VOTING)
        self._paper, self._village = paper, village
        self._at = paper.opens_at
        self._books = Books(paper)
        self._session: Session | None = None
        self._in_dialogue = False
        entries = (_entry(paper),) if village.on_roll else ()
        self._known = Known(
            language=village.language,
            languages=village.languages,
            entries=entries,
            papers=(paper,),
            areas=(paper.area.code,) if village.on_roll else (),
            lookups=self._books,
            service_code=village.service_code,
            short_code=village.short_code,
            ussd=village.ussd,
        )

    def do(self, done: Done) -> Exchange:
        """What comes of it."""
        self._at += PAUSE
        ways = {Does.DIALS: self._dial, Does.KEYS: self._key, Does.TEXTS: self._text}
        return ways[done.does](done)

    def _dial(self, done: Done) -> Exchange:
        rest = beyond(self._village.service_code, done.typed)
        self._in_dialogue = False
        return Exchange(done, "") if rest is None else self._turn(done, rest, first=True)

    def _key(self, done: Done) -> Exchange:
        if done.typed.strip() == "#" or not self._in_dialogue:
            self._in_dialogue = False
            return Exchange(done, "")
        return self._turn(done, done.typed, first=False)

    def _turn(self, done: Done, key: str, *, first: bool) -> Exchange:
        turn = ussd.answer(UssdTurn("", "", key, first, self._at), self._session, self._known)
        self._keep(turn.acts)
        self._session, self._in_dialogue = turn.session, not turn.ends
        return Exchange(done, turn.text, turn.acts, turn.ends, turn.session.page if turn.session else 0)

    def _text(self, done: Done) -> Exchange:
        message = InboundSms("", "", "", self._village.short_code, done.typed, self._at, self._at)
        turn = sms.answer(message, self._known)
        self._keep(turn.acts)
        text = self._echoed(turn, turn.echo) if turn.echo else turn.text
        return Exchange(done, text, turn.acts, not self._in_dialogue)

    def _echoed(self, turn: Turn, echo: Echo) -> str:
        """With the choice, as it is sent."""
        (entry,) = self._known.entries
        return sms.acknowledgement(entry.paper, turn.language, entry.choices, echo.receipt, turn.outcome)

    def _keep(self, acts: tuple[Act, ...]) -> None:
        """Remember what was done, until the end of the rehearsal."""
        for act in acts:
            match act:
                case Join():
                    self._know(areas=(act.area,), entries=(_entry(self._paper),))
                case SetLanguage():
                    self._know(language=act.language)
                case Stop():
                    self._know(stopped=True)
                case Helped():
                    self._know(helped=True)
                case Cast() | Change() | Confirm() | WrongConfirm():
                    (entry,) = self._known.entries
                    today = self._at.astimezone(self._known.zone).date()
                    self._books.own = _voted(entry, act, today)
                    self._know(entries=(self._books.own,))

    def _know(self, **changes: object) -> None:
        self._known = renewed(self._known, **changes)


def _entry(paper: Paper) -> Entry:
    digits = confirm_digits(paper) if paper.confirm_sms else ""
    return Entry(paper, tries_left=TRIES, confirm_digits=digits, new_confirm_digits=digits)


def _voted(entry: Entry, act: Cast | Change | Confirm | WrongConfirm, today: date) -> Entry:
    match act:
        case Cast():
            standing = Standing.HELD if act.held else Standing.PENDING
            return replace(entry, standing=standing, choices=act.choices, receipt=act.receipt, voted_on=today)
        case Change():
            return replace(entry, choices=act.choices)
        case Confirm():
            return replace(entry, standing=Standing.PENDING)
    return replace(entry, tries_left=entry.tries_left - 1)
