"""The tables. Rows never leave the store; what leaves are values of ballots, handlers and the nouns beside.

Where the key is random (tags, hashes, random ids) the table has no hidden row id: on SQLite the rows lie sorted by
the key and tell nothing of the order in which they came.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from ballots.model import (
    AreaKind,
    BallotForm,
    Phase,
    PollKind,
    ProposalStatus,
    Source,
    Standing,
    Ties,
    Visibility,
)
from gateway.store.types import JsonText, UtcDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SORTED_BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}


def _one_of(column: str, words: type[Any]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


def _where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of the few rows that have the value: the others cost nothing to insert."""
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def _text(*, default: str | None = None, primary: bool = False) -> Any:
    column = Column(Text, nullable=False, primary_key=primary)
    return Field(sa_column=column) if default is None else Field(default=default, sa_column=column)


def _int(*, default: int | None = None, primary: bool = False, refers: str = "", generated: bool = True) -> Any:
    parts: list[Any] = [BigInteger().with_variant(Integer, "sqlite")]
    if refers:
        parts.append(ForeignKey(refers))
    column = Column(*parts, nullable=False, primary_key=primary, autoincrement=generated and primary and not refers)
    return Field(default=default, sa_column=column)


def _added_int(default: int) -> Any:
    """A column that a migration added to rows that were there."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=default, sa_column=Column(kind, nullable=False, server_default=text(str(default))))


def _added_text() -> Any:
    """The same, of text."""
    return Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


def _optional_int(*, refers: str = "") -> Any:
    kind = BigInteger().with_variant(Integer, "sqlite")
    column = Column(kind, ForeignKey(refers), nullable=True) if refers else Column(kind, nullable=True)
    return Field(default=None, sa_column=column)


def _optional_text() -> Any:
    return Field(default=None, sa_column=Column(Text, nullable=True))


def _bytes(*, primary: bool = False, optional: bool = False) -> Any:
    column = Column(LargeBinary, nullable=optional, primary_key=primary)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def _json(default: Any = None) -> Any:
    return Field(default=default, sa_column=Column(JsonText, nullable=False))


def _at(*, optional: bool = False) -> Any:
    column = Column(UtcDateTime, nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


class AreaRow(SQLModel, table=True):
    """An aul, a district or a region."""

    __tablename__ = "area"
    __table_args__ = (_one_of("kind", AreaKind), UniqueConstraint("code"))
    id: int | None = _int(primary=True)
    code: int = _int()
    kind: str = _text()
    parent_id: int | None = _optional_int(refers="area.id")
    names: dict[str, str] = _json()
    method: str = _text(default="roll")  # how phones are verified here: roll or slip
    provider: str = _text(default="")  # by which its announcements leave; '' = the first one
    adults: int = _int(default=0)  # 0 = unknown; more votes than this raise an alarm
    joining_paused: bool = False


class RoundRow(SQLModel, table=True):
    """The polls of one gateway in one budget year, with one roll per aul and one tag key."""

    __tablename__ = "round"
    id: int | None = _int(primary=True)
    label: str = _text()
    created_at: datetime = _at()


class CycleRow(SQLModel, table=True):
    """One area's budget year."""

    __tablename__ = "cycle"
    __table_args__ = (_one_of("phase", Phase), _one_of("visibility", Visibility))
    id: int | None = _int(primary=True)
    round_id: int = _int(refers="round.id")
    area_id: int = _int(refers="area.id")
    title: dict[str, str] = _json()
    phase: str = _text(default=Phase.DRAFT)
    total_budget: int = _int(default=0)  # whole tenge
    pb_budget: int = _int(default=0)  # whole tenge
    method: str = _text(default="")  # id and version of the regulation's template
    visibility: str = _text(default=Visibility.DAILY)
    publish: str = _text(default="ballots")
    echo: bool = True
    confirm_sms: bool = False
    mix_min: int = _int(default=10)
    tally_at: str = _text(default="20:00")  # local time
    facts: dict[str, Any] = _json({})  # what a file said and nothing here depends on
    created_at: datetime = _at()
    version: int = _added_int(0)  # how often its settings were written
    edited_by: str = _added_text()  # who wrote them last; '' = a command at the box


