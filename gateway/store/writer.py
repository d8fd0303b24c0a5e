"""The way of votes into the database: many messages, one durable commit.

SQLite: the works that wait run on the event loop, each in its own savepoint of one transaction; only COMMIT, which
waits for the disk, runs in a thread (docs/decisions/0002). PostgreSQL groups its commits itself: a small pool of
connections, one transaction per work.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import local
from typing import Any, Protocol, TypeVar

import psycopg

from gateway.store.engine import LostRace, Tx, connect_sqlite

T = TypeVar("T")
Work = Callable[[Tx], T]
Batch = list[tuple[Work[Any], asyncio.Future[Any]]]
Done = list[tuple[asyncio.Future[Any], Any, BaseException | None]]

QUEUE = 2000  # works that may wait
BATCH = 128  # works in one commit
PATIENCE = 2.0  # seconds to wait for another writer (Kannel gives up at 5)
RERUNS = 5  # of a work that lost a race


class CannotCommit(Exception):  # noqa: N818
    """Nothing was written: the queue is full, or another writer holds the lock. The sender may try again."""


class OutcomeUnknown(Exception):  # noqa: N818
    """COMMIT failed in a way that tells nothing: it may or may not be there. The process must be restarted."""


class Books(Protocol):
    """Reading and writing from the event loop."""

    async def write(self, work: Work[T]) -> T:
        """The work's value, once it is durable. Raises CannotCommit, OutcomeUnknown, or what the work raised."""

    async def read(self, work: Work[T]) -> T:
        """The work's value; it must not write."""

    async def close(self) -> None:
        """Finish what waits, then give back the connections."""


class SqliteBooks:
    """One writing connection and one reading connection, both on the event loop."""

    def __init__(self, file: Path, on_unknown: Callable[[], None]) -> None:
        self._writer = connect_sqlite(file, 0)
        self._tx = Tx(self._writer, "sqlite")
        self._reader = Tx(connect_sqlite(file, round(PATIENCE * 1000)), "sqlite")
        self._queue: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._thread = ThreadPoolExecutor(1, "commit")
        self._draining: asyncio.Task[None] | None = None
        self._on_unknown = on_unknown
        self._dead = False

    async def write(self, work: Work[T]) -> T:
        if self._dead or len(self._queue) >= QUEUE:
            raise CannotCommit("too many messages wait for the disk")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((work, future))
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
                await self._commit_some()
        finally:
            self._draining = None

    async def _commit_some(self) -> None:
        if not await self._begin():
            self._fail(self._take(), CannotCommit("another writer holds the database"))
            return
        batch = self._take()
        done = self._run(batch)
        if not self._writer.in_transaction:  # SQLite rolled all of it back: disk full, I/O error
            self._fail(batch, CannotCommit("the disk refuses to write"))
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.execute, "COMMIT")
        except sqlite3.Error as error:
            self._dead = True
            self._fail(batch, OutcomeUnknown(str(error)))
            self._fail(self._take(len(self._queue)), CannotCommit("the database stopped"))
            self._on_unknown()
            return
        for future, value, raised in done:
            _resolve(future, value, raised)

    def _take(self, most: int = BATCH) -> Batch:
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    async def _begin(self) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                if loop.time() > until:
                    return False
                await asyncio.sleep(0.003)
            else:
                return True

    def _run(self, batch: Batch) -> Done:
        """All works in a row; only if one fails (races, refusals) they are run again, each in a savepoint."""
        try:
            return [(future, work(self._tx), None) for work, future in batch]
        except Exception:  # noqa: BLE001 - which one it was shows below, and there it is told
            with suppress(sqlite3.OperationalError):  # then nothing is written, and the batch is told so
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                self._writer.execute("BEGIN IMMEDIATE")
        done: Done = []
        for work, future in batch:
            if not self._writer.in_transaction:
                break
            value, error = self._attempt(work)
            done.append((future, value, error))
        return done

    def _attempt(self, work: Work[Any]) -> tuple[Any, BaseException | None]:
        execute = self._writer.execute
        failure: BaseException | None = None
        for _ in range(RERUNS):
            try:
                execute("SAVEPOINT work")
                value = work(self._tx)
                execute("RELEASE work")
            except sqlite3.OperationalError as error:  # disk full, I/O error, read-only
                failure = CannotCommit(str(error))
                self._undo()
                break
            except LostRace as error:
                failure = error
                self._undo()
            except Exception as error:  # noqa: BLE001 - it is handed to the one who asked for the work
                self._undo()
                return None, error
            else:
                return value, None
        return None, failure

    def _undo(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")

    @staticmethod
    def _fail(batch: Batch, error: BaseException) -> None:
        for _work, future in batch:
            _resolve(future, None, error)


def _resolve(future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if future.done():  # the client hung up; what it sent is recorded all the same
        return
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)


class PostgresBooks:
    """A pool of threads, each with its own connection; one transaction per work."""

    CONNECTIONS = 8

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._pool = ThreadPoolExecutor(self.CONNECTIONS, "postgresql")
        self._mine = local()
        self._all: list[psycopg.Connection[Any]] = []
        self._waiting = 0

    async def write(self, work: Work[T]) -> T:
        if self._waiting >= QUEUE:
            raise CannotCommit("too many messages wait for the database")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._write, work)
        finally:
            self._waiting -= 1

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._write, work)

    async def close(self) -> None:
        self._pool.shutdown()
        for connection in self._all:
            connection.close()

    def _write(self, work: Work[T]) -> T:
        for _ in range(RERUNS):
            connection = self._connection()
            try:
                value = work(Tx(connection, "postgresql"))
            except (LostRace, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                connection.rollback()
                continue
            except psycopg.OperationalError as error:
                self._forget(connection)
                raise CannotCommit(str(error)) from error
            except BaseException:
                connection.rollback()
                raise
            try:
                connection.commit()
            except psycopg.OperationalError as error:
                self._forget(connection)
                raise OutcomeUnknown(str(error)) from error
            return value
        raise CannotCommit("lost the same race too often")

    def _connection(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] | None = getattr(self._mine, "connection", None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(self._conninfo, connect_timeout=2)
            except psycopg.OperationalError as error:
                raise CannotCommit(str(error)) from error
            self._mine.connection = connection
            self._all.append(connection)
        return connection

    def _forget(self, connection: psycopg.Connection[Any]) -> None:
        with suppress(psycopg.Error):
            connection.close()
        self._mine.connection = None
        self._all.remove(connection)
