"""Messages in an outbox, a clock that tests set, and lines that carry to real servers, for tests of sending."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from gateway.app import open_books
from gateway.home import Home
from gateway.outbox import Outbox, seal
from gateway.sender import Line, Sender
from gateway.store import outbox
from gateway.store.writer import Books, SqliteBooks
from tests import virtual

T = TypeVar("T")

NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
PHONE = "+77010000001"


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def put(home: Home, text: str = "Рахмет", **changes: Any) -> int:
    """One SMS into the outbox; its id."""
    recipient, content = seal(home.keys, PHONE, {"text": text, **changes.pop("content", {})})
    usual: dict[str, Any] = {
        "id": int.from_bytes(os.urandom(8)) >> 1,
        "channel": "sms",
        "provider": "console",
        "recipient": recipient,
        "content": content,
        "due_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
        "priority": 1,
    }
    out = outbox.Outgoing(**usual | changes)
    with home.store.transaction() as tx:
        assert outbox.enqueue(tx, out)
    return out.id


def row(home: Home, message: int, *columns: str) -> tuple[Any, ...]:
    """Columns of one message, the state first."""
    with home.store.reading() as tx:
        found = tx.row(f"SELECT {', '.join(('state', *columns))} FROM outbox WHERE id = ?", message)
    assert found is not None
    return tuple(found)


def states(home: Home) -> list[str]:
    """States of all messages, sorted."""
    with home.store.reading() as tx:
        return sorted(state for (state,) in tx.rows("SELECT state FROM outbox"))


def with_books(home: Home, use: Callable[[Books], Awaitable[T]], *, hurried: bool = False) -> T:
    """Run `use` on a running gateway's way into the database, in time that passes by itself.

    `hurried`: a way that waits for no other writer.
    """

    async def run() -> T:
        file = home.store.file
        books = SqliteBooks(file, lambda: None, patience=0.01) if hurried and file else open_books(home)
        try:
            return await use(books)
        finally:
            await books.close()

    return virtual.run(run)


def drain(home: Home, lines: Sequence[Line], clock: Clock, *, hurried: bool = False, **more: Any) -> int:
    """One sender empties the outbox; how many messages left."""

    async def use(books: Books) -> int:
        return await sender_of(home, books, lines, clock, **more).drain()

    return with_books(home, use, hurried=hurried)


def sender_of(home: Home, books: Books, lines: Sequence[Line], clock: Clock, **more: Any) -> Sender:
    """The sender of one process."""
    usual: dict[str, Any] = {"owner": "test", "randomness": os.urandom, "sms_per_day": 1000}
    outbox_ = Outbox(books, home.keys)
    return Sender(outbox_, lines, clock=clock, zone=home.settings.gateway.zone, **usual | more)
