"""The way of votes into PostgreSQL: it groups its commits itself, so each work is a transaction of its own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import local
from time import monotonic
from typing import Any, TypeVar

import psycopg

from gateway.meters import Histogram
from gateway.store import writer
from gateway.store.engine import LostRace, Tx
from gateway.store.ready import Ready
from gateway.store.writer import PATIENCE, RERUNS, CannotCommit, OutcomeUnknown, Work

T = TypeVar("T")


class PostgresBooks:
    """A pool of threads, each with its own connection; one transaction per work."""

    CONNECTIONS = 8
    ahead = False

    def __init__(self, conninfo: str, patience: float = PATIENCE) -> None:
        self._conninfo = conninfo
        self._options = f"-c lock_timeout={round(patience * 1000)}"
        self._pool = ThreadPoolExecutor(self.CONNECTIONS, "postgresql")
        self._mine = local()
        self._all: list[psycopg.Connection[Any]] = []
        self._waiting = 0
        self.commits = Histogram()

    async def write(self, work: Work[T]) -> T:
        if self._waiting >= writer.QUEUE:
            raise CannotCommit("too many messages wait for the database")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._write, work)
        finally:
            self._waiting -= 1

    async def keep(self, vote: Ready, otherwise: Work[bool]) -> bool:  # noqa: ARG002 - `ahead` tells to make none ready
        return await self.write(otherwise)

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
                self._roll_back(connection)
                continue
            except psycopg.OperationalError as error:
                lost = connection.broken  # the server was restarted: another connection may do
                self._forget(connection)
                if lost:
                    continue
                raise CannotCommit(str(error)) from error
            except BaseException:
                self._roll_back(connection)
                raise
            began = monotonic()
            try:
                connection.commit()
            except psycopg.OperationalError as error:
                self._forget(connection)
                raise OutcomeUnknown(str(error)) from error
            self.commits.observe(monotonic() - began)
            return value
        raise CannotCommit("lost the same race too often")

    def _connection(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] | None = getattr(self._mine, "connection", None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(self._conninfo, connect_timeout=2, options=self._options)
            except psycopg.OperationalError as error:
                raise CannotCommit(str(error)) from error
            self._mine.connection = connection
            self._all.append(connection)
        return connection

    def _roll_back(self, connection: psycopg.Connection[Any]) -> None:
        try:
            connection.rollback()
        except psycopg.Error:
            self._forget(connection)

    def _forget(self, connection: psycopg.Connection[Any]) -> None:
        with suppress(psycopg.Error):
            connection.close()
        self._mine.connection = None
        self._all.remove(connection)
