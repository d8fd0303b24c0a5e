"""A verified copy of a SQLite database: whole, checked, on the disk, and only then under its name."""

import os
import sqlite3
from pathlib import Path

from gateway.store.engine import Store

KEPT = 3  # copies made by mixes


class BackupFailed(Exception):  # noqa: N818
    """The copy is not a sound database; the message says what SQLite found."""


def verified_copy(store: Store, target: Path) -> bool:
    """Copy the database to `target`. False on PostgreSQL, which has its own backups. Raises BackupFailed.

    SQLite's backup does not fsync: so temporary name, integrity check, fsync, rename, fsync of the folder.
    """
    if store.file is None:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
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


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path) -> None:
    origin, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        origin.backup(copy)
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise BackupFailed(f"{target.name}: {found}")
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
        origin.close()
    target.chmod(0o600)
