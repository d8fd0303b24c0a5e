"""A village in memory: papers, rolls and votes in dictionaries, phones that send and dial; no gateway, no sealing.

What an answer decides is applied at once, so that a dialogue of many phones can be run straight through the handlers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import handlers.sms
from ballots import receipts, tallying
from ballots.model import Choices, Paper, Phase, PollId, Standing
from handlers.messages import (
    KAZAKHSTAN,
    Act,
    Cast,
    Change,
    Confirm,
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
    WrongSlip,
)

LANGUAGES = ("kk", "kk-latin", "ru", "en")
TRIES_TO_CONFIRM = 3
TRIES_TO_JOIN = 5


@dataclass(slots=True)
class Vote:
    """What the books hold of one phone in one poll."""

    choices: Choices
    receipt: str
    standing: Standing
    day: date
    digits: str = ""
    tries_left: int = TRIES_TO_CONFIRM
    spoilt: bool = False  # its envelope opens to nobody
    counted_on: date | None = None


@dataclass(slots=True)
class Phone:
    """What the books hold of one phone."""

    language: str | None = None
    stopped: bool = False
    helped_at: datetime | None = None
    wrong_slips: int = 0
    session: Session | None = None


@dataclass
class Village:
    """Papers, rolls (area's code -> phones) and slips (nine digits -> area's code), and what became of them."""

    papers: tuple[Paper, ...]
    rolls: Mapping[int, Iterable[str]] = field(default_factory=dict)
    slips: dict[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = LANGUAGES
    ussd: bool = True
    service_code: str = "*384*44135#"
    digits: tuple[str, str] = ("47", "58")  # what confirms a held vote, and one that replaces it, by turns
    casts: int = 0
    at: datetime = datetime(2026, 5, 2, 4, tzinfo=UTC)
    votes: dict[tuple[PollId, str], Vote] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    shown: dict[PollId, Turnout] = field(default_factory=dict)  # what is told of a poll until noon or evening
    turns: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rolls = {code: set(phones) for code, phones in self.rolls.items()}

    def sms(self, phone: str, text: str, at: datetime | None = None, sent_at: datetime | None = None) -> str:
        """Send a text message; the reply ('' is silence)."""
        self.at = at or self.at
        message = InboundSms("village", str(len(self.turns)), phone, "44135", text, self.at, sent_at or self.at)
        turn = handlers.sms.answer(message, self.known(phone))
        self._take(phone, turn)
        return self._echoed(phone, turn) if turn.echo else turn.text

    def dial(self, phone: str, string: str) -> str:
        """Dial `*384*44135#`, or with more behind the service code; the first screen."""
        code = self.service_code.rstrip("#")
        if not string.startswith(code):
            raise ValueError(f"nothing answers {string}")
        return self._hit(phone, string.removeprefix(code).strip("*#"), first=True)

    def key(self, phone: str, text: str) -> str:
        """Answer the screen that the phone shows; the next one."""
        return self._hit(phone, text, first=False)

    def vote_on_paper(self, phone: str) -> None:
        """The phone's owner has voted on paper; what was chosen lies in another list."""
        for paper in self.papers:
            self.votes[paper.poll, phone] = Vote((), "", Standing.PAPER, self._today())

    def spoil(self, phone: str) -> None:
        """The phone's sealed votes can be opened by nobody."""
        for (_, voter), vote in self.votes.items():
            vote.spoilt = vote.spoilt or voter == phone

    def noon(self) -> None:
        """The turnout moves, and once a poll is over what came of it."""
        self.shown = {paper.poll: self._turnout(paper) for paper in self.papers}

    def mix(self) -> None:
        """Pending votes become ballots that nobody can change; the turnout moves."""
        for vote in self.votes.values():
            if vote.standing is Standing.PENDING:
                vote.standing = Standing.MIXED
                vote.counted_on = None if vote.spoilt else self._today()
        self.noon()

    def close(self) -> None:
        """Every poll is closed and counted; held votes have expired, and count nothing."""
        self.papers = tuple(replace(paper, phase=Phase.CLOSED) for paper in self.papers)
        self.mix()

    def tally(self) -> dict[int, int]:
        """Number -> votes that count, over all polls; zeros included."""
        counted = Counter(number for paper in self.papers for ballot in self._ballots(paper) for number in ballot)
        return {proposal.number: counted[proposal.number] for paper in self.papers for proposal in paper.proposals}

    def known(self, phone: str) -> Known:
        """What an answer to this phone may depend on."""
        record = self.phones.setdefault(phone, Phone())
        areas = tuple(code for code, phones in self.rolls.items() if phone in phones)
        entries = tuple(self._entry(paper, phone) for paper in self.papers if paper.area.code in areas)
        helped = record.helped_at is not None and self.at - record.helped_at < timedelta(hours=1)
        return Known(
            language=record.language,
            languages=self.languages,
            entries=entries,
            papers=self.papers,
            areas=areas,
            lookups=Books(self, phone),
            service_code=self.service_code,
            ussd=self.ussd,
            stopped=record.stopped,
            helped=helped,
        )

    def _ballots(self, paper: Paper) -> list[Choices]:
        counts = {Standing.PENDING, Standing.MIXED}
        return [
            vote.choices
            for (poll, _), vote in self.votes.items()
            if poll == paper.poll and vote.standing in counts and not vote.spoilt
        ]

    def _turnout(self, paper: Paper) -> Turnout:
        ballots = self._ballots(paper)
        if paper.phase is not Phase.CLOSED:
            return Turnout(len(ballots), None)
        counted = tallying.tally(paper, ballots)
        numbers = {proposal.proposal_id: proposal.number for proposal in paper.proposals}
        votes = {numbers[proposal_id]: times for proposal_id, times in counted.votes.items()}
        return Turnout(len(ballots), votes, tuple(numbers[proposal_id] for proposal_id in counted.funded))

    def _entry(self, paper: Paper, phone: str) -> Entry:
        vote = self.votes.get((paper.poll, phone))
        if vote is None:
            return Entry(paper, confirm_digits=self.digits[0], tries_left=TRIES_TO_CONFIRM)
        opened = vote.choices if vote.standing in {Standing.HELD, Standing.PENDING} else ()
        fresh = self.digits[vote.digits == self.digits[0]]
        return Entry(paper, vote.standing, vote.day, vote.receipt, opened, vote.digits, vote.tries_left, fresh)

    def _hit(self, phone: str, key: str, *, first: bool) -> str:
        import handlers.ussd  # noqa: PLC0415 - a village may live without screens

        record = self.phones.setdefault(phone, Phone())
        hit = UssdTurn(f"session-{phone}", phone, key, first, self.at)
        turn = handlers.ussd.answer(hit, record.session, self.known(phone))
        record.session = turn.session
        self._take(phone, turn)
        return turn.text

    def _take(self, phone: str, turn: Turn) -> None:
        self.turns.append(turn)
        for act in turn.acts:
            self._apply(phone, act)

    def _apply(self, phone: str, act: Act) -> None:
        record = self.phones[phone]
        match act:
            case Cast(poll, choices, receipt, held):
                standing = Standing.HELD if held else Standing.PENDING
                before = self.votes.get((poll, phone))
                digits = self.digits[before is not None and before.digits == self.digits[0]]
                tries = before.tries_left if before else TRIES_TO_CONFIRM
                self.votes[poll, phone] = Vote(choices, receipt, standing, self._today(), digits, tries)
                self.casts += 1
            case Change(poll, choices):
                self.votes[poll, phone].choices = choices
            case Confirm(poll):
                self.votes[poll, phone].standing = Standing.PENDING
            case WrongConfirm(poll):
                self.votes[poll, phone].tries_left -= 1
            case Join(digits, area):
                self.spent.add(digits)
                self.rolls[area].add(phone)  # type: ignore[attr-defined]
            case WrongSlip():
                record.wrong_slips += 1
            case SetLanguage(language):
                record.language = language
            case Stop():
                record.stopped = True
            case Helped():
                record.helped_at = self.at

    def _echoed(self, phone: str, turn: Turn) -> str:
        """What the outbox says from the opened envelope."""
        assert turn.echo
        vote = self.votes[turn.echo.poll, phone]
        paper = next(paper for paper in self.papers if paper.poll == turn.echo.poll)
        assert vote.receipt == turn.echo.receipt
        return handlers.sms.acknowledgement(paper, turn.language, vote.choices, vote.receipt, turn.outcome)

    def _today(self) -> date:
        return self.at.astimezone(KAZAKHSTAN).date()


@dataclass(frozen=True, slots=True)
class Books:
    """The look-ups of one phone."""

    village: Village
    phone: str

    def slip(self, digits: str) -> Slip:
        left = TRIES_TO_JOIN - self.village.phones[self.phone].wrong_slips
        area = self.village.slips.get(digits, 0)
        if left <= 0:
            return Slip(SlipState.LOCKED, area, 0)
        if digits in self.village.spent:
            return Slip(SlipState.SPENT, area, left)
        return Slip(SlipState.FREE if area else SlipState.UNKNOWN, area, left)

    def receipt(self, digits: str) -> tuple[Found, ...]:
        papers = {paper.poll: paper for paper in self.village.papers}
        return tuple(
            Found(
                papers[poll],
                vote.standing,
                vote.counted_on or vote.day,
                int(vote.counted_on is not None),
                lost=vote.standing is Standing.MIXED and vote.spoilt,
            )
            for (poll, _), vote in self.village.votes.items()
            if vote.receipt == digits
        )

    def turnout(self, poll: PollId) -> Turnout:
        return self.village.shown.get(poll, Turnout(0, None))

    def new_receipt(self) -> str:
        return receipts.make(482_177_352 + self.village.casts)
