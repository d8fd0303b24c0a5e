"""Cycles: one area's budget year, with its voting poll."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select

from ballots.model import CycleId, Phase, PollId, PollKind, Texts, Visibility
from ballots.rules import quotas
from gateway.errors import NotNow, NotThere, Unfit
from gateway.store import areas, rounds
from gateway.store.areas import Place
from gateway.store.engine import Tx
from gateway.store.tables import CycleRow, PollRow

DRAFTS = frozenset({Phase.DRAFT, Phase.IDEAS, Phase.REVIEW})
BEFORE_CLOSING = DRAFTS | {Phase.VOTING, Phase.GRACE}
PUBLISH = ("ballots", "totals")

OF_CYCLE = frozenset(
    {"title", "total_budget", "pb_budget", "method", "visibility", "publish", "echo", "confirm_sms", "mix_min"}
    | {"tally_at", "facts"}
)
OF_POLL = frozenset(
    {"form", "min_choices", "max_choices", "max_cost", "rule", "ties", "threshold", "lot_seed", "quotas"}
    | {"opens_at", "closes_at", "grace_seconds"}
)
LATER = frozenset({"publish", "tally_at"})
"""What may be changed once the paper is frozen."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle as it stands."""

    id: CycleId
    round_id: int
    place: Place
    title: Texts
    phase: Phase
    total_budget: int  # whole tenge
    pb_budget: int  # whole tenge
    visibility: Visibility
    publish: str  # ballots or totals
    echo: bool
    confirm_sms: bool
    mix_min: int
    tally_at: str  # local time, HH:MM
    method: str  # id and version of the regulation's template
    facts: Mapping[str, Any]
    poll: PollId  # its voting poll
    version: int = 0  # how often its settings were written
    edited_by: str = ""  # who wrote them last; '' = a command at the box


def new(tx: Tx, area_code: int, title: Texts, at: datetime, **settings: Any) -> Cycle:
    """A draft in the current round, with a voting poll. Settings as in `change`. Raises NotThere, Unfit."""
    place = areas.by_code(tx, area_code)
    row = CycleRow(round_id=rounds.current(tx).id, area_id=place.id, title=dict(title), created_at=at)
    tx.session.add(row)
    tx.session.flush()
    assert row.id is not None
    tx.session.add(PollRow(cycle_id=row.id, kind=PollKind.VOTE))
    tx.session.flush()
    return change(tx, row.id, **settings)


def change(tx: Tx, cycle: int, *, by: str = "", **settings: Any) -> Cycle:
    """Set what OF_CYCLE and OF_POLL name; `by` is the official, '' a command at the box.

    `quotas`: texts as ballots.rules.quotas writes them.
    Raises Unfit, BadQuota, NotThere, and NotNow for what is frozen since opening.
    """
    unknown = settings.keys() - OF_CYCLE - OF_POLL
    if unknown:
        raise Unfit(f"a cycle has no setting {', '.join(sorted(unknown))}")
    row = _row(tx, cycle)
    if row.phase not in DRAFTS and settings.keys() - LATER:
        frozen = ", ".join(sorted(settings.keys() - LATER))
        raise NotNow(f"cycle {cycle} is published: {frozen} cannot be changed any more")
    _check(settings)
    poll = _poll_row(tx, cycle)
    for name, value in settings.items():
        setattr(row if name in OF_CYCLE else poll, name, value)
    row.version, row.edited_by = row.version + 1, by
    tx.session.add_all([row, poll])
    tx.session.flush()
    return by_id(tx, cycle)


def by_id(tx: Tx, cycle: int) -> Cycle:
    """The cycle as this transaction sees it. Raises NotThere."""
    row = _row(tx, cycle)
    return _cycle(row, areas.by_id(tx, row.area_id), _poll_row(tx, cycle).id)


def every(tx: Tx) -> tuple[Cycle, ...]:
    """All cycles, the oldest first: three questions, however many there are."""
    rows = tx.session.exec(select(CycleRow).order_by(CycleRow.id)).all()  # type: ignore[arg-type]
    places = {place.id: place for place in areas.every(tx)}
    polls = dict(tx.rows("SELECT cycle_id, id FROM poll WHERE kind = ?", PollKind.VOTE))
    return tuple(_cycle(row, places[row.area_id], polls[row.id]) for row in rows)


def check_draft(tx: Tx, cycle: int) -> None:
    """Is the paper of this cycle not frozen yet? Raises NotNow, NotThere."""
    if by_id(tx, cycle).phase not in DRAFTS:
        raise NotNow(f"cycle {cycle} is published: its proposals and their numbers stay as they are")


def _check(settings: Mapping[str, Any]) -> None:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", settings.get("tally_at", "20:00")):
        raise Unfit(f"tally_at is {settings['tally_at']!r}: write a local time like 20:00")
    if settings.get("publish", "ballots") not in PUBLISH:
        raise Unfit(f"publish is {settings['publish']!r}: choose {' or '.join(PUBLISH)}")
    for written in settings.get("quotas", ()):
        quotas.read(written)
    least = {"mix_min": 1, "total_budget": 0, "pb_budget": 0, "grace_seconds": 0, "threshold": 0, "min_choices": 1}
    for name, smallest in least.items():
        if settings.get(name, smallest) < smallest:
            raise Unfit(f"{name} is {settings[name]}: it must be {smallest} or more")


def _row(tx: Tx, cycle: int) -> CycleRow:
    row = tx.session.get(CycleRow, cycle, populate_existing=True)
    if row is None:
        raise NotThere(f"there is no cycle {cycle}; see dauys cycle list")
    return row


def _poll_row(tx: Tx, cycle: int) -> PollRow:
    query = select(PollRow).where(PollRow.cycle_id == cycle, PollRow.kind == PollKind.VOTE)
    return tx.session.exec(query.execution_options(populate_existing=True)).one()


def _cycle(row: CycleRow, place: Place, poll: int | None) -> Cycle:
    assert row.id is not None
    return Cycle(
        id=CycleId(row.id),
        round_id=row.round_id,
        place=place,
        title=dict(row.title),
        phase=Phase(row.phase),
        total_budget=row.total_budget,
        pb_budget=row.pb_budget,
        visibility=Visibility(row.visibility),
        publish=row.publish,
        echo=row.echo,
        confirm_sms=row.confirm_sms,
        mix_min=row.mix_min,
        tally_at=row.tally_at,
        method=row.method,
        facts=dict(row.facts),
        poll=PollId(poll or 0),
        version=row.version,
        edited_by=row.edited_by,
    )
