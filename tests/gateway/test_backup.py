"""A copy of the database has its name only once it is whole and on the disk."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway import backup
from gateway.backup import BackupFailed, check_target, keep_newest, make, scheduled, superseded, verified_copy
from gateway.home import Home
from gateway.schedule import JOBS
from gateway.store import states
from tests.gateway.test_schedule import logs as logs  # noqa: PLC0414 - a fixture is used by its name


def put(home: Home, value: str) -> None:
    with home.store.transaction() as tx:
        states.put(tx, "fact", value)


def fact(copy: Path) -> str:
    with sqlite3.connect(f"file:{copy}?mode=ro", uri=True) as raw:
        (found,) = raw.execute("SELECT value FROM gateway_state WHERE key = 'fact'").fetchone()
    raw.close()
    return str(found)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_is_one_whole_file_for_its_owner_only(sqlite_home: Home, tmp_path: Path) -> None:
    put(sqlite_home, "before")  # lies in the write-ahead log only
    target = tmp_path / "safe" / "copy.db"
    assert verified_copy(sqlite_home.store, target)
    put(sqlite_home, "after")

    assert fact(target) == "before"
    assert names(target.parent) == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700


def test_postgresql_has_backups_of_its_own(postgresql_home: Home, tmp_path: Path) -> None:
    assert not verified_copy(postgresql_home.store, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_it_is_on_the_disk_before_it_has_its_name(
    sqlite_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "safe"
    seen: list[list[str]] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (seen.append(names(folder)), fsync(descriptor)))
    verified_copy(sqlite_home.store, folder / "copy.db")

    assert seen == [[".copy.db.unfinished"], ["copy.db"]]


def test_nobody_else_may_read_it_while_it_grows(
    sqlite_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    copied = backup._copy
    monkeypatch.setattr(
        backup, "_copy", lambda source, target: (modes.append(target.stat().st_mode), copied(source, target))
    )
    verified_copy(sqlite_home.store, tmp_path / "copy.db")

    assert [mode & 0o777 for mode in modes] == [0o600]


def test_what_a_crash_left_is_cleared_away(sqlite_home: Home, tmp_path: Path) -> None:
    put(sqlite_home, "whole")
    for left in (".copy.db.unfinished", ".mix-00000007.db.unfinished", ".copy.db.unfinished-journal"):
        (tmp_path / left).write_bytes(b"half")
    (tmp_path / "mine.txt").write_bytes(b"kept")
    verified_copy(sqlite_home.store, tmp_path / "copy.db")

    assert fact(tmp_path / "copy.db") == "whole"
    assert names(tmp_path) == ["copy.db", "home", "mine.txt"]


def test_an_older_copy_stays_until_the_new_one_is_whole(sqlite_home: Home, tmp_path: Path) -> None:
    put(sqlite_home, "old")
    verified_copy(sqlite_home.store, tmp_path / "copy.db")
    put(sqlite_home, "new")
    _spoil(sqlite_home)

    with pytest.raises(BackupFailed):
        verified_copy(sqlite_home.store, tmp_path / "copy.db")
    assert fact(tmp_path / "copy.db") == "old"
    assert names(tmp_path) == ["copy.db", "home"]


def test_a_damaged_database_is_not_called_a_backup(sqlite_home: Home, tmp_path: Path) -> None:
    _spoil(sqlite_home)

    with pytest.raises(BackupFailed):
        verified_copy(sqlite_home.store, tmp_path / "copy.db")
    assert names(tmp_path) == ["home"]


def test_a_full_disk_leaves_nothing_half_done(sqlite_home: Home, tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path; from gateway.backup import *; "
        "from gateway.store.engine import Store; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (40960, 40960))\n"
        "try: verified_copy(Store('sqlite:///' + sys.argv[1]), Path(sys.argv[2]))\n"
        "except BackupFailed: sys.exit(7)"
    )
    sqlite_home.close()
    target = tmp_path / "safe" / "copy.db"
    done = subprocess.run(
        [sys.executable, "-c", script, str(sqlite_home.path / "dauys.db"), str(target)], timeout=30, check=False
    )

    assert done.returncode == 7
    assert names(target.parent) == []


def test_two_processes_that_copy_at_once_both_leave_a_whole_copy(sqlite_home: Home, tmp_path: Path) -> None:
    put(sqlite_home, "whole")
    failed: list[BaseException] = []

    def copy(number: int) -> None:
        try:
            verified_copy(sqlite_home.store, tmp_path / "safe" / f"{number % 2}.db")
        except BaseException as error:  # noqa: BLE001 - whatever a thread meets is told below
            failed.append(error)

    threads = [threading.Thread(target=copy, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert names(tmp_path / "safe") == ["0.db", "1.db"]
    assert {fact(copy) for copy in (tmp_path / "safe").iterdir()} == {"whole"}


def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    for number in range(1, 12):
        (tmp_path / f"mix-{number:08d}.db").touch()
    (tmp_path / "mine.db").touch()
    keep_newest(tmp_path, "mix-*.db")

    assert names(tmp_path) == ["mine.db", *(f"mix-{number:08d}.db" for number in (9, 10, 11))]


NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)


def hourlies(home: Home) -> list[str]:
    return sorted(path.name for path in home.backups.glob("hourly-*"))


def test_a_copy_is_due_an_hour_after_the_last_one(sqlite_home: Home) -> None:
    for minutes in (0, 5, 55, 60, 65, 185):
        scheduled(sqlite_home, NOW + timedelta(minutes=minutes))

    assert hourlies(sqlite_home) == [f"hourly-20260502T{at}00Z.db" for at in ("0600", "0700", "0905")]
    with sqlite_home.store.reading() as tx:
        assert states.get(tx, states.BACKUP) == (NOW + timedelta(minutes=185)).isoformat()


def looked(home: Home, since: datetime, passed: timedelta) -> list[str]:
    """What lies there after the schedule has looked as often as it does."""
    for look in range(passed // JOBS["backup"].every + 1):
        scheduled(home, since + look * JOBS["backup"].every)
    return hourlies(home)


def named(since: datetime, hours: Iterable[int]) -> list[str]:
    return [f"hourly-{since + timedelta(hours=hour):%Y%m%dT%H%M%SZ}.db" for hour in hours]


@pytest.fixture
def sparing(sqlite_home: Home) -> Home:
    """It keeps five hours and three days."""
    backups = sqlite_home.settings.backups.model_copy(update={"hourly": 5, "daily": 3})
    return replace(sqlite_home, settings=sqlite_home.settings.model_copy(update={"backups": backups}))


def test_after_days_a_copy_of_each_of_the_last_hours_is_left_and_the_last_of_each_day(sparing: Home) -> None:
    (sparing.backups / "mine.db").touch()
    left = looked(sparing, NOW, timedelta(days=3))

    assert left == named(NOW, [24 + 17, 48 + 17, *range(72 - 4, 72 + 1)])  # it began at 06:00
    assert (sparing.backups / "mine.db").exists()


def test_copies_of_a_clock_that_ran_ahead_are_the_oldest(sparing: Home) -> None:
    ahead = NOW.replace(year=2036)
    assert looked(sparing, ahead, timedelta(hours=9)) == named(ahead, range(5, 10))

    assert looked(sparing, NOW, timedelta(hours=2)) == [*named(NOW, range(3)), *named(ahead, (8, 9))]
    assert looked(sparing, NOW + timedelta(hours=3), timedelta(days=2)) == named(NOW, [17, 24 + 17, *range(47, 52)])


def test_a_clock_that_went_back_keeps_no_copy_from_being_made(sqlite_home: Home) -> None:
    scheduled(sqlite_home, NOW)
    scheduled(sqlite_home, NOW - timedelta(days=20_000))

    assert len(hourlies(sqlite_home)) == 2


def test_postgresql_is_not_copied_by_schedule(postgresql_home: Home) -> None:
    scheduled(postgresql_home, NOW)

    assert hourlies(postgresql_home) == []
    with pytest.raises(BackupFailed, match="pg_dump"):
        make(postgresql_home, postgresql_home.backups / "x.db", NOW)


def test_a_backup_that_fails_is_logged_and_tried_at_the_next_look(
    sqlite_home: Home, logs: list[dict[str, object]]
) -> None:
    sqlite_home.backups.rmdir()
    sqlite_home.backups.write_text("no folder")
    with pytest.raises(FileExistsError):
        scheduled(sqlite_home, NOW)
    sqlite_home.backups.unlink()
    _spoil(sqlite_home)
    scheduled(sqlite_home, NOW)

    assert [log["event"] for log in logs] == ["The backup that was due failed"]
    assert hourlies(sqlite_home) == []


def test_it_is_not_made_where_votes_would_find_no_room(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "MARGIN", 2**60)

    with pytest.raises(BackupFailed, match="make room"):
        make(sqlite_home, sqlite_home.backups / "x.db", NOW)


def test_the_newest_and_the_last_of_each_day_are_kept() -> None:
    hours = [NOW + timedelta(hours=hour) for hour in range(24 * 12)]
    names = [f"hourly-{at:%Y%m%dT%H%M%SZ}.db" for at in hours]
    kept = [name for name in names if name not in superseded(names, names[-1], 24, 7)]

    assert kept[-24:] == names[-24:]
    assert kept[:-24] == [f"hourly-202605{day:02}T230000Z.db" for day in range(8, 13)]
    assert superseded(names, names[-1], 1, 0) == tuple(names[:-1])
    assert [superseded(names[:few], names[-1], 24, 7) for few in (0, 1, 20, 24)] == [()] * 4


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dauys.db", "the database itself"),
        ("config.toml", "not overwritten"),
        ("keys", "is a folder"),
        ("nowhere/copy.db", "is the disk mounted"),
    ],
)
def test_a_backup_overwrites_nothing_but_a_backup(sqlite_home: Home, name: str, said: str) -> None:
    with pytest.raises(BackupFailed, match=said):
        check_target(sqlite_home, sqlite_home.path / name)


def _spoil(home: Home) -> None:
    """Overwrite every page after the second."""
    with sqlite3.connect(home.path / "dauys.db") as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with (home.path / "dauys.db").open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * 40 * 4096)
