"""Who signs in to the console, and what two of them decide."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from gateway.store.tables import columns


class OfficialRow(SQLModel, table=True):
    """Somebody of the akimat, an observer or an auditor."""

    __tablename__ = "official"
    __table_args__ = (UniqueConstraint("name"),)
    id: int | None = columns.integer(primary=True)
    name: str = columns.text()
    role: str = columns.text()
    token_hash: str = columns.text(default="")  # sha256 of the bearer token
    created_at: datetime = columns.instant()
    everywhere: bool = True  # the whole gateway; else the areas of official_area and those below them
    password_hash: str = columns.text(default="")  # argon2id; '' = none was chosen yet
    language: str = columns.text(default="")  # of the console; '' = the browser's
    left_at: datetime | None = columns.instant(optional=True)  # since then nothing opens


class OfficialAreaRow(SQLModel, table=True):
    """An area that an official looks after, with all below it."""

    __tablename__ = "official_area"
    __table_args__ = columns.SORTED_BY_KEY
    official_id: int = columns.integer(primary=True, refers="official.id")
    area_id: int = columns.integer(primary=True, refers="area.id")


class InvitationRow(SQLModel, table=True):
    """A one-time link with which an official chooses a password. Of the link only a hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = columns.SORTED_BY_KEY
    token_hash: str = columns.text(primary=True)  # sha256
    seed: str = columns.text()  # from which the key files make the link again
    official_id: int = columns.integer(refers="official.id")
    made_at: datetime = columns.instant()
    expires_at: datetime = columns.instant()


class ConsoleSessionRow(SQLModel, table=True):
    """A browser that is signed in to the console. Of its token only a hash is kept."""

    __tablename__ = "console_session"
    __table_args__ = (UniqueConstraint("token_hash"),)
    id: int | None = columns.integer(primary=True)
    token_hash: str = columns.text()  # sha256
    official_id: int = columns.integer(refers="official.id")
    browser: str = columns.text(default="")  # as it names itself, shortened
    began_at: datetime = columns.instant()
    seen_at: datetime = columns.instant()


class SignInAttemptRow(SQLModel, table=True):
    """Passwords that were wrong, by account and by address: each next one waits longer."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = columns.SORTED_BY_KEY
    key: str = columns.text(primary=True)  # a hash of the name or of the address
    failures: int = columns.integer()
    at: datetime = columns.instant()  # of the last one
    until: datetime = columns.instant()  # before it nothing is tried


class SubmissionRow(SQLModel, table=True):
    """A form of the console that was acted upon, and the answer: sent twice, it does nothing twice."""

    __tablename__ = "submission"
    __table_args__ = columns.SORTED_BY_KEY
    nonce: str = columns.text(primary=True)
    answer: dict[str, Any] = columns.json()
    at: datetime = columns.instant()


class ApprovalRow(SQLModel, table=True):
    """An act of two officials: asked for by one, answered by another."""

    __tablename__ = "approval"
    id: int | None = columns.integer(primary=True)
    act: str = columns.text()  # a key of gateway.store.approvals.PAIRS
    subject: str = columns.text()  # what it is about, like 'cycle 3'
    facts: dict[str, Any] = columns.json({})
    state: str = columns.text(default="asked")
    asked_by: int = columns.integer(refers="official.id")
    asked_at: datetime = columns.instant()
    answered_by: int | None = columns.optional_integer(refers="official.id")
    answered_at: datetime | None = columns.instant(optional=True)
