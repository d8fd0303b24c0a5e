"""Where gammu-smsd keeps its tables: a file of SQLite, or PostgreSQL, or MySQL; what differs between them."""

import sqlite3
from datetime import UTC, datetime, timezone, tzinfo
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, literal_column, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from gateway.settings import BadSettings

PATIENCE = 5  # seconds to wait while smsd writes
OFFSETS = {
    "postgresql": "LOCALTIMESTAMP - (now() AT TIME ZONE 'UTC')",
    "mysql": "timediff(now(), utc_timestamp())",
}
"""A server writes some columns by its own clock, in a zone of its own: how far is that from UTC?"""
BACKENDS = ("sqlite", *OFFSETS)
MYISAM = text("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND engine <> 'InnoDB'")


def connect(url: str) -> Engine:
    """A connection for each look: whoever puts another database in this place is noticed. Raises BadSettings."""
    try:
        found = make_url(url)
        if found.get_backend_name() not in BACKENDS:
            raise BadSettings(
                f"providers.gammu.database: known are {', '.join(BACKENDS)}, not {found.get_backend_name()}"
            )
        if found.get_backend_name() != "sqlite":
            wait = {"connect_timeout": PATIENCE}  # as psycopg and PyMySQL call it
            return create_engine(found, poolclass=NullPool, hide_parameters=True, connect_args=wait)
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadSettings(f"providers.gammu.database: {error}") from error
    except ModuleNotFoundError as error:
        raise BadSettings(f"providers.gammu.database: its driver is not installed: {error}") from error
    file = f"file:{quote(found.database or '')}?mode=rw"  # never a new, empty one

    def opened() -> sqlite3.Connection:
        raw = sqlite3.connect(file, uri=True, timeout=PATIENCE, check_same_thread=False)
        raw.execute("PRAGMA secure_delete = ON")
        return raw

    return create_engine("sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True)


def zone_of(connection: Connection, smsds: tzinfo) -> tzinfo:
    """In which the database writes its own clock's time; SQLite's is that of smsd."""
    offset = OFFSETS.get(connection.dialect.name)
    return timezone(connection.scalars(select(literal_column(offset))).one()) if offset else smsds


def unsafe(connection: Connection) -> tuple[str, ...]:
    """Tables without transactions: the ones that come with smsd for MySQL are MyISAM."""
    return tuple(connection.scalars(MYISAM)) if connection.dialect.name == "mysql" else ()


def instant(received: object, zone: tzinfo) -> datetime | None:
    """Local time: text in SQLite, naive elsewhere; None if it cannot be one."""
    try:
        naive = received if isinstance(received, datetime) else datetime.fromisoformat(str(received))
        return naive.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def words(error: SQLAlchemyError) -> str:
    """The driver's first line: the others may hold values."""
    return f"gammu's database: {str(getattr(error, 'orig', error)).splitlines()[0][:200]}"
