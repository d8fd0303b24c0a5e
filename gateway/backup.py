"""Copies of a SQLite database: whole, checked, on the disk, and only then under their name. Which ones are kept."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from gateway.errors import Mistake
from gateway.home import Home
from gateway.keys import sync_folder
from gateway.store import states
from gateway.store.engine import Store

log = structlog.get_logger(__name__)

KEPT = 3  # copies made by mixes
UNFINISHED = ".unfinished"
HOURLY = "hourly-"
HOURLIES = f"{HOURLY}{'[0-9]' * 8}T{'[0-9]' * 6}Z.db"  # hourly-20260502T060000Z.db: names sort by time
MARGIN = 16 * 2**20  # bytes that must stay free beside a copy: the votes go on
SQLITE = b"SQLite format 3\0"


class BackupFailed(Mistake):
    """There is no sound copy; the message says why, or what SQLite found."""


def make(home: Home, target: Path, at: datetime) -> None:
    """A copy that knows when it was made, and the home remembers it. Raises BackupFailed."""
    file = home.store.file
    if file is None:
        raise BackupFailed("this database is on PostgreSQL: back it up with pg_dump or pg_basebackup")
    check_room(file, target.parent)
    verified_copy(home.store, target, at)
    with home.store.transaction() as tx:
        states.put(tx, states.BACKUP, at.isoformat())


def check_target(home: Home, target: Path) -> None:
    """Is this a place for a copy? Raises BackupFailed."""
    if not target.parent.is_dir():
        raise BackupFailed(f"{target.parent} is no folder: is the disk mounted?")
    if target.is_dir():
        raise BackupFailed(f"{target} is a folder: name a file in it")
    if home.store.file is not None and target.resolve() == home.store.file.resolve():
        raise BackupFailed(f"{target} is the database itself: name another file")
    if target.exists() and target.stat().st_size and not is_sqlite(target):
        raise BackupFailed(f"{target} exists and is no backup: it is not overwritten")


def is_sqlite(file: Path) -> bool:
    """Does the file begin like a SQLite database?"""
    with file.open("rb") as found:
        return found.read(len(SQLITE)) == SQLITE


def check_room(database: Path, folder: Path) -> None:
    """Is there room for a copy? Raises BackupFailed: a full disk would stop the votes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    needed = MARGIN + sum(
        path.stat().st_size for path in (database, database.with_name(f"{database.name}-wal")) if path.exists()
    )
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupFailed(
            f"{folder} has {free >> 20} MiB free, {needed >> 20} MiB are needed: make room, or copy less often"
        )


def scheduled(home: Home, now: datetime) -> None:
    """The copy that is due by now, and which older ones are kept. After a failure the next look tries again."""
    wanted = home.settings.backups
    if home.store.file is None or not wanted.every_minutes:
        return
    copy, before = _hourly(now), _hourly(now - timedelta(minutes=wanted.every_minutes))
    if any(before < other <= copy for other in _hourlies(home)):
        return
    try:
        make(home, home.backups / copy, now)
    except BackupFailed as error:
        log.error("The backup that was due failed", reason=str(error))  # noqa: TRY400 - a sentence for the operator
        return
    for name in superseded(_hourlies(home), copy, wanted.hourly, wanted.daily):
        (home.backups / name).unlink(missing_ok=True)


def superseded(names: Iterable[str], newest: str, hourly: int, daily: int) -> tuple[str, ...]:
    """Of hourly copies by name: all but the newest `hourly` ones and the last of each of `daily` days (UTC).

    Names after the `newest` were given by a clock that ran ahead: these copies are the oldest.
    """
    newest_first = sorted(names, key=lambda name: (name <= newest, name), reverse=True)
    last_of_day: dict[str, str] = {}
    for name in newest_first:
        last_of_day.setdefault(name.removeprefix(HOURLY)[:8], name)
    kept = {*newest_first[:hourly], *list(last_of_day.values())[:daily]}
    return tuple(name for name in reversed(newest_first) if name not in kept)


def verified_copy(store: Store, target: Path, at: datetime | None = None) -> bool:
    """Copy the database to `target`. False on PostgreSQL, which has its own backups. Raises BackupFailed.

    `at` is written into the copy.
    SQLite's backup does not fsync: so temporary name, integrity check, fsync, rename, fsync of the folder.
    """
    if store.file is None:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    with _alone_in(target.parent):
        unfinished.touch(mode=0o600)
        _copy(store.file, unfinished)
        if at is not None:
            _date(unfinished, at)
        publish(unfinished, target)
    return True


def publish(unfinished: Path, target: Path) -> None:
    """Under its name once it is on the disk."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.rename(target)
    sync_folder(target.parent)


def checked_copy(source: Path, target: Path) -> None:
    """All that a database file holds, with what stands in a write-ahead log beside it. Raises BackupFailed."""
    _copy(f"{source.resolve().as_uri()}?mode=ro", target)


def keep_newest(folder: Path, pattern: str, kept: int = KEPT) -> None:
    """Remove all but the newest `kept` files (names sort by time)."""
    for old in sorted(folder.glob(pattern))[:-kept]:
        old.unlink()


def _hourly(at: datetime) -> str:
    return f"{HOURLY}{at:%Y%m%dT%H%M%SZ}.db"


def _hourlies(home: Home) -> tuple[str, ...]:
    return tuple(path.name for path in home.backups.glob(HOURLIES))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One copy at a time, whichever process makes it; what was left unfinished is removed, before and after."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sweep(folder)
        try:
            yield
        finally:
            _sweep(folder)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    for left in folder.glob(f".*{UNFINISHED}*"):  # with SQLite's own files beside it
        left.unlink()


def _copy(source: Path | str, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(source, uri=isinstance(source, str))) as origin,
            closing(sqlite3.connect(target)) as copy,
        ):
            origin.backup(copy)
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{target.name}: {error}") from error
    if found != "ok":
        raise BackupFailed(f"{target.name}: {found}")


def _date(copy: Path, at: datetime) -> None:
    with closing(sqlite3.connect(copy)) as raw, raw:
        raw.execute("INSERT OR REPLACE INTO gateway_state (key, value) VALUES (?, ?)", (states.TAKEN, at.isoformat()))