class ProposalRow(SQLModel, table=True):
    """One proposal of a cycle, from idea to finished work."""

    __tablename__ = "proposal"
    __table_args__ = (
        _one_of("source", Source),
        _one_of("status", ProposalStatus),
        UniqueConstraint("cycle_id", "number"),
        UniqueConstraint("cycle_id", "proposal_id"),
    )
    id: int | None = _int(primary=True)
    cycle_id: int = _int(refers="cycle.id")
    proposal_id: str = _text()
    number: int | None = _optional_int()
    source: str = _text(default=Source.AKIMAT)
    author: bytes | None = _bytes(optional=True)  # sealed contact
    status: str = _text(default=ProposalStatus.RECEIVED)
    reason: str = _text(default="")  # of a refusal
    percent: int = _int(default=0)
    names: dict[str, str] = _json()
    shorts: dict[str, str] = _json()
    texts: dict[str, str] = _json({})
    cost: int = _int()  # whole tenge
    category: str = _text(default="")
    sdgs: list[int] = _json([])
    conflict_group: str = _text(default="")
    version: int = _added_int(0)  # how often it was written
    edited_by: str = _added_text()  # by whom last; '' = a command at the box
    settlement: str = _added_text()


class ProposalPictureRow(SQLModel, table=True):
    """A proposal's picture for the poster, made small by us: nothing of the file that came is kept."""

    __tablename__ = "proposal_picture"
    proposal_id: int | None = _int(primary=True, refers="proposal.id")
    width: int = _int()  # pixels
    height: int = _int()
    jpeg: bytes = _bytes()


class PollRow(SQLModel, table=True):
    """A paper put to a roll within a cycle."""

    __tablename__ = "poll"
    __table_args__ = (
        _one_of("kind", PollKind),
        _one_of("phase", Phase),
        _one_of("form", BallotForm),
        _one_of("ties", Ties),
    )
    id: int | None = _int(primary=True)
    cycle_id: int = _int(refers="cycle.id")
    kind: str = _text(default=PollKind.VOTE)
    phase: str = _text(default=Phase.DRAFT)
    form: str = _text(default=BallotForm.CHOOSE_1)
    min_choices: int = _int(default=1)
    max_choices: int = _int(default=1)
    max_cost: int | None = _optional_int()  # whole tenge
    rule: str = _text(default="greedy")
    ties: str = _text(default=Ties.CHEAPER)
    threshold: int = _int(default=1)  # a proposal that nobody chose is not funded
    lot_seed: str = _text(default="")
    opens_at: datetime | None = _at(optional=True)
    closes_at: datetime | None = _at(optional=True)
    grace_seconds: int = _int(default=0)
    batch_no: int = _int(default=0)  # the batch that a vote is sealed into now; 0 before opening
    manifest: str = _text(default="")  # canonical JSON, frozen at opening
    manifest_hash: str = _text(default="")
    quotas: list[str] = Field(default=[], sa_column=Column(JsonText, nullable=False, server_default="[]"))


class RollRow(SQLModel, table=True):
    """Who may vote where: a keyed tag, never a number."""

    __tablename__ = "roll"
    __table_args__ = (Index("ix_roll_area", "round_id", "area_id", "method"), SORTED_BY_KEY)
    round_id: int = _int(primary=True, refers="round.id")
    tag: bytes = _bytes(primary=True)
    area_id: int = _int(primary=True, refers="area.id")
    method: str = _text()


class RollUploadRow(SQLModel, table=True):
    """A roll that was uploaded and waits for its official's word; the phones under a key that only the page holds."""

    __tablename__ = "roll_upload"
    __table_args__ = SORTED_BY_KEY
    id: str = _text(primary=True)  # 32 random hex digits
    round_id: int = _int(refers="round.id")
    area_id: int = _int(refers="area.id")
    actor: str = _text()
    state: str = _text(default="read")  # read, loading, done, failed
    total: int = _int(default=0)  # phones in the file
    done: int = _int(default=0)  # of these, on the roll
    added: int = _int(default=0)  # of these, new on it
    sealed: bytes | None = _bytes(optional=True)  # erased when loading begins, or after an hour
    made_at: datetime = _at()
    moved_at: datetime = _at()


