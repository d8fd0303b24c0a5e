"""The values of an election: areas, papers, choices, tallies. Frozen; units stand beside the fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NewType

PollId = NewType("PollId", int)
CycleId = NewType("CycleId", int)

NUMBERS = range(1, 128)
"""Numbers that a proposal may have: one byte each in an envelope, and short enough to key in."""

Choices = tuple[int, ...]
"""Numbers of the chosen proposals, ascending, each once."""

Texts = Mapping[str, str]
"""Language code (kk, kk-latin, ru, en) -> text."""


class AreaKind(StrEnum):
    """What a code on a poster stands for."""

    AUL = "aul"
    DISTRICT = "district"
    REGION = "region"


class PollKind(StrEnum):
    """What a paper is put to the roll for."""

    VOTE = "vote"
    CONSULT = "consult"
    OVERSEE = "oversee"
    REHEARSAL = "rehearsal"


class BallotForm(StrEnum):
    """What one ballot may hold."""

    CHOOSE_1 = "choose-1"
    APPROVAL = "approval"
    KNAPSACK = "knapsack"


class Ties(StrEnum):
    """Who comes first among proposals with equal votes; `number` settles what is still equal."""

    CHEAPER = "cheaper"
    DEARER = "dearer"
    NUMBER = "number"
    LOT = "lot"


class Bound(StrEnum):
    """Which way a quota binds."""

    FLOOR = "floor"  # so much is reserved
    CAP = "cap"  # no more than so much


class Trait(StrEnum):
    """What of a proposal a quota looks at."""

    SDG = "sdg"
    CATEGORY = "category"
    SETTLEMENT = "settlement"


class Phase(StrEnum):
    """Where a cycle stands; cycles.py holds the transitions."""

    DRAFT = "draft"
    IDEAS = "ideas"
    REVIEW = "review"
    VOTING = "voting"
    GRACE = "grace"
    CLOSED = "closed"
    CERTIFIED = "certified"
    IMPLEMENTATION = "implementation"
    ARCHIVED = "archived"


class Source(StrEnum):
    """Who brought a proposal, and how."""

    SMS = "sms"
    USSD = "ussd"
    WEB = "web"
    PAPER = "paper"
    AKIMAT = "akimat"


class ProposalStatus(StrEnum):
    """A proposal's way from idea to finished work."""

    RECEIVED = "received"
    IN_REVIEW = "in-review"
    ON_BALLOT = "on-ballot"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FUNDED = "funded"
    IN_PROGRESS = "in-progress"
    DONE = "done"


class Visibility(StrEnum):
    """What of a running vote is shown: totals daily to officials, or only how many voted."""

    DAILY = "daily"
    TURNOUT = "turnout"


class Standing(StrEnum):
    """Where one phone's vote in one poll stands."""

    NONE = "none"
    HELD = "held"  # an SMS vote that waits for its confirmation; not counted
    PENDING = "pending"  # accepted, sealed, can be changed
    MIXED = "mixed"  # an anonymous ballot; can no longer be changed
    PAPER = "paper"  # voted on paper


@dataclass(frozen=True, slots=True)
class Area:
    """An aul, a district or a region, under the code that people dial (7 or greater)."""

    code: int
    kind: AreaKind
    names: Texts


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal as it stands on a paper."""

    number: int
    proposal_id: str  # the file's own id, or the number in digits
    cost: int  # whole tenge
    names: Texts
    shorts: Texts  # labels for a menu line
    texts: Texts = field(default_factory=dict)
    category: str = ""
    sdgs: tuple[int, ...] = ()
    group: str = ""  # conflict group: at most one of a group is funded
    withdrawn: bool = False  # keeps its number; cannot be chosen
    settlement: str = ""  # where it is carried out, if a quota looks at that


@dataclass(frozen=True, slots=True)
class Quota:
    """A share of the budget that is reserved for some proposals, or that they must not exceed."""

    bound: Bound
    trait: Trait
    values: tuple[str, ...]  # of the trait ("3", "roads"); (): each value that occurs, for itself
    percent: int  # of the budget, 1..100


@dataclass(frozen=True, slots=True)
class Rules:
    """How ballots of a poll are filled in and counted."""

    form: BallotForm
    min_choices: int = 1
    max_choices: int = 1
    max_cost: int | None = None  # whole tenge; limits the sum of chosen costs (knapsack)
    budget: int = 0  # whole tenge
    rule: str = "greedy"  # a key of ballots.rules.RULES
    ties: Ties = Ties.CHEAPER
    threshold: int = 0  # fewer votes than this are never funded
    lot_seed: str = ""  # published before the vote; orders ties under Ties.LOT
    quotas: tuple[Quota, ...] = ()  # floors are filled in this order


@dataclass(frozen=True)
class Paper:
    """What a voter may choose from in one poll, with its rules and dates. Immutable once published."""

    poll: PollId
    cycle: CycleId
    kind: PollKind
    area: Area
    title: Texts
    proposals: tuple[Proposal, ...]  # in the order of the menu
    rules: Rules
    opens_at: datetime
    closes_at: datetime  # half-open: the closing instant is closed
    grace: timedelta
    visibility: Visibility = Visibility.DAILY
    confirm_sms: bool = False
    echo: bool = True  # an SMS reply repeats the choice
    phase: Phase = Phase.VOTING

    @cached_property
    def by_number(self) -> Mapping[int, Proposal]:
        """Number -> proposal."""
        return {proposal.number: proposal for proposal in self.proposals}


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of a count, in the order in which it was taken."""

    proposal_id: str
    number: int
    votes: int
    cost: int  # whole tenge
    left: int  # whole tenge left before this decision
    decision: str  # a word of ballots.rules.DECISIONS
    tie: bool = False  # the tie policy placed it here
    pays: int = 0  # Equal Shares: whole tenge, rounded up, that each supporter paid at most; 0 under other rules
    reserved: bool = False  # paid from the share that a floor reserves


@dataclass(frozen=True, slots=True)
class Tie:
    """Proposals with equal claims, in the order in which the policy took them."""

    votes: int  # of the first; all have as many, except that Equal Shares compares what supporters would pay
    proposal_ids: tuple[str, ...]
    policy: Ties
    decisive: bool  # another order would have funded other proposals


@dataclass(frozen=True, slots=True)
class Tally:
    """What a count found, with the steps that led to it."""

    ballots: int
    votes: Mapping[str, int]  # proposal_id -> ballots that chose it; zeros included
    funded: tuple[str, ...]  # proposal_ids in the order of funding
    rule: str
    ties: tuple[Tie, ...]
    steps: tuple[Step, ...]
