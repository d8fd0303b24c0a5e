"""Sealed votes, mixed ballots, paper ballots."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import SQLModel

from ballots.model import Standing
from gateway.store.tables import columns


class ParticipationRow(SQLModel, table=True):
    """THE one-vote rule: the primary key decides, whatever the channel."""

    __tablename__ = "participation"
    __table_args__ = (
        columns.one_of("state", Standing),
        Index("ix_participation_receipt", "poll_id", "receipt", unique=True),
        columns.SORTED_BY_KEY,
    )
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    tag: bytes = columns.binary(primary=True)
    channel: str = columns.text()
    day: str = columns.text()  # local date
    state: str = columns.text()
    receipt: str = columns.text()


class PendingBallotRow(SQLModel, table=True):
    """A sealed choice beside its voter's tag: the only place where the two meet, until the mix."""

    __tablename__ = "pending_ballot"
    __table_args__ = columns.SORTED_BY_KEY
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    tag: bytes = columns.binary(primary=True)
    batch_no: int = columns.integer()
    envelope: bytes = columns.binary()


class UnreadableRow(SQLModel, table=True):
    """An envelope that its batch's key did not open: set aside, counted, audited."""

    __tablename__ = "unreadable_envelope"
    __table_args__ = columns.SORTED_BY_KEY
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    tag: bytes = columns.binary(primary=True)
    batch_no: int = columns.integer()
    envelope: bytes = columns.binary()


class BallotRow(SQLModel, table=True):
    """An anonymous ballot: no time, no channel, no tag. Append-only by trigger."""

    __tablename__ = "ballot"
    __table_args__ = columns.SORTED_BY_KEY
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    id: bytes = columns.binary(primary=True)
    batch_no: int = columns.integer()
    choices: str = columns.text()  # '3,5'


class BatchRow(SQLModel, table=True):
    """Envelopes that are opened together; its key is destroyed afterwards."""

    __tablename__ = "batch"
    __table_args__ = columns.SORTED_BY_KEY
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    no: int = columns.integer(primary=True, generated=False)
    state: str = columns.text(default="open")  # open, mixed, destroyed
    slot: str = columns.text(default="")  # the day's slot of its mix
    size: int = columns.integer(default=0)
    held_back: int = columns.integer(default=0)
    unreadable: int = columns.integer(default=0)
    ballots_hash: str = columns.text(default="")
    receipts_hash: str = columns.text(default="")
    mixed_at: datetime | None = columns.instant(optional=True)


class BatchReceiptRow(SQLModel, table=True):
    """Which receipts a batch counted: a public list, sorted, without a phone."""

    __tablename__ = "batch_receipt"
    __table_args__ = columns.SORTED_BY_KEY
    poll_id: int = columns.integer(primary=True, refers="poll.id")
    receipt: str = columns.text(primary=True)
    batch_no: int = columns.integer()


class SittingRow(SQLModel, table=True):
    """Paper ballots that are being entered; gone, with all below, once they are counted or given up."""

    __tablename__ = "sitting"
    id: int | None = columns.integer(primary=True, generated=False)  # the number of its first entry in the audit log
    poll_id: int = columns.integer(refers="poll.id")
    label: str = columns.text(default="")
    opened_by: str = columns.text()
    opened_at: datetime = columns.instant()


class SittingVoterRow(SQLModel, table=True):
    """Who handed in a paper ballot at a sitting: a tag, never a number, and nothing of a choice."""

    __tablename__ = "sitting_voter"
    __table_args__ = columns.SORTED_BY_KEY
    sitting_id: int = columns.integer(primary=True, refers="sitting.id")
    tag: bytes = columns.binary(primary=True)
    no: int = columns.integer()  # on the list of voters, from 1
    kind: str = columns.text()  # phone or slip


class SittingBallotRow(SQLModel, table=True):
    """One paper ballot of a sitting under a random id: its place tells nothing of the order or of a voter."""

    __tablename__ = "sitting_ballot"
    __table_args__ = columns.SORTED_BY_KEY
    sitting_id: int = columns.integer(primary=True, refers="sitting.id")
    id: bytes = columns.binary(primary=True)
    choices: str = columns.text()  # '3,5'