class ContactRow(SQLModel, table=True):
    """A sealed number for invitations; erased on request or at the round's end."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_area", "round_id", "area_id"), SORTED_BY_KEY)
    round_id: int = _int(primary=True, refers="round.id")
    phone_tag: bytes = _bytes(primary=True)
    area_id: int = _int(primary=True, refers="area.id")
    sealed: bytes = _bytes()


class PhoneRow(SQLModel, table=True):
    """What is remembered of a phone beyond rounds."""

    __tablename__ = "phone"
    __table_args__ = SORTED_BY_KEY
    phone_tag: bytes = _bytes(primary=True)
    language: str = _text(default="")
    stopped: bool = False


class SlipRow(SQLModel, table=True):
    """A paper slip (талон): the tag of its number, and whether it was used."""

    __tablename__ = "slip"
    __table_args__ = SORTED_BY_KEY
    round_id: int = _int(primary=True, refers="round.id")
    tag: bytes = _bytes(primary=True)
    area_id: int = _int(refers="area.id")
    batch: str = _text()
    state: str = _text(default="free")


class CounterRow(SQLModel, table=True):
    """How often something happened to somebody within a period: tries, replies, alarms."""

    __tablename__ = "counter"
    __table_args__ = SORTED_BY_KEY
    what: str = _text(primary=True)  # a word of store/counters.py
    who: bytes = _bytes(primary=True)  # a tag, or an area's code
    period: str = _text(primary=True)  # '2026-05-02', '2026-05-02T09', or the round
    times: int = _int(default=0)


class ParticipationRow(SQLModel, table=True):
    """THE one-vote rule: the primary key decides, whatever the channel."""

    __tablename__ = "participation"
    __table_args__ = (
        _one_of("state", Standing),
        Index("ix_participation_receipt", "poll_id", "receipt", unique=True),
        SORTED_BY_KEY,
    )
    poll_id: int = _int(primary=True, refers="poll.id")
    tag: bytes = _bytes(primary=True)
    channel: str = _text()
    day: str = _text()  # local date
    state: str = _text()
    receipt: str = _text()


class PendingBallotRow(SQLModel, table=True):
    """A sealed choice beside its voter's tag: the only place where the two meet, until the mix."""

    __tablename__ = "pending_ballot"
    __table_args__ = SORTED_BY_KEY
    poll_id: int = _int(primary=True, refers="poll.id")
    tag: bytes = _bytes(primary=True)
    batch_no: int = _int()
    envelope: bytes = _bytes()


class UnreadableRow(SQLModel, table=True):
    """An envelope that its batch's key did not open: set aside, counted, audited."""

    __tablename__ = "unreadable_envelope"
    __table_args__ = SORTED_BY_KEY
    poll_id: int = _int(primary=True, refers="poll.id")
    tag: bytes = _bytes(primary=True)
    batch_no: int = _int()
    envelope: bytes = _bytes()


class BallotRow(SQLModel, table=True):
    """An anonymous ballot: no time, no channel, no tag. Append-only by trigger."""

    __tablename__ = "ballot"
    __table_args__ = SORTED_BY_KEY
    poll_id: int = _int(primary=True, refers="poll.id")
    id: bytes = _bytes(primary=True)
    batch_no: int = _int()
    choices: str = _text()  # '3,5'


class BatchRow(SQLModel, table=True):
    """Envelopes that are opened together; its key is destroyed afterwards."""

    __tablename__ = "batch"
    __table_args__ = SORTED_BY_KEY
    poll_id: int = _int(primary=True, refers="poll.id")
    no: int = _int(primary=True, generated=False)
    state: str = _text(default="open")  # open, mixed, destroyed
    slot: str = _text(default="")  # the day's slot of its mix
    size: int = _int(default=0)
    held_back: int = _int(default=0)
    unreadable: int = _int(default=0)
    ballots_hash: str = _text(default="")
    receipts_hash: str = _text(default="")
    mixed_at: datetime | None = _at(optional=True)


