"""Messages in an outbox, a clock that tests set, and lines that carry to real servers, for tests of sending."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ballots.model import PollId
from gateway.app import open_books
from gateway.home import Home
from gateway.outbox import Outbox, PapersByPoll, seal
from gateway.sender import Line, Sender
from gateway.store import outbox
from gateway.store.writer import Books

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


def with_books(home: Home, use: Callable[[Books], Awaitable[T]]) -> T:
    """Run `use` on a running gateway's way into the database."""

    async def run() -> T:
        books = open_books(home)
        try:
            return await use(books)
        finally:
            await books.close()

    return asyncio.run(run())


def drain(home: Home, lines: Sequence[Line], clock: Clock, paper_of: PapersByPoll = lambda _: None, **more: Any) -> int:
    """One sender empties the outbox; how many messages left."""

    async def use(books: Books) -> int:
        return await sender_of(home, books, lines, clock, paper_of, **more).drain()

    return with_books(home, use)


def sender_of(
    home: Home,
    books: Books,
    lines: Sequence[Line],
    clock: Clock,
    paper_of: PapersByPoll = lambda _: None,
    **more: Any,
) -> Sender:
    usual: dict[str, Any] = {"owner": "test", "randomness": os.urandom, "sms_per_day": 1000}
    return Sender(
        Outbox(books, home.keys, paper_of),
        lines,
        clock=clock,
        zone=home.settings.gateway.zone,
        **usual | more,
    )


def no_paper(_poll: PollId) -> None:
    return None
