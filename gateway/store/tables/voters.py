"""Who may vote, and what is remembered of a phone."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import SQLModel

from gateway.store.tables import columns


class RollRow(SQLModel, table=True):
    """Who may vote where: a keyed tag, never a number."""

    __tablename__ = "roll"
    __table_args__ = (Index("ix_roll_area", "round_id", "area_id", "method"), columns.SORTED_BY_KEY)
    round_id: int = columns.integer(primary=True, refers="round.id")
    tag: bytes = columns.binary(primary=True)
    area_id: int = columns.integer(primary=True, refers="area.id")
    method: str = columns.text()


class RollUploadRow(SQLModel, table=True):
    """A roll that was uploaded and waits for its official's word; the phones under a key that only the page holds."""

    __tablename__ = "roll_upload"
    __table_args__ = columns.SORTED_BY_KEY
    id: str = columns.text(primary=True)  # 32 random hex digits
    round_id: int = columns.integer(refers="round.id")
    area_id: int = columns.integer(refers="area.id")
    actor: str = columns.text()
    state: str = columns.text(default="read")  # read, loading, done, failed
    total: int = columns.integer(default=0)  # phones in the file
    done: int = columns.integer(default=0)  # of these, on the roll
    added: int = columns.integer(default=0)  # of these, new on it
    sealed: bytes | None = columns.binary(optional=True)  # erased when loading begins, or after an hour
    made_at: datetime = columns.instant()
    moved_at: datetime = columns.instant()


class ContactRow(SQLModel, table=True):
    """A sealed number for invitations; erased on request or at the round's end."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_area", "round_id", "area_id"), columns.SORTED_BY_KEY)
    round_id: int = columns.integer(primary=True, refers="round.id")
    phone_tag: bytes = columns.binary(primary=True)
    area_id: int = columns.integer(primary=True, refers="area.id")
    sealed: bytes = columns.binary()


class PhoneRow(SQLModel, table=True):
    """What is remembered of a phone beyond rounds."""

    __tablename__ = "phone"
    __table_args__ = columns.SORTED_BY_KEY
    phone_tag: bytes = columns.binary(primary=True)
    language: str = columns.text(default="")
    stopped: bool = False


class SlipRow(SQLModel, table=True):
    """A paper slip (талон): the tag of its number, and whether it was used."""

    __tablename__ = "slip"
    __table_args__ = columns.SORTED_BY_KEY
    round_id: int = columns.integer(primary=True, refers="round.id")
    tag: bytes = columns.binary(primary=True)
    area_id: int = columns.integer(refers="area.id")
    batch: str = columns.text()
    state: str = columns.text(default="free")


class CounterRow(SQLModel, table=True):
    """How often something happened to somebody within a period: tries, replies, alarms."""

    __tablename__ = "counter"
    __table_args__ = columns.SORTED_BY_KEY
    what: str = columns.text(primary=True)  # a word of store/counters.py
    who: bytes = columns.binary(primary=True)  # a tag, or an area's code
    period: str = columns.text(primary=True)  # '2026-05-02', '2026-05-02T09', or the round
    times: int = columns.integer(default=0)


class UssdSessionRow(SQLModel, table=True):
    """Where a phone stands in the menus, when several processes serve. Erased at END."""

    __tablename__ = "ussd_session"
    __table_args__ = columns.SORTED_BY_KEY
    phone_tag: bytes = columns.binary(primary=True)
    content: str = columns.text()
    at: datetime = columns.instant()