class BatchReceiptRow(SQLModel, table=True):
    """Which receipts a batch counted: a public list, sorted, without a phone."""

    __tablename__ = "batch_receipt"
    __table_args__ = SORTED_BY_KEY
    poll_id: int = _int(primary=True, refers="poll.id")
    receipt: str = _text(primary=True)
    batch_no: int = _int()


class InboxRow(SQLModel, table=True):
    """Messages already taken: a hash of (provider, id) and the outcome's word. Nothing of sender or text."""

    __tablename__ = "inbox"
    __table_args__ = SORTED_BY_KEY
    key: bytes = _bytes(primary=True)
    outcome: str = _text()
    receipt: str = _text(default="")


class OutboxRow(SQLModel, table=True):
    """Something that must leave: due, leased, sent, delivered, unknown or dead."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "provider", "state", "priority", "due_at"),
        _where("ix_outbox_provider_id", "provider_id IS NOT NULL", "provider", "provider_id"),
        _where("uq_outbox_dedupe", "dedupe IS NOT NULL", "dedupe", unique=True),
    )
    id: int | None = _int(primary=True, generated=False)  # store.outbox.new_id
    channel: str = _text()  # sms, webhook, email
    provider: str = _text()
    priority: int = _int(default=5)  # lower leaves first
    recipient: bytes | None = _bytes(optional=True)  # sealed; erased when delivered, dead or unknown for 75 h
    content: bytes | None = _bytes(optional=True)  # sealed with the recipient's key, never a choice
    poll_id: int | None = _optional_int()  # echo of (poll, tag)
    tag: bytes | None = _bytes(optional=True)
    state: str = _text(default="due")
    due_at: datetime = _at()  # due: when to send; sent, unknown: when to give up hope of a report
    expires_at: datetime = _at()
    leased_until: datetime | None = _at(optional=True)
    owner: str = _text(default="")
    tries: int = _int(default=0)
    provider_id: str | None = _optional_text()
    error: str = _text(default="")
    dedupe: str | None = _optional_text()
    doubtful: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """It may have left already: a process died while it sent, or a digest's call broke off."""


class EarlyReportRow(SQLModel, table=True):
    """A delivery report whose message is not known by its id: our own send call is slower, or was cut off."""

    __tablename__ = "early_report"
    __table_args__ = SORTED_BY_KEY
    provider: str = _text(primary=True)
    provider_id: str = _text(primary=True)
    fate: str = _text()  # a word of gateway.providers.base.Fate
    detail: str = _text(default="")
    at: datetime = _at()
    phone_tag: bytes | None = _bytes(optional=True)  # whom it is about, where it says so


class RecipientRow(SQLModel, table=True):
    """Who receives tallies of an area, by which channel and in which form."""

    __tablename__ = "recipient"
    id: int | None = _int(primary=True)
    area_id: int = _int(refers="area.id")
    label: str = _text(default="")
    channel: str = _text()  # a key of gateway.bulletins.BULLETINS
    address: bytes = _bytes()  # sealed: phone, URL or e-mail
    secret: bytes | None = _bytes(optional=True)  # sealed: the webhook's signing secret
    language: str = _text(default="kk")
    form: str = _text(default="digest")  # digest, or the observers' line
    active: bool = True


class DailyTallyRow(SQLModel, table=True):
    """The archive: what was true of a cycle at a slot."""

    __tablename__ = "daily_tally"
    __table_args__ = SORTED_BY_KEY
    cycle_id: int = _int(primary=True, refers="cycle.id")
    slot: str = _text(primary=True)  # '2026-05-02', or 'final'
    content: dict[str, Any] = _json()
    made_at: datetime = _at()


class BulletinRow(SQLModel, table=True):
    """Exactly one bulletin per cycle, slot, recipient and channel."""

    __tablename__ = "bulletin"
    __table_args__ = SORTED_BY_KEY
    cycle_id: int = _int(primary=True, refers="cycle.id")
    slot: str = _text(primary=True)
    recipient_id: int = _int(primary=True, refers="recipient.id")
    channel: str = _text(primary=True)
    outbox_id: int = _int()


class JobRunRow(SQLModel, table=True):
    """What was done for which slot: the truth that the scheduler asks."""

    __tablename__ = "job_run"
    __table_args__ = SORTED_BY_KEY
    job: str = _text(primary=True)
    slot: str = _text(primary=True)
    done_at: datetime = _at()


