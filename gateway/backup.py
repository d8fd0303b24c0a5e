"""A verified copy of a SQLite database: whole, checked, on the disk, and only then under its name."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gateway.keys import sync_folder
from gateway.store.engine import Store

KEPT = 3  # copies made by mixes
UNFINISHED = ".unfinished"


class BackupFailed(Exception):  # noqa: N818
    """The copy is not a sound database; the message says what SQLite found."""


def verified_copy(store: Store, target: Path) -> bool:
    """Copy the database to `target`. False on PostgreSQL, which has its own backups. Raises BackupFailed.

    SQLite's backup does not fsync: so temporary name, integrity check, fsync, rename, fsync of the folder.
    """
    if store.file is None:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    with _alone_in(target.parent):
        unfinished.touch(mode=0o600)
        _copy(store.file, unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.rename(target)
        sync_folder(target.parent)
    return True


def keep_newest(folder: Path, pattern: str, kept: int = KEPT) -> None:
    """Remove all but the newest `kept` files (names sort by time)."""
    for old in sorted(folder.glob(pattern))[:-kept]:
        old.unlink()


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


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
            origin.backup(copy)
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{target.name}: {error}") from error
    if found != "ok":
        raise BackupFailed(f"{target.name}: {found}")
