"""The way of votes into the database: many messages, one durable commit.

SQLite: the works that wait run on the event loop, each in its own savepoint of one transaction; only COMMIT, which
waits for the disk, runs in a thread (docs/decisions/0002). Where nothing but votes that are ready wait, many are one
statement in that thread (0094). PostgreSQL: pooled.py.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from gateway.meters import Histogram
from gateway.store import ready
from gateway.store.engine import LostRace, Tx, connect_sqlite
from gateway.store.ready import Ready

T = TypeVar("T")
Work = Callable[[Tx], T]
Done = list[tuple[asyncio.Future[Any], Any, BaseException | None]]

QUEUE = 2000  # works that may wait
BATCH = 128  # works in one commit: the more, the less each pays for it (16 at a time cost a fifth of the rate)
AT_ONCE = 16  # votes in one statement: while a thread writes them, the loop makes the next ones ready
PATIENCE = 2.0  # seconds to wait for another writer (Kannel gives up at 5)
RERUNS = 5  # of a work that lost a race
UNTOUCHED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY})  # a refusal, no failure
PRIMARY = 0xFF  # of SQLite's extended error codes


class CannotCommit(Exception):  # noqa: N818
    """Nothing was written: the queue is full, or another writer holds the lock. The sender may try again."""


class OutcomeUnknown(Exception):  # noqa: N818
    """COMMIT failed in a way that tells nothing: it may or may not be there. The process must be restarted."""


class Books(Protocol):
    """Reading and writing from the event loop."""

    commits: Histogram
    """How long commits took."""

    @property
    def ahead(self) -> bool:
        """Does it pay to read before one writes? Where reading costs a thread and a round trip it does not."""

    async def write(self, work: Work[T]) -> T:
        """The work's value, once it is durable. Raises CannotCommit, OutcomeUnknown, or what the work raised."""

    async def keep(self, vote: Ready, otherwise: Work[bool]) -> bool:
        """Write a vote that is ready: True. If it is void, do the other work. Raises as `write` does."""

    async def read(self, work: Work[T]) -> T:
        """The work's value; it must not write."""

    async def close(self) -> None:
        """Finish what waits, then give back the connections."""


class Waiting(NamedTuple):
    """A work in the queue."""

    work: Work[Any]
    future: asyncio.Future[Any]
    vote: Ready | None = None  # what the work does as columns, if it is a vote that is ready


Batch = list[Waiting]