class OfficialRow(SQLModel, table=True):
    """Somebody of the akimat, an observer or an auditor."""

    __tablename__ = "official"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = _int(primary=True)
    name: str = _text()
    role: str = _text()
    token_hash: str = _text(default="")  # sha256 of the bearer token
    created_at: datetime = _at()
    everywhere: bool = True  # the whole gateway; else the areas of official_area and those below them
    password_hash: str = _text(default="")  # argon2id; '' = none was chosen yet
    language: str = _text(default="")  # of the console; '' = the browser's
    left_at: datetime | None = _at(optional=True)  # since then nothing opens


class OfficialAreaRow(SQLModel, table=True):
    """An area that an official looks after, with all below it."""

    __tablename__ = "official_area"
    __table_args__ = SORTED_BY_KEY
    official_id: int = _int(primary=True, refers="official.id")
    area_id: int = _int(primary=True, refers="area.id")


class InvitationRow(SQLModel, table=True):
    """A one-time link with which an official chooses a password. Of the link only a hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = SORTED_BY_KEY
    token_hash: str = _text(primary=True)  # sha256
    seed: str = _text()  # from which the key files make the link again
    official_id: int = _int(refers="official.id")
    made_at: datetime = _at()
    expires_at: datetime = _at()


class ConsoleSessionRow(SQLModel, table=True):
    """A browser that is signed in to the console. Of its token only a hash is kept."""

    __tablename__ = "console_session"
    __table_args__ = (UniqueConstraint("token_hash"),)
    id: int | None = _int(primary=True)
    token_hash: str = _text()  # sha256
    official_id: int = _int(refers="official.id")
    browser: str = _text(default="")  # as it names itself, shortened
    began_at: datetime = _at()
    seen_at: datetime = _at()


class SignInAttemptRow(SQLModel, table=True):
    """Passwords that were wrong, by account and by address: each next one waits longer."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = SORTED_BY_KEY
    key: str = _text(primary=True)  # a hash of the name or of the address
    failures: int = _int()
    at: datetime = _at()  # of the last one
    until: datetime = _at()  # before it nothing is tried


class SubmissionRow(SQLModel, table=True):
    """A form of the console that was acted upon, and the answer: sent twice, it does nothing twice."""

    __tablename__ = "submission"
    __table_args__ = SORTED_BY_KEY
    nonce: str = _text(primary=True)
    answer: dict[str, Any] = _json()
    at: datetime = _at()


class ApprovalRow(SQLModel, table=True):
    """An act of two officials: asked for by one, answered by another."""

    __tablename__ = "approval"
    id: int | None = _int(primary=True)
    act: str = _text()  # a key of gateway.store.approvals.PAIRS
    subject: str = _text()  # what it is about, like 'cycle 3'
    facts: dict[str, Any] = _json({})
    state: str = _text(default="asked")
    asked_by: int = _int(refers="official.id")
    asked_at: datetime = _at()
    answered_by: int | None = _optional_int(refers="official.id")
    answered_at: datetime | None = _at(optional=True)


class AuditRow(SQLModel, table=True):
    """Acts of officials and of the box, hash-chained and signed. Append-only by trigger. Never a line per vote."""

    __tablename__ = "audit"
    seq: int = _int(primary=True, generated=False)
    at: datetime = _at()
    actor: str = _text()
    act: str = _text()
    facts: dict[str, Any] = _json({})
    previous: str = _text()
    hash: str = _text()
    signature: str = _text()


class StateRow(SQLModel, table=True):
    """Small facts of this gateway: instance, version of the catalogue, highest clock seen."""

    __tablename__ = "gateway_state"
    __table_args__ = SORTED_BY_KEY
    key: str = _text(primary=True)
    value: str = _text()


class UssdSessionRow(SQLModel, table=True):
    """Where a phone stands in the menus, when several processes serve. Erased at END."""

    __tablename__ = "ussd_session"
    __table_args__ = SORTED_BY_KEY
    phone_tag: bytes = _bytes(primary=True)
    content: str = _text()
    at: datetime = _at()
