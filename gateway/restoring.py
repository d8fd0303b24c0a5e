"""A backup becomes the database of a home again. Whatever step is cut off, the same command finishes it.

 1 the backup is copied beside the database and checked   .restoring.db
 2 its keys are here, or come from their export           keys/, config.toml
 3 a new epoch begins in the copy                         gateway.epoch
 4 what was there moves aside, database first             backups/before-restore-…/
 5 the copy gets the database's name

Between 4 and 5 there is no database, and every command says so; never one with another's write-ahead log.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway import epoch
from gateway.backup import BackupFailed, check_room, checked_copy, is_sqlite, publish
from gateway.clock import BACK
from gateway.epoch import Epoch
from gateway.errors import Mistake
from gateway.home import DATABASE, FOLDERS, Home, fresh_settings, write_config
from gateway.keys import Exported, Keyring, Randomness, key_check, place_keys, sync_folder
from gateway.presence import InUse, Presence, alone
from gateway.settings import load
from gateway.store import keychecks, migrate
from gateway.store.engine import Store

COPY = ".restoring.db"
ASIDE = "before-restore-"
BESIDE = ("-wal", "-shm", "-journal")  # SQLite's own files beside a database


class CannotRestore(Mistake):
    """Nothing was changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    epoch: Epoch
    aside: Path | None  # where the former database lies
    placed: tuple[str, ...]  # keys that came from the export
    settings: str  # kept, exported or fresh: where config.toml comes from


def restore(path: Path, source: Path, at: datetime, randomness: Randomness, exported: Exported | None) -> Restored:
    """Put the backup `source` in the place of the home's database. Raises CannotRestore, BadSettings."""
    keys = path / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with alone(keys), _cleared(path):
            return _restore(path, source, at, randomness, exported)
    except InUse as error:
        raise CannotRestore(
            f"{path} is in use: stop the gateway (and any other dauys command) first, so that no vote comes in between"
        ) from error
    except BackupFailed as error:
        raise CannotRestore(f"{source}: {error}") from error


def begin_anew(path: Path, at: datetime, randomness: Randomness) -> Epoch:
    """A new epoch of a PostgreSQL database that its own tools have restored. Raises CannotRestore, BadSettings."""
    url = load(path).database.url
    if not url:
        raise CannotRestore("this database is a file: dauys restore FILE puts a backup in its place")
    store = Store(url)
    try:
        with alone(path / "keys"):
            _check_keys(store, path / "keys", None)
            return _begin(path, store, at, randomness)
    except InUse as error:
        raise CannotRestore(f"{path} is in use: stop the gateway first") from error
    finally:
        store.close()


def _restore(path: Path, source: Path, at: datetime, randomness: Randomness, exported: Exported | None) -> Restored:
    copy = path / COPY
    _check_engine(path)
    _fetch(source, copy)
    store = Store(f"sqlite:///{copy}")
    try:
        _check_ours(store, source)
        _check_clock(store, at)
        _check_keys(store, path / "keys", exported)
        placed, settings = _place(path, exported, randomness)
        _check_engine(path)
        migrate.upgrade(store)
        begun = _begin(path, store, at, randomness)
    finally:
        store.close()
    _fold(copy)
    aside = _set_aside(path)
    publish(copy, path / DATABASE)
    return Restored(begun, aside, placed, settings)


def _check_engine(path: Path) -> None:
    if (path / "config.toml").exists() and load(path).database.url:
        raise CannotRestore("this database is on PostgreSQL: restore it with pg_restore, and run: dauys epoch")


def _fetch(source: Path, copy: Path) -> None:
    if not source.is_file() or not is_sqlite(source):
        raise CannotRestore(f"{source} is no backup of Dauys: it is no SQLite database")
    check_room(source, copy.parent)
    copy.touch(mode=0o600)
    checked_copy(source, copy)


