"""What is voted on: areas, rounds, cycles, proposals, polls."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from ballots.model import AreaKind, BallotForm, Phase, PollKind, ProposalStatus, Source, Ties, Visibility
from gateway.store.tables import columns


class AreaRow(SQLModel, table=True):
    """An aul, a district or a region."""

    __tablename__ = "area"
    __table_args__ = (columns.one_of("kind", AreaKind), UniqueConstraint("code"))
    id: int | None = columns.integer(primary=True)
    code: int = columns.integer()
    kind: str = columns.text()
    parent_id: int | None = columns.optional_integer(refers="area.id")
    names: dict[str, str] = columns.json()
    method: str = columns.text(default="roll")  # how phones are verified here: roll or slip
    provider: str = columns.text(default="")  # by which its announcements leave; '' = the first one
    adults: int = columns.integer(default=0)  # 0 = unknown; more votes than this raise an alarm
    joining_paused: bool = False


class RoundRow(SQLModel, table=True):
    """The polls of one gateway in one budget year, with one roll per aul and one tag key."""

    __tablename__ = "round"
    id: int | None = columns.integer(primary=True)
    label: str = columns.text()
    created_at: datetime = columns.instant()


class CycleRow(SQLModel, table=True):
    """One area's budget year."""

    __tablename__ = "cycle"
    __table_args__ = (columns.one_of("phase", Phase), columns.one_of("visibility", Visibility))
    id: int | None = columns.integer(primary=True)
    round_id: int = columns.integer(refers="round.id")
    area_id: int = columns.integer(refers="area.id")
    title: dict[str, str] = columns.json()
    phase: str = columns.text(default=Phase.DRAFT)
    total_budget: int = columns.integer(default=0)  # whole tenge
    pb_budget: int = columns.integer(default=0)  # whole tenge
    method: str = columns.text(default="")  # id and version of the regulation's template
    visibility: str = columns.text(default=Visibility.DAILY)
    publish: str = columns.text(default="ballots")
    echo: bool = True
    confirm_sms: bool = False
    mix_min: int = columns.integer(default=10)
    tally_at: str = columns.text(default="20:00")  # local time
    facts: dict[str, Any] = columns.json({})  # what a file said and nothing here depends on
    created_at: datetime = columns.instant()
    version: int = columns.added_integer(0)  # how often its settings were written
    edited_by: str = columns.added_text()  # who wrote them last; '' = a command at the box
    certified_at: datetime | None = columns.instant(optional=True)


class ProposalRow(SQLModel, table=True):
    """One proposal of a cycle, from idea to finished work."""

    __tablename__ = "proposal"
    __table_args__ = (
        columns.one_of("source", Source),
        columns.one_of("status", ProposalStatus),
        UniqueConstraint("cycle_id", "number"),
        UniqueConstraint("cycle_id", "proposal_id"),
    )
    id: int | None = columns.integer(primary=True)
    cycle_id: int = columns.integer(refers="cycle.id")
    proposal_id: str = columns.text()
    number: int | None = columns.optional_integer()
    source: str = columns.text(default=Source.AKIMAT)
    author: bytes | None = columns.binary(optional=True)  # sealed contact
    status: str = columns.text(default=ProposalStatus.RECEIVED)
    reason: str = columns.text(default="")  # of a refusal
    percent: int = columns.integer(default=0)
    names: dict[str, str] = columns.json()
    shorts: dict[str, str] = columns.json()
    texts: dict[str, str] = columns.json({})
    cost: int = columns.integer()  # whole tenge
    category: str = columns.text(default="")
    sdgs: list[int] = columns.json([])
    conflict_group: str = columns.text(default="")
    version: int = columns.added_integer(0)  # how often it was written
    edited_by: str = columns.added_text()  # by whom last; '' = a command at the box
    settlement: str = columns.added_text()


class ProposalPictureRow(SQLModel, table=True):
    """A proposal's picture for the poster, made small by us: nothing of the file that came is kept."""

    __tablename__ = "proposal_picture"
    proposal_id: int | None = columns.integer(primary=True, refers="proposal.id")
    width: int = columns.integer()  # pixels
    height: int = columns.integer()
    jpeg: bytes = columns.binary()


class PollRow(SQLModel, table=True):
    """A paper put to a roll within a cycle."""

    __tablename__ = "poll"
    __table_args__ = (
        columns.one_of("kind", PollKind),
        columns.one_of("phase", Phase),
        columns.one_of("form", BallotForm),
        columns.one_of("ties", Ties),
    )
    id: int | None = columns.integer(primary=True)
    cycle_id: int = columns.integer(refers="cycle.id")
    kind: str = columns.text(default=PollKind.VOTE)
    phase: str = columns.text(default=Phase.DRAFT)
    form: str = columns.text(default=BallotForm.CHOOSE_1)
    min_choices: int = columns.integer(default=1)
    max_choices: int = columns.integer(default=1)
    max_cost: int | None = columns.optional_integer()  # whole tenge
    rule: str = columns.text(default="greedy")
    ties: str = columns.text(default=Ties.CHEAPER)
    threshold: int = columns.integer(default=1)  # a proposal that nobody chose is not funded
    lot_seed: str = columns.text(default="")
    opens_at: datetime | None = columns.instant(optional=True)
    closes_at: datetime | None = columns.instant(optional=True)
    grace_seconds: int = columns.integer(default=0)
    batch_no: int = columns.integer(default=0)  # the batch that a vote is sealed into now; 0 before opening
    manifest: str = columns.text(default="")  # canonical JSON, frozen at opening
    manifest_hash: str = columns.text(default="")
    quotas: list[str] = columns.added_list()
