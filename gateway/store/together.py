"""Works whose rows only wait to be written: many of them take one statement for each table (docs/decisions/0062).

SQLite only, driver SQL. The statements run in the thread of COMMIT, so what they cost is not the event loop's time; one
statement for many rows hands the interpreter over once, not once for each row.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gateway.store import inbox, outbox, phones, votes
from gateway.store.callers import CATALOGUE
from gateway.store.engine import Insert, Tx

T = TypeVar("T")
INSERTS = (votes.TAKES_PART, votes.SEALS, inbox.TAKES, phones.SPEAKS, outbox.ENQUEUES)
"""In this order: the first one decides who is new."""

MOST = 32  # rows of one statement: each number of rows is a statement that is kept prepared


@dataclass(slots=True, eq=False)  # each is itself: hashing an envelope would cost more than writing it
class Prepared(Generic[T]):
    """A work that was done ahead, but for its rows; where it is void, `otherwise` is done instead."""

    version: int  # of the catalogue by which it was prepared
    poll: int
    tag: bytes
    receipt: str
    rows: tuple[tuple[Insert, tuple[Any, ...]], ...]
    value: T  # of the work, once its rows are written
    otherwise: Callable[[Tx], T]

    def __call__(self, tx: Tx) -> T:
        """The work by itself, inside its transaction."""
        return self.otherwise(tx)


def write(raw: sqlite3.Connection, works: Sequence[Prepared[Any]]) -> list[Prepared[Any]]:
    """Those whose rows are written, all in the open transaction; of the others nothing is.

    Void are works prepared by another catalogue, and voters or receipts that are there already. Raises sqlite3.Error.
    """
    (version,) = raw.execute(CATALOGUE).fetchone()
    current = [work for work in works if work.version == int(version)]
    if _all_written(raw, current):
        return current
    new = _new(raw, current)
    return new if _all_written(raw, new) else []


def _all_written(raw: sqlite3.Connection, works: Sequence[Prepared[Any]]) -> bool:
    """Write the rows of all these, or of none."""
    raw.execute("SAVEPOINT together")
    for insert in INSERTS:
        rows = [params for work in works for into, params in work.rows if into is insert]
        for start in range(0, len(rows), MOST):
            some = rows[start : start + MOST]
            flat = [param for row in some for param in row]
            if raw.execute(insert.sql(len(some)), flat).rowcount != len(some):
                raw.execute("ROLLBACK TO together")
                raw.execute("RELEASE together")
                return False
    raw.execute("RELEASE together")
    return True


def _new(raw: sqlite3.Connection, works: Sequence[Prepared[Any]]) -> list[Prepared[Any]]:
    """Without those whose voter or receipt is there, or came twice among these."""
    found: dict[tuple[int, bytes | str], Prepared[Any]] = {}
    for work in works:
        keys = ((work.poll, work.tag), (work.poll, work.receipt))
        asked = (work.poll, work.tag, work.poll, work.receipt)
        if not any(key in found for key in keys) and raw.execute(votes.IS_THERE, asked).fetchone() is None:
            found |= dict.fromkeys(keys, work)
    return list({id(work): work for work in found.values()}.values())