def _check_ours(store: Store, source: Path) -> None:
    """Is it a gateway's database, sound, and no newer than this program?"""
    with closing(sqlite3.connect(str(store.file))) as raw:
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if not {"alembic_version", "gateway_state", "participation", "audit"} <= tables:
            raise CannotRestore(f"{source} is no backup of Dauys: its tables are others")
        if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise CannotRestore(f"{source} is damaged: rows are missing that others refer to")
    try:
        migrate.pending(store)
    except migrate.NewerDatabase as error:
        raise CannotRestore(f"{source}: {error}") from error


def _check_clock(store: Store, at: datetime) -> None:
    """What is due, and what was told, is judged by the clock: it must not be wrong now."""
    with store.reading() as tx:
        taken = epoch.taken_at(tx)
    if taken is not None and at < taken - BACK:
        raise CannotRestore(
            f"this box says {at:%Y-%m-%d %H:%M} UTC, but the backup is of {taken:%Y-%m-%d %H:%M}: set its clock"
        )


def _check_keys(store: Store, folder: Path, exported: Exported | None) -> None:
    """Do the keys that are here, or else the exported ones, belong to this database, and are they all there?"""
    offered = dict(exported.keys) if exported else {}
    held = offered | {file.name: file.read_bytes() for file in folder.glob("*.key")}
    with store.reading() as tx:
        fit = keychecks.compare(tx, {name: key_check(key) for name, key in held.items()})
    if fit.foreign:
        raise CannotRestore(
            f"the keys do not belong to this backup: {', '.join(fit.foreign)}. Restore into an empty folder, "
            "with the export of the keys that were there: dauys --home DIR restore FILE --keys EXPORT"
        )
    if fit.missing:
        raise CannotRestore(
            f"keys are missing: {', '.join(fit.missing)}. Without them no phone is recognised. "
            "Give their export: --keys EXPORT" + (" (this one does not hold them)" if exported else "")
        )


def _place(path: Path, exported: Exported | None, randomness: Randomness) -> tuple[tuple[str, ...], str]:
    """Keys and settings that are not here yet."""
    for name in FOLDERS:
        (path / name).mkdir(mode=0o700, exist_ok=True)
    placed = tuple(place_keys(exported.keys, path / "keys")) if exported else ()
    config = path / "config.toml"
    if config.exists():
        return placed, "kept"
    if exported and exported.settings:
        write_config(config, exported.settings.decode())
        return placed, "exported"
    write_config(config, fresh_settings(randomness, {}, enabled=False))
    return placed, "fresh"


def _begin(path: Path, store: Store, at: datetime, randomness: Randomness) -> Epoch:
    presence = Presence(path)  # of the folder itself: that of the keys is ours alone
    home = Home(path, load(path), Keyring(path / "keys", randomness), store, presence, randomness)
    try:
        with store.transaction() as tx:
            keychecks.remember(tx, home.keys)
            return epoch.begin(tx, home, at)
    finally:
        presence.end()


def _fold(database: Path) -> None:
    """One file, without a write-ahead log beside it."""
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


def _set_aside(path: Path) -> Path | None:
    """The former database, unchanged, the file itself first: without it nobody opens what is left. None if none was."""
    database = path / DATABASE
    there = [file for file in (database, *(path / f"{DATABASE}{end}" for end in BESIDE)) if file.exists()]
    if not there:
        return None
    folder = _aside(path / "backups", begun=not database.exists())
    for file in there:
        file.rename(folder / file.name)
        for changed in (folder, path):
            sync_folder(changed)
    return folder


def _aside(backups: Path, *, begun: bool) -> Path:
    """A new folder; what a restore that was cut off has begun to move is completed in its own."""
    folders = sorted(backups.glob(f"{ASIDE}[0-9][0-9][0-9]"))
    if begun and folders:
        return folders[-1]
    number = max((int(folder.name.removeprefix(ASIDE)) for folder in folders), default=0) + 1
    folder = backups / f"{ASIDE}{number:03}"
    folder.mkdir(mode=0o700)
    return folder


@contextmanager
def _cleared(path: Path) -> Iterator[None]:
    """Nothing half done lies about, before and after."""
    _clear(path)
    try:
        yield
    finally:
        _clear(path)


def _clear(path: Path) -> None:
    for left in path.glob(f"{COPY}*"):
        left.unlink()
