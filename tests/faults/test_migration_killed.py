"""kill -9 at each step of a migration: no vote is lost, nothing is half migrated, and the next start finishes the work."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from gateway.home import DATABASE, open_home
from gateway.store import migrate
from tests.faults import village
from tests.faults.forked import FORKS
from tests.faults.test_steps import VOTES, all_votes, copies, older
from tests.gateway.killed import after, before

pytestmark = pytest.mark.faults

POINTS: dict[str, Callable[[], None]] = {
    "before the copy": before(migrate, "_copy"),
    "copied, not checked": before(migrate, "_check"),
    "copied, without its name": after(migrate, "_check"),
    "the copy has its name": after(migrate, "_copy"),
    "tables are changed, not committed": after(command, "upgrade"),
    "committed": after(migrate, "upgrade"),
}


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with sealed votes whose database waits for the newest migration."""
    path = tmp_path_factory.mktemp("older") / "home"
    older(path)
    return path


def start(home: Path, point: str) -> None:
    POINTS.get(point, lambda: None)()
    open_home(home, os.urandom, migrating=True).close()


def ended(home: Path, point: str) -> int | None:
    process = FORKS.Process(target=start, args=(home, point))
    process.start()
    process.join(60)
    return process.exitcode


def revision(home: Path) -> str:
    """Of tables with all votes in them."""
    with closing(sqlite3.connect(home / DATABASE)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT count(*) FROM pending_ballot").fetchone() == (VOTES,)
        return str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("point", POINTS)
def test_a_migration_cut_off_is_finished_by_the_next_start(waiting: Path, tmp_path: Path, point: str) -> None:
    home = village.copied(waiting, tmp_path / "home")
    before_it, newest = migrate.revisions()[-2:]
    assert revision(home) == before_it

    assert ended(home, point) == -9
    assert revision(home) == (newest if point == "committed" else before_it)
    copies(home)
    assert ended(home, "never") == 0
    assert revision(home) == newest
    all_votes(home, 0)
    copies(home)
    assert [file.name for file in (home / "backups").iterdir()] == [f"dauys-before-{before_it}.db"]
