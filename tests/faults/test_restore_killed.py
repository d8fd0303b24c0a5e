"""kill -9 at each step of a backup and of a restore: what was there stays, and the same command finishes the work."""

import multiprocessing
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import backup, epoch, restoring
from gateway.home import BadHome, Home, open_home
from gateway.keys import open_export
from gateway.settings import BadSettings
from gateway.store import keychecks, migrate, states
from tests import invariants
from tests.gateway.killed import after, before
from tests.gateway.voting import EVENING, open_vote, rows, vote

pytestmark = pytest.mark.faults

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.test_restore_killed"])
PASSPHRASE = "a long passphrase"

BACKUP: dict[str, Callable[[], None]] = {
    "before the copy": before(backup, "_copy"),
    "copied, not dated": after(backup, "_copy"),
    "dated, not on the disk": after(backup, "_date"),
    "on the disk, without its name": before(backup.Path, "rename"),
    "named, not remembered": after(backup, "publish"),
}

RESTORE: dict[str, Callable[[], None]] = {
    "copied, not checked": after(restoring, "_fetch"),
    "checked": after(restoring, "_check_keys"),
    "keys are in, settings are not": after(restoring, "place_keys"),
    "settings are in": after(restoring, "_place"),
    "migrated": after(migrate, "upgrade"),
    "the epoch is begun, not committed": after(epoch, "begin"),
    "a batch's key is made, its batch is not": before(epoch.ballots, "begin_batch"),
    "the epoch is committed": after(restoring, "_begin"),
    "one file": after(restoring, "_fold"),
    "the former database has moved, its log has not": before(restoring, "sync_folder"),
    "nothing is in its place": after(restoring, "_set_aside"),
    "in its place": after(restoring, "publish"),
}


def make(home_path: Path, target: Path, point: str) -> None:
    BACKUP.get(point, lambda: None)()
    home = open_home(home_path, os.urandom)
    backup.make(home, target, EVENING)
    home.close()


def put_back(home_path: Path, copy: Path, export: bytes, point: str) -> None:
    RESTORE.get(point, lambda: None)()
    exported = open_export(export, PASSPHRASE, os.urandom) if export else None
    restoring.restore(home_path, copy, EVENING + timedelta(hours=1), os.urandom, exported)


def ended(target: Callable[..., None], *arguments: object) -> int | None:
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


def fact(database: Path) -> str:
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return str(raw.execute("SELECT value FROM gateway_state WHERE key = 'fact'").fetchone()[0])


def remember(home: Home, value: str) -> None:
    with home.store.transaction() as tx:
        states.put(tx, "fact", value)


@pytest.mark.parametrize("point", BACKUP)
def test_a_backup_cut_off_leaves_the_older_one_and_is_made_again(sqlite_home: Home, tmp_path: Path, point: str) -> None:
    folder = tmp_path / "safe"
    folder.mkdir()
    target = folder / "copy.db"
    remember(sqlite_home, "older")
    backup.make(sqlite_home, target, EVENING)
    remember(sqlite_home, "newer")

    assert ended(make, sqlite_home.path, target, point) == -9
    assert fact(target) == ("newer" if point == "named, not remembered" else "older")
    assert ended(make, sqlite_home.path, target, "never") == 0
    assert fact(target) == "newer"
    assert [path.name for path in folder.iterdir()] == ["copy.db"]


CASES = [
    pytest.param(point, new, id=f"{point}, {'new' if new else 'same'} box")
    for point in RESTORE
    for new in (False, True)
    if {"keys are in, settings are not": True, "the former database has moved, its log has not": False}.get(point, new)
    == new
]


@pytest.mark.parametrize(("point", "new"), CASES)
def test_a_restore_cut_off_is_finished_by_the_same_command(
    sqlite_home: Home, tmp_path: Path, point: str, new: bool
) -> None:
    paper = open_vote(sqlite_home)
    vote(sqlite_home, paper, 12)
    remember(sqlite_home, "in the backup")
    copy = tmp_path / "copy.db"
    backup.make(sqlite_home, copy, EVENING)
    export = sqlite_home.keys.export(PASSPHRASE, (sqlite_home.path / "config.toml").read_bytes()) if new else b""
    remember(sqlite_home, "later")
    if not new:
        (sqlite_home.path / "keys" / "batch-1-1.key").unlink()
    path = tmp_path / "new" if new else sqlite_home.path
    sqlite_home.presence.end()

    assert ended(put_back, path, copy, export, point) == -9
    _nothing_is_mixed_up(path, point, new=new)
    assert ended(put_back, path, copy, export, "never") == 0

    home = open_home(path, os.urandom)
    assert fact(path / "dauys.db") == "in the backup"
    assert not list(path.glob(".restoring*"))
    with home.store.reading() as tx:
        assert states.get(tx, states.EPOCH) == "2"
        assert keychecks.compare(tx, {name: home.keys.check(name) for name in home.keys.names()}).whole
        invariants.whole(tx)
        invariants.books(tx)
        invariants.chained(tx, home)
        invariants.silent(tx, home, ())
    assert rows(home, "SELECT count(*) FROM pending_ballot") == [(12,)]
    ((last,),) = rows(home, "SELECT max(no) FROM batch WHERE state = 'open'")
    assert home.keys.has_batch(paper.poll, last)
    home.close()
    aside = [fact(folder / "dauys.db") for folder in path.glob("backups/before-restore-*") if list(folder.iterdir())]
    assert set(aside) == ({"later"} if not new else set()) | ({"in the backup"} if point == "in its place" else set())


def _nothing_is_mixed_up(path: Path, point: str, *, new: bool) -> None:
    """What stands under the database's name is the whole old one, the whole new one, or nothing; and it is said."""
    database = path / "dauys.db"
    if point == "in its place":
        assert fact(database) == "in the backup"
    elif database.exists():
        assert not new
        assert fact(database) == "later"
    else:
        with pytest.raises((BadHome, BadSettings), match=r"dauys restore|no Dauys home"):
            open_home(path, os.urandom)
