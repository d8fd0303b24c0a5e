"""What comes in, what is known about its sender, and what is to be done: the values of a conversation."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Protocol

from ballots.model import Choices, Paper, PollId, Standing
from handlers.values import renewed, value

KAZAKHSTAN = timezone(timedelta(hours=5))
"""One time for the whole country since 1 March 2024, without summer time."""


@value
class InboundSms:
    """One text message, as a provider read it."""

    provider: str
    id: str  # the provider's own id; a repeated delivery carries it again
    sender: str  # as it came; identity.py makes E.164 of it
    recipient: str  # the short code it was sent to
    text: str
    at: datetime  # arrival, by our clock
    sent_at: datetime | None  # by the operator's clock


@value
class UssdTurn:
    """One hit of a USSD dialogue, already reduced to what is new in it."""

    session: str  # the operator's session
    sender: str
    key: str  # what was keyed in since the last screen; '' on the first
    first: bool  # this session was not seen before; `key` then holds the rest of a direct dial ('7*3')
    at: datetime


@value
class Session:
    """Where a phone stands in the USSD menus. Belongs to the phone, not to the operator's session."""

    screen: str  # a key of handlers.ussd.SCREENS
    at: datetime  # of the last hit
    area: int = 0  # code of the area being looked at; 0 = none chosen yet
    poll: PollId | None = None
    choices: Choices = ()
    page: int = 0
    changing: bool = False  # the vote under way replaces an earlier one
    back: tuple[str, ...] = ()  # screens that 00 returns to, each with its page ("vote 2"), the last one first
    notice: str = ""  # one line that stands above the screen until the next key

    def on(self, screen: str, **changes: object) -> "Session":
        """This session on another screen."""
        return renewed(self, screen=screen, **changes)


@value
class Entry:
    """One open (or lately open) poll for which this phone is on the roll, and where its vote stands."""

    paper: Paper
    standing: Standing = Standing.NONE
    voted_on: date | None = None  # local date
    receipt: str = ""  # ten digits, '' if none
    choices: Choices = ()  # only while held or pending; opened from the envelope
    confirm_digits: str = ""  # the two digits that confirm a held vote; drawn before it, no number of a proposal
    tries_left: int = 0  # wrong confirmations still allowed, the next one included
    new_confirm_digits: str = ""  # those of a vote that replaces the held one; '': it keeps the receipt and the digits


class SlipState(StrEnum):
    """What became of a slip (талон) that a villager sent."""

    FREE = "free"
    SPENT = "spent"
    UNKNOWN = "unknown"
    LOCKED = "locked"  # too many wrong tries from this phone, or joining is paused in the aul


@value
class Slip:
    """A slip as looked up: its state, and the area that it admits to (0 if unknown)."""

    state: SlipState
    area: int = 0
    tries_left: int = 0  # wrong slips still allowed to this phone, this one included


@value
class Turnout:
    """What may be told about a poll now."""

    accepted: int
    votes: Mapping[int, int] | None  # number -> votes; None while the visibility or the phase forbids it
    funded: tuple[int, ...] = ()  # numbers; only after closing


@value
class Found:
    """The vote of a receipt, as anybody who holds the receipt may know it. Never the choice, never the phone."""

    paper: Paper
    standing: Standing
    on: date | None  # local date: of the batch that counted it, or of the vote as long as none has
    batch: int = 0  # the batch that counted it; 0 = none yet
    lost: bool = False  # no key opened its envelope: it was set aside and is not counted


class Lookups(Protocol):
    """What an answer may ask of the books while it is being made. Reads only."""

    def slip(self, digits: str) -> Slip:
        """The slip with these nine digits, for this phone."""

    def receipt(self, digits: str) -> tuple[Found, ...]:
        """The votes with this receipt, in any poll that was ever open; by chance two polls may share one."""

    def turnout(self, poll: PollId) -> Turnout:
        """Turnout, and totals where they may be shown."""

    def new_receipt(self) -> str:
        """Ten digits that no vote has yet; the same however often this answer asks."""


@value
class Known:
    """All that an answer may depend on, read inside one transaction."""

    language: str | None  # remembered for this phone
    languages: tuple[str, ...]  # as configured: the order of the language menu; the first is the default
    entries: tuple[Entry, ...]  # polls of this phone's areas, area polls before district polls
    papers: tuple[Paper, ...]  # every published paper of the gateway
    areas: tuple[int, ...]  # codes of the areas whose roll this phone is on
    lookups: Lookups
    service_code: str = "*384*44135#"
    short_code: str = "44135"
    ussd: bool = True  # is USSD offered here?
    stopped: bool = False  # announcements refused
    helped: bool = False  # help was sent to this phone within the hour
    zone: tzinfo = KAZAKHSTAN  # dates and times are said in it

    @property
    def new_receipt(self) -> str:
        """Ten digits: the receipt that a vote cast now will get."""
        return self.lookups.new_receipt()


@value
class Cast:
    """Record a first vote (or replace a held one)."""

    poll: PollId
    choices: Choices
    receipt: str
    held: bool = False
    change: bool = False  # it came as a change without a vote before it: later changes are weighed against it


@value
class Change:
    """Replace a pending vote; the later operator's time wins."""

    poll: PollId
    choices: Choices


@value
class Confirm:
    """A held vote becomes pending."""

    poll: PollId


@value
class WrongConfirm:
    """A wrong pair of digits: one try less."""

    poll: PollId


@value
class Join:
    """Bind this phone to the slip with these nine digits."""

    digits: str
    area: int


@value
class WrongSlip:
    """A slip number that admits nobody: one try less for this phone."""

    area: int  # 0 if unknown


@value
class SetLanguage:
    """Remember a language for this phone."""

    language: str


@value
class Stop:
    """No more announcements to this phone."""


@value
class Helped:
    """Remember that help was sent, so that it is not sent again within the hour."""


Act = Cast | Change | Confirm | WrongConfirm | Join | WrongSlip | SetLanguage | Stop | Helped


class Outcome(StrEnum):
    """One word for what became of a message; kept with its id, never with its sender or text."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    HELD = "held"
    CONFIRMED = "confirmed"
    JOINED = "joined"  # with a slip
    REPEATED = "repeated"  # the same vote again while pending: answered as the first time
    REFUSED = "refused"
    ANSWERED = "answered"
    SILENT = "silent"


@value
class Echo:
    """Who sends the text may repeat the choice of this poll: from the opened envelope, by sms.acknowledgement."""

    poll: PollId
    receipt: str


@value
class Turn:
    """An answer: what to say, what to do, and where the phone stands afterwards."""

    text: str  # '' = say nothing (SMS only); never a choice: it may lie in the outbox
    outcome: Outcome = Outcome.ANSWERED
    acts: tuple[Act, ...] = ()
    language: str = ""
    session: Session | None = None  # USSD: None ends the dialogue
    echo: Echo | None = None

    @property
    def ends(self) -> bool:
        """Does the USSD dialogue end with this screen?"""
        return self.session is None
