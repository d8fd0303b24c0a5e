"""Bring a database to the tables of this version. A SQLite file is copied before it is changed.

Every command looks whether a migration waits, and hardly any finds one: alembic is imported only by one that does.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

import migrations
from gateway.store.engine import Store

if TYPE_CHECKING:
    from alembic.config import Config

logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)  # it speaks at every look

LOCK = -2  # advisory lock on PostgreSQL: one process migrates, the others wait and find it done


class NewerDatabase(Exception):  # noqa: N818
    """A newer version of Dauys has written this database."""


class CannotCopy(Exception):  # noqa: N818
    """The database could not be copied, so it was not changed."""


def pending(store: Store) -> bool:
    """Does the database wait for a migration? Raises NewerDatabase."""
    known = revisions()
    with store.engine.connect().execution_options(reading=True) as connection:
        now = _revision(connection)
    if now is not None and now not in known:
        raise NewerDatabase(f"the database was written by a newer version (its tables are at {now}): install that one")
    return now != known[-1]


def revisions() -> tuple[str, ...]:
    """What this version knows, the oldest first: the numbers of the files, which a test compares with alembic's."""
    files = Path(migrations.__path__[0], "versions").glob("[0-9][0-9][0-9][0-9]_*.py")
    return tuple(sorted(file.name[:4] for file in files))


def migrate(store: Store) -> Path | None:
    """Create or upgrade the tables; where an existing SQLite file was copied to. Raises NewerDatabase, CannotCopy."""
    if not pending(store):
        return None
    copy = _copy(store)
    upgrade(store)
    return copy


def upgrade(store: Store) -> None:
    """The tables of this version, without a copy first."""
    from alembic import command  # noqa: PLC0415

    config = _config()
    with _connection(store) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


@contextmanager
def _connection(store: Store) -> Iterator[Connection]:
    """One transaction in which tables may be rebuilt."""
    with store.engine.connect() as connection:
        if store.file is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK:d})")
            yield connection
            connection.commit()
            return
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA foreign_keys = OFF")  # a rebuilt table is dropped once; checked below
        try:
            connection.begin()  # ours, or alembic would commit before what it did is checked
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise sqlite3.IntegrityError(f"the migration would leave rows without their parents in {broken[0][0]}")
            connection.commit()
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")


def _copy(store: Store) -> Path | None:
    """A checked copy beside the database, in backups/. VACUUM INTO does not fsync, so we do."""
    file = store.file
    with store.engine.connect() as connection:
        now = _revision(connection)
    if file is None or now is None:
        return None
    folder = file.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{file.stem}-before-{now}.db"
    unfinished = copy.with_name(f".{copy.name}.unfinished")
    unfinished.unlink(missing_ok=True)  # what a migration that was cut off left
    source = sqlite3.connect(file)
    try:
        source.execute("VACUUM INTO ?", (str(unfinished),))
    except sqlite3.Error as error:
        raise CannotCopy(f"{file} cannot be copied to {folder}: {error}") from error
    finally:
        source.close()
    _check(unfinished)
    unfinished.chmod(0o600)
    for path in (unfinished, folder):
        _sync(path)
    unfinished.replace(copy)
    _sync(folder)
    return copy


def _check(copy: Path) -> None:
    connection = sqlite3.connect(copy)
    try:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    if said != "ok":
        raise CannotCopy(f"the copy {copy} is not whole: {said}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
