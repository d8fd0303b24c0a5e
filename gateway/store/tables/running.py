"""What the gateway knows of itself: jobs done, the audit log, small facts."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from gateway.store.tables import columns


class JobRunRow(SQLModel, table=True):
    """What was done for which slot: the truth that the scheduler asks."""

    __tablename__ = "job_run"
    __table_args__ = columns.SORTED_BY_KEY
    job: str = columns.text(primary=True)
    slot: str = columns.text(primary=True)
    done_at: datetime = columns.instant()


class AuditRow(SQLModel, table=True):
    """Acts of officials and of the box, hash-chained and signed. Append-only by trigger. Never a line per vote."""

    __tablename__ = "audit"
    seq: int = columns.integer(primary=True, generated=False)
    at: datetime = columns.instant()
    actor: str = columns.text()
    act: str = columns.text()
    facts: dict[str, Any] = columns.json({})
    previous: str = columns.text()
    hash: str = columns.text()
    signature: str = columns.text()


class StateRow(SQLModel, table=True):
    """Small facts of this gateway: instance, version of the catalogue, highest clock seen."""

    __tablename__ = "gateway_state"
    __table_args__ = columns.SORTED_BY_KEY
    key: str = columns.text(primary=True)
    value: str = columns.text()
