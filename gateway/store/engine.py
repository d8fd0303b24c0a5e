"""Connections and transactions: SQLite or PostgreSQL behind one small `Tx`.

Cold nouns speak SQLModel through `Tx.session`; the path of a vote speaks driver SQL through the same `Tx`, with `?`
for parameters on both engines.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

BUSY_TIMEOUT_CLI = 60_000  # milliseconds
VOTING_LOCK = 0x64617579  # PostgreSQL: shared by votes, exclusive for opening, closing and mixing
PRAGMAS: dict[str, tuple[str, object]] = {  # name -> (what is set, what must be read back)
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "secure_delete": ("ON", 1),
    "foreign_keys": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    # pages, 128 MiB: random keys touch one page each, and the rarer the checkpoint, the more votes share its writing
    "wal_autocheckpoint": ("32000", 32000),
    "cache_size": ("-32768", -32768),  # KiB
}


class LostRace(Exception):  # noqa: N818 - not an error: the work is simply run again
    """Another transaction was first; run the work again, it will see what the other wrote."""


class SettingsRefused(Exception):  # noqa: N818
    """SQLite did not take a setting that the promise depends on."""


class Tx:
    """One open transaction (or an autocommitting reader) over the bare driver connection."""

    def __init__(self, raw: Any, dialect: str, connection: Connection | None = None) -> None:
        self.raw = raw
        self.postgresql = dialect == "postgresql"
        self._connection = connection

    def run(self, sql: str, *params: object) -> int:
        """Execute; how many rows it touched."""
        return int(self._execute(sql, params).rowcount)

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute once per row."""
        if self.postgresql:
            with self.raw.cursor() as cursor:
                cursor.executemany(_percent(sql), rows)
        else:
            self.raw.executemany(sql, rows)

    def row(self, sql: str, *params: object) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found: tuple[Any, ...] | None = self._execute(sql, params).fetchone()
        return found

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """All rows."""
        found: list[tuple[Any, ...]] = self._execute(sql, params).fetchall()
        return found

    def share(self) -> None:
        """Vote: nobody closes or mixes a poll until this transaction ends (SQLite writes one at a time anyway)."""
        if self.postgresql:
            self.raw.execute("SELECT pg_advisory_xact_lock_shared(%s)", (VOTING_LOCK,))

    def lock(self) -> None:
        """Close or mix: waits for the votes under way, and no other vote comes in between."""
        if self.postgresql:
            self.raw.execute("SELECT pg_advisory_xact_lock(%s)", (VOTING_LOCK,))

    @cached_property
    def session(self) -> Session:
        """A SQLModel session on this very transaction. Only where the transaction came from `Store`."""
        if self._connection is None:
            raise TypeError("the path of a vote speaks driver SQL")
        return Session(bind=self._connection, expire_on_commit=False)

    def _execute(self, sql: str, params: tuple[object, ...]) -> Any:
        return self.raw.execute(_percent(sql) if self.postgresql else sql, params)


@cache
def _percent(sql: str) -> str:
    return sql.replace("?", "%s")


class Store:
    """The database of one home."""

    def __init__(self, url: str, *, busy_timeout: int = BUSY_TIMEOUT_CLI) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self.engine = _engine(str(url), self.dialect, busy_timeout)

    @property
    def file(self) -> Path | None:
        """The database file, if it is SQLite."""
        return Path(self.url.database or "") if self.dialect == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One writing transaction: committed at the end, rolled back by an exception."""
        with self.engine.begin() as connection:
            tx = Tx(connection.connection.dbapi_connection, self.dialect, connection)
            yield tx
            if "session" in tx.__dict__:
                tx.session.flush()

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view; nothing is written."""
        view: dict[str, Any] = {} if self.dialect == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(reading=True, **view) as connection:
            connection.begin()
            yield Tx(connection.connection.dbapi_connection, self.dialect, connection)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def connect_sqlite(file: Path, busy_timeout: int) -> sqlite3.Connection:
    """A connection with the settings that the promise depends on, read back. Raises SettingsRefused."""
    raw = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=512)
    prepare_sqlite(raw, busy_timeout)
    return raw


def prepare_sqlite(raw: sqlite3.Connection, busy_timeout: int) -> None:
    """Set and read back the settings. Raises SettingsRefused."""
    raw.execute(f"PRAGMA busy_timeout = {busy_timeout:d}")
    for name, (value, expected) in PRAGMAS.items():
        raw.execute(f"PRAGMA {name} = {value}")
        (actual,) = raw.execute(f"PRAGMA {name}").fetchone()
        if actual != expected:
            raise SettingsRefused(f"SQLite keeps {name} at {actual!r}, {expected!r} is needed. Is the disk writable?")


def _engine(url: str, dialect: str, busy_timeout: int) -> Engine:
    if dialect != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    arguments = {"isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: object) -> None:
        prepare_sqlite(raw, busy_timeout)

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
