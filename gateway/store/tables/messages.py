"""What came in and what must leave: messages, reports, bulletins, announcements."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import SQLModel

from gateway.store import outreach
from gateway.store.tables import columns


class InboxRow(SQLModel, table=True):
    """Messages already taken: a hash of (provider, id) and the outcome's word. Nothing of sender or text."""

    __tablename__ = "inbox"
    __table_args__ = columns.SORTED_BY_KEY
    key: bytes = columns.binary(primary=True)
    outcome: str = columns.text()
    receipt: str = columns.text(default="")


class OutboxRow(SQLModel, table=True):
    """Something that must leave: due, paused, leased, sent, delivered, unknown or dead."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "provider", "state", "priority", "due_at"),
        columns.index_where("ix_outbox_provider_id", "provider_id IS NOT NULL", "provider", "provider_id"),
        columns.index_where("uq_outbox_dedupe", "dedupe IS NOT NULL", "dedupe", unique=True),
        columns.index_where("ix_outbox_announcement", "announcement_id IS NOT NULL", "announcement_id", "state"),
    )
    id: int | None = columns.integer(primary=True, generated=False)  # store.outbox.new_id
    channel: str = columns.text()  # sms, webhook, email
    provider: str = columns.text()
    priority: int = columns.integer(default=5)  # lower leaves first
    recipient: bytes | None = columns.binary(optional=True)  # sealed; erased when delivered, dead or unknown for 75 h
    content: bytes | None = columns.binary(optional=True)  # sealed with the recipient's key, never a choice
    poll_id: int | None = columns.optional_integer()  # echo of (poll, tag)
    tag: bytes | None = columns.binary(optional=True)
    state: str = columns.text(default="due")
    due_at: datetime = columns.instant()  # due: when to send; sent, unknown: when to give up hope of a report
    expires_at: datetime = columns.instant()
    leased_until: datetime | None = columns.instant(optional=True)
    owner: str = columns.text(default="")
    tries: int = columns.integer(default=0)
    provider_id: str | None = columns.optional_text()
    error: str = columns.text(default="")
    dedupe: str | None = columns.optional_text()
    doubtful: bool = columns.added_flag()
    """It may have left already: a process died while it sent, or a digest's call broke off."""
    announcement_id: int | None = columns.optional_integer()  # of which it is one copy


class EarlyReportRow(SQLModel, table=True):
    """A delivery report whose message is not known by its id: our own send call is slower, or was cut off."""

    __tablename__ = "early_report"
    __table_args__ = columns.SORTED_BY_KEY
    provider: str = columns.text(primary=True)
    provider_id: str = columns.text(primary=True)
    fate: str = columns.text()  # a word of gateway.providers.base.Fate
    detail: str = columns.text(default="")
    at: datetime = columns.instant()
    phone_tag: bytes | None = columns.binary(optional=True)  # whom it is about, where it says so


class RecipientRow(SQLModel, table=True):
    """Who receives tallies of an area, by which channel and in which form."""

    __tablename__ = "recipient"
    id: int | None = columns.integer(primary=True)
    area_id: int = columns.integer(refers="area.id")
    label: str = columns.text(default="")
    channel: str = columns.text()  # a key of gateway.bulletins.BULLETINS
    address: bytes = columns.binary()  # sealed: phone, URL or e-mail
    secret: bytes | None = columns.binary(optional=True)  # sealed: the webhook's signing secret
    language: str = columns.text(default="kk")
    form: str = columns.text(default="digest")  # digest, or the observers' line
    active: bool = True


class DailyTallyRow(SQLModel, table=True):
    """The archive: what was true of a cycle at a slot."""

    __tablename__ = "daily_tally"
    __table_args__ = columns.SORTED_BY_KEY
    cycle_id: int = columns.integer(primary=True, refers="cycle.id")
    slot: str = columns.text(primary=True)  # '2026-05-02', or 'final'
    content: dict[str, Any] = columns.json()
    made_at: datetime = columns.instant()


class BulletinRow(SQLModel, table=True):
    """Exactly one bulletin per cycle, slot, recipient and channel."""

    __tablename__ = "bulletin"
    __table_args__ = columns.SORTED_BY_KEY
    cycle_id: int = columns.integer(primary=True, refers="cycle.id")
    slot: str = columns.text(primary=True)
    recipient_id: int = columns.integer(primary=True, refers="recipient.id")
    channel: str = columns.text(primary=True)
    outbox_id: int = columns.integer()


class AnnouncementRow(SQLModel, table=True):
    """One text to a whole contact list, and how far it has come."""

    __tablename__ = "announcement"
    __table_args__ = (
        columns.one_of("kind", outreach.Kind),
        columns.one_of("state", outreach.State),
        columns.index_where("uq_announcement_day", "state <> 'cancelled'", "cycle_id", "kind", "day", unique=True),
    )
    id: int | None = columns.integer(primary=True)
    cycle_id: int = columns.integer(refers="cycle.id")
    kind: str = columns.text()
    day: str = columns.text()  # local date: one of a kind a day
    texts: dict[str, str] = columns.json()  # language -> what leaves
    state: str = columns.text(default=outreach.State.SENDING)
    reason: str = columns.text(default="")  # why it is paused or cancelled: a word of store/announcements.py
    provider: str = columns.text()
    price: int = columns.integer(default=0)  # hundredths of a tenge for one part of an SMS
    budget: int | None = columns.optional_integer()  # whole tenge; none: no limit of its own
    contacts: int = columns.integer(default=0)  # how many took announcements when it began
    cursor: bytes | None = columns.binary(optional=True)  # phone tag of the last contact that was looked at
    queued: int = columns.integer(default=0)  # copies put into the outbox
    parts: int = columns.integer(default=0)  # of SMS, of these copies
    expires_at: datetime = columns.instant()
    made_at: datetime = columns.instant()
