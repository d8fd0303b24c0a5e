"""Homes that a doctor looks at, and whom it asks."""

from collections.abc import Iterator

import pytest

from gateway import backup, ballast
from gateway.home import Home
from gateway.store import states
from tests.gateway.doctor.looking import NOW
from tests.homes import Postgres
from tests.servers import Answer, HttpServer


@pytest.fixture
def home(sqlite_home: Home) -> Home:
    """A home as a careful operator keeps it, not served now."""
    with sqlite_home.store.transaction() as tx:
        states.put(tx, states.EXPORTED, NOW.isoformat())
        states.put(tx, states.EXPORTED_KEYS, ",".join(sqlite_home.keys.names()))
    backup.make(sqlite_home, sqlite_home.backups / "one.db", NOW)
    assert ballast.lay(sqlite_home.path, sqlite_home.settings.database.ballast)
    (sqlite_home.path / "dauys.db").chmod(0o600)  # as the command's umask makes it
    return sqlite_home


@pytest.fixture
def careful_postgresql_home(postgres: Postgres, postgresql_home: Home) -> Iterator[Home]:
    """On PostgreSQL as it is installed: other tests have it hurried."""
    postgres.hurry(on=False)
    yield postgresql_home
    postgres.hurry(on=True)


@pytest.fixture
def api() -> Iterator[HttpServer]:
    """An account with money on it."""
    good = Answer(200, b'{"UserData": {"balance": "KZT 1785.50"}}')
    with HttpServer(lambda _request, _no: good) as server:
        yield server
