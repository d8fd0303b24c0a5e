"""Acts of two officials: one asks, another answers. What is then done, is done by whoever owns the act."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.errors import NotNow, NotThere, Taken, Unfit
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role
from gateway.store.types import from_micros, to_json, to_micros

COLUMNS = "id, act, subject, facts, state, asked_by, asked_at, answered_by, answered_at"


class State(StrEnum):
    """What became of it."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the one who had asked


@dataclass(frozen=True, slots=True)
class Pair:
    """Who asks for an act and who approves it: always two persons."""

    asks: frozenset[Role]
    approves: frozenset[Role]


PREPARES = frozenset({Role.CLERK, Role.ADMINISTRATOR})
AKIM = frozenset({Role.AKIM})

PAIRS: dict[str, Pair] = {
    "open cycle": Pair(PREPARES, AKIM),
    "close early": Pair(PREPARES, AKIM),
    "extend cycle": Pair(PREPARES, AKIM),
    "certify": Pair(PREPARES, AKIM),
    "paper votes": Pair(PREPARES, PREPARES | AKIM),
    "read totals of few": Pair(PREPARES, AKIM),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    act: str  # a key of PAIRS
    subject: str  # what it is about, like 'cycle 3'
    facts: Mapping[str, Any] = field(default_factory=dict)  # with which it is done


@dataclass(frozen=True, slots=True)
class Approval:
    """One act that was asked for."""

    id: int
    act: str
    subject: str
    facts: Mapping[str, Any]
    state: State
    asked_by: int
    asked_at: datetime
    answered_by: int | None = None
    answered_at: datetime | None = None


def ask(tx: Tx, official: Official, wish: Wish, at: datetime) -> int:
    """Ask for an act; the approval's id. Raises Unfit (another role's act), Taken (asked for already)."""
    if official.role not in PAIRS[wish.act].asks:
        raise Unfit(f"the act {wish.act!r} is not asked for by a {official.role}", "not_your_ask")
    if any(waiting.act == wish.act and waiting.state is State.ASKED for waiting in about(tx, wish.subject)):
        raise Taken(f"{wish.act!r} of {wish.subject} was asked for already", "asked_already")
    row = tx.row(
        "INSERT INTO approval (act, subject, facts, state, asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        wish.act,
        wish.subject,
        to_json(dict(wish.facts)),
        State.ASKED,
        official.id,
        to_micros(at),
    )
    assert row is not None
    return int(row[0])


def answer(tx: Tx, official: Official, approval: int, state: State, at: datetime) -> Approval:
    """Approve, refuse or withdraw. The caller does the act in the same transaction. Raises NotThere, NotNow, Unfit."""
    found = by_id(tx, approval)
    check(found, official, state)
    sql = "UPDATE approval SET state = ?, answered_by = ?, answered_at = ? WHERE id = ? AND state = ?"
    if not tx.run(sql, state, official.id, to_micros(at), approval, State.ASKED):
        raise NotNow(f"{found.act!r} of {found.subject} was answered already", "answered_already")
    return by_id(tx, approval)


def drop(tx: Tx, subject: str, at: datetime) -> None:
    """What was asked for of a subject that is no more, or another one by now, waits for nobody."""
    sql = "UPDATE approval SET state = ?, answered_at = ? WHERE subject = ? AND state = ?"
    tx.run(sql, State.WITHDRAWN, to_micros(at), subject, State.ASKED)


def check(approval: Approval, official: Official, state: State = State.APPROVED) -> None:
    """May this official answer so? Raises NotNow (answered), Unfit (the same person, or another role)."""
    if approval.state is not State.ASKED:
        raise NotNow(f"{approval.act!r} of {approval.subject} was answered already", "answered_already")
    if state is State.WITHDRAWN:
        if official.id != approval.asked_by:
            raise Unfit("only the one who asked can withdraw it", "not_your_withdrawal")
        return
    if official.id == approval.asked_by:
        raise Unfit("two persons are needed: whoever asked cannot approve", "same_person")
    if official.role not in PAIRS[approval.act].approves:
        raise Unfit(f"the act {approval.act!r} is not approved by a {official.role}", "not_your_approval")


def by_id(tx: Tx, approval: int) -> Approval:
    """The approval in this row. Raises NotThere."""
    row = tx.row(f"SELECT {COLUMNS} FROM approval WHERE id = ?", approval)  # noqa: S608 - our own columns
    if row is None:
        raise NotThere(f"nothing was asked for under {approval}", "no_approval")
    return _approval(row)


def about(tx: Tx, subject: str) -> tuple[Approval, ...]:
    """All that was asked for of a subject, the last one first."""
    sql = f"SELECT {COLUMNS} FROM approval WHERE subject = ? ORDER BY id DESC"  # noqa: S608 - our own columns
    return tuple(map(_approval, tx.rows(sql, subject)))


def waiting(tx: Tx) -> tuple[Approval, ...]:
    """All that waits for a second person, the oldest first."""
    sql = f"SELECT {COLUMNS} FROM approval WHERE state = ? ORDER BY id"  # noqa: S608 - our own columns
    return tuple(map(_approval, tx.rows(sql, State.ASKED)))


def _approval(row: tuple[Any, ...]) -> Approval:
    key, act, subject, facts, state, asked_by, asked_at, answered_by, answered_at = row
    answered = None if answered_at is None else from_micros(answered_at)
    return Approval(
        key, act, subject, json.loads(facts), State(state), asked_by, from_micros(asked_at), answered_by, answered
    )
