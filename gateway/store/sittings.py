"""Sittings on paper while they are being entered: who voted, and the ballots, in two lists that nothing ties together.

Once a sitting is counted or given up, its rows are gone; the audit log keeps who did it and how many.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ballots.model import Choices, PollId
from gateway.errors import NotThere
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros

PHONE, SLIP = "phone", "slip"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting as it stands."""

    id: int
    poll: PollId
    cycle: int
    label: str
    opened_by: str
    opened_at: datetime
    voters: int
    ballots: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of voters."""

    no: int  # from 1
    tag: bytes
    slip: bool  # else a phone


_SELECT = (
    "SELECT s.id, s.poll_id, p.cycle_id, s.label, s.opened_by, s.opened_at, "
    "(SELECT count(*) FROM sitting_voter v WHERE v.sitting_id = s.id), "
    "(SELECT count(*) FROM sitting_ballot b WHERE b.sitting_id = s.id) "
    "FROM sitting s JOIN poll p ON p.id = s.poll_id"
)


def begin(tx: Tx, sitting: int, poll: PollId, label: str, by: str, at: datetime) -> None:  # noqa: PLR0913, PLR0917 - one row
    """A new one, numbered as its first entry in the audit log."""
    tx.run(
        "INSERT INTO sitting (id, poll_id, label, opened_by, opened_at) VALUES (?, ?, ?, ?, ?)",
        sitting,
        poll,
        label,
        by,
        to_micros(at),
    )


def by_id(tx: Tx, sitting: int) -> Sitting:
    """As it stands; nobody else changes it until the transaction ends. Raises NotThere."""
    if tx.postgresql:
        tx.run("SELECT 1 FROM sitting WHERE id = ? FOR UPDATE", sitting)
    row = tx.row(f"{_SELECT} WHERE s.id = ?", sitting)
    if row is None:
        raise NotThere(f"there is no open sitting {sitting}; see dauys sitting list", "no_sitting")
    return _sitting(row)


def every(tx: Tx) -> tuple[Sitting, ...]:
    """All that are open, the oldest first."""
    return tuple(_sitting(row) for row in tx.rows(f"{_SELECT} ORDER BY s.id"))


def elsewhere(tx: Tx, poll: PollId, tag: bytes) -> int | None:
    """The open sitting of this poll on whose list this voter stands."""
    row = tx.row(
        "SELECT s.id FROM sitting s JOIN sitting_voter v ON v.sitting_id = s.id WHERE s.poll_id = ? AND v.tag = ?",
        poll,
        tag,
    )
    return None if row is None else int(row[0])


def add_voter(tx: Tx, sitting: int, tag: bytes, *, slip: bool) -> int:
    """The next line of the list; its number."""
    (last,) = tx.row("SELECT coalesce(max(no), 0) FROM sitting_voter WHERE sitting_id = ?", sitting) or (0,)
    kind = SLIP if slip else PHONE
    tx.run(
        "INSERT INTO sitting_voter (sitting_id, tag, no, kind) VALUES (?, ?, ?, ?)", sitting, tag, int(last) + 1, kind
    )
    return int(last) + 1


def strike_voter(tx: Tx, sitting: int, no: int) -> bool:
    """Take a line off the list; the others keep their numbers. Was it there?"""
    return tx.run("DELETE FROM sitting_voter WHERE sitting_id = ? AND no = ?", sitting, no) == 1


def voters(tx: Tx, sitting: int) -> tuple[Listed, ...]:
    """The list, by number."""
    rows = tx.rows("SELECT no, tag, kind FROM sitting_voter WHERE sitting_id = ? ORDER BY no", sitting)
    return tuple(Listed(no, bytes(tag), kind == SLIP) for no, tag, kind in rows)


def add_ballots(tx: Tx, sitting: int, rows: Sequence[tuple[bytes, Choices]]) -> None:
    """Ballots under random ids, in the order of these ids."""
    tx.many(
        "INSERT INTO sitting_ballot (sitting_id, id, choices) VALUES (?, ?, ?)",
        [(sitting, ballot, ",".join(map(str, choices))) for ballot, choices in sorted(rows)],
    )


def strike_ballots(tx: Tx, sitting: int) -> int:
    """Take all ballots out, to enter them anew; how many."""
    return tx.run("DELETE FROM sitting_ballot WHERE sitting_id = ?", sitting)


def ballots(tx: Tx, sitting: int) -> list[Choices]:
    """What was chosen, sorted: alike for everybody who looks."""
    rows = tx.rows("SELECT choices FROM sitting_ballot WHERE sitting_id = ?", sitting)
    return sorted(tuple(map(int, filter(None, choices.split(",")))) for (choices,) in rows)


def content_hash(tx: Tx, sitting: int) -> str:
    """SHA-256 of both lists: two officials confirm the same."""
    lines = [listed.tag.hex() for listed in voters(tx, sitting)]
    lines += [",".join(map(str, choices)) for choices in ballots(tx, sitting)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def erase(tx: Tx, sitting: int) -> None:
    """Nothing of it stays."""
    tx.run("DELETE FROM sitting_ballot WHERE sitting_id = ?", sitting)
    tx.run("DELETE FROM sitting_voter WHERE sitting_id = ?", sitting)
    tx.run("DELETE FROM sitting WHERE id = ?", sitting)


def _sitting(row: tuple[Any, ...]) -> Sitting:
    number, poll, cycle, label, by, at, voters_, ballots_ = row
    return Sitting(
        id=number,
        poll=PollId(poll),
        cycle=cycle,
        label=label,
        opened_by=by,
        opened_at=from_micros(at),
        voters=voters_,
        ballots=ballots_,
    )