class SqliteBooks:
    """One writing connection and one reading connection, both on the event loop."""

    ahead = True  # what is read while another COMMIT waits for the disk costs nobody time

    def __init__(self, file: Path, on_unknown: Callable[[], None], patience: float = PATIENCE) -> None:
        self._patience = patience
        self._writer = connect_sqlite(file, 0)
        ready.prepare(self._writer)
        self._reader = Tx(connect_sqlite(file, round(patience * 1000)), "sqlite")
        self._queue: deque[Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, "commit")
        self._draining: asyncio.Task[None] | None = None
        self._on_unknown = on_unknown
        self.commits = Histogram()
        self._dead = False

    async def write(self, work: Work[T]) -> T:
        return await self._wait(work, None)

    async def keep(self, vote: Ready, otherwise: Work[bool]) -> bool:
        return await self._wait(lambda tx: ready.keep(tx.raw, (vote,)) or otherwise(tx), vote)

    async def _wait(self, work: Work[T], vote: Ready | None) -> T:
        if self._dead or len(self._queue) >= QUEUE:
            raise CannotCommit("too many messages wait for the disk")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(work, future, vote))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return await future

    async def read(self, work: Work[T]) -> T:
        return work(self._reader)

    async def close(self) -> None:
        while self._draining is not None:
            await self._draining
        self._thread.shutdown()
        self._writer.close()
        self._reader.raw.close()

    async def _drain(self) -> None:
        try:
            while self._queue and not self._dead:
                await (self._keep_all() if all(one.vote for one in self._queue) else self._commit_some())
        finally:
            self._draining = None

    async def _keep_all(self) -> None:
        """Votes that are ready: one statement, and its own transaction. If one is void, each is a work again."""
        batch = self._take(AT_ONCE)
        try:
            kept = await self._in_thread(ready.keep, self._writer, [one.vote for one in batch])
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY not in UNTOUCHED:
                self._not_committed(batch, error)
                return
            kept = False
        if kept:
            for one in batch:
                _resolve(one.future, True, None)
        else:
            self._queue.extendleft(reversed(batch))
            await self._commit_some()

    async def _commit_some(self) -> None:
        if not await self._begin():  # nobody waits for another round of patience: a provider gives up, too
            self._fail(self._take(len(self._queue)), CannotCommit("another writer holds the database"))
            return
        batch = self._take()
        done = self._run(batch)
        if not self._writer.in_transaction:  # SQLite rolled all of it back: disk full, I/O error
            self._fail(batch, CannotCommit("the disk refuses to write"))
            return
        try:
            await self._in_thread(self._writer.execute, "COMMIT")
        except sqlite3.Error as error:
            self._not_committed(batch, error)
            return
        for future, value, raised in done:
            _resolve(future, value, raised)

    async def _in_thread(self, committing: Callable[..., T], *arguments: Any) -> T:
        """What waits for the disk."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        value = await loop.run_in_executor(self._thread, committing, *arguments)
        self.commits.observe(loop.time() - began)
        return value

    def _not_committed(self, batch: Batch, error: sqlite3.Error) -> None:
        """A full disk has taken nothing: SQLite has rolled back, and may go on. Of anything else nobody can tell."""
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if full and not self._writer.in_transaction:
            self._fail(batch, CannotCommit(str(error)))
            return
        self._dead = True
        self._fail(batch, OutcomeUnknown(str(error)))
        self._fail(self._take(len(self._queue)), CannotCommit("the database stopped"))
        self._on_unknown()

    def _take(self, most: int = BATCH) -> Batch:
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    async def _begin(self) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.Error:
                if loop.time() > until:
                    return False
                await asyncio.sleep(0.003)
            else:
                return True

    def _run(self, batch: Batch) -> Done:
        """All works in a row; only if one fails (races, refusals) they are run again, each in a savepoint."""
        tx = Tx(self._writer, "sqlite")
        try:
            return [(one.future, one.work(tx), None) for one in batch]
        except Exception:  # noqa: BLE001 - which one it was shows below, and there it is told
            with suppress(sqlite3.Error):  # then nothing is written, and the batch is told so
                self._roll_back("ROLLBACK")
                self._writer.execute("BEGIN IMMEDIATE")
        done: Done = []
        for one in batch:
            if not self._writer.in_transaction:
                break
            value, error = self._attempt(one.work, tx)
            done.append((one.future, value, error))
        return done

    def _attempt(self, work: Work[Any], tx: Tx) -> tuple[Any, BaseException | None]:
        execute = self._writer.execute
        for _ in range(RERUNS):
            try:
                execute("SAVEPOINT work")
                value = work(tx)
                execute("RELEASE work")
            except sqlite3.OperationalError as error:  # disk full, I/O error, read-only
                self._roll_back("ROLLBACK TO work", "RELEASE work")
                return None, CannotCommit(str(error))
            except LostRace:
                self._roll_back("ROLLBACK TO work", "RELEASE work")
            except Exception as error:  # noqa: BLE001 - it is handed to the one who asked for the work
                self._roll_back("ROLLBACK TO work", "RELEASE work")
                return None, error
            else:
                return value, None
        return None, CannotCommit("lost the same race too often")

    def _roll_back(self, *statements: str) -> None:
        """Unless SQLite has rolled back by itself. If it cannot even do that, nothing of this transaction is kept."""
        try:
            for statement in statements:
                if self._writer.in_transaction:
                    self._writer.execute(statement)
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")

    @staticmethod
    def _fail(batch: Batch, error: BaseException) -> None:
        for one in batch:
            _resolve(one.future, None, error)


def _resolve(future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if future.done():  # the client hung up; what it sent is recorded all the same
        return
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)
