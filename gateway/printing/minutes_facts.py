"""What the minutes of a vote hold."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.printing.imprint import Imprint
from gateway.store.tallies import Counted


@dataclass(frozen=True, slots=True)
class MixedBatch:
    """One batch as the log knows it."""

    no: int
    mixed_at: datetime
    size: int
    ballots_hash: str  # SHA-256, 64 hex digits
    paper: bool


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part, in figures."""

    roll: int  # phones on it
    channels: tuple[tuple[str, int], ...]  # sms, ussd, paper or phone, and votes; empty where too few to be told apart
    unreadable: int  # envelopes that no key opened
    held: int  # SMS votes that nobody confirmed


@dataclass(frozen=True, slots=True)
class Decided:
    """One act of officials on this vote."""

    at: datetime
    act: str  # open, extend, close, certify
    who: tuple[str, ...]  # names; one, or the two of an act of two
    reason: str


@dataclass(frozen=True, slots=True)
class Commission:
    """Names for the lines of signatures; '' leaves a line blank."""

    chair: str = ""
    secretary: str = ""
    members: tuple[str, ...] = ()
    akim: str = ""
    observers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minutes:
    """What the minutes hold."""

    imprint: Imprint
    counted: Counted
    turnout: Turnout
    batches: tuple[MixedBatch, ...]
    decided: tuple[Decided, ...]  # in their order
    seq: int  # of the audit log's last entry, whose hash is counted.head
    planned_end: datetime  # as frozen at opening
    method: str  # how phones were verified: roll or slip
    dial: str  # '' without USSD
    for_two: bool = False  # so few ballots that only two officials may read this
    commission: Commission = field(default_factory=Commission)
