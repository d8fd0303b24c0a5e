"""The database: the settings that the promise depends on, its version, its soundness."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy.exc import OperationalError

from gateway.doctor.patient import Finding, Level, Patient
from gateway.store import migrate
from gateway.store.engine import PRAGMAS, SettingsRefused, Store, connect_sqlite

PATIENCE = 2000  # milliseconds
RESTORE = "restore the last good backup: dauys restore FILE"
UNFIT: dict[type[Exception], str] = {
    SettingsRefused: "put the home on a disk of this box that can be written: no share, no card that is read-only",
    sqlite3.OperationalError: "end what else holds dauys.db; see that the disk can be written",
    sqlite3.DatabaseError: f"stop the gateway; {RESTORE}",
}
"""What SQLite refuses -> how to mend it; the first that fits."""
NEEDED = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}  # PostgreSQL's durability
OLDEST = 15  # PostgreSQL


def check_settings(patient: Patient) -> Iterator[Finding]:
    """Set and read back, as at every start."""
    if patient.file is None:
        yield from _postgresql(patient)
        return
    if not patient.file.exists():
        yield Finding(Level.BAD, f"{patient.file} is missing", RESTORE)
        return
    mode = patient.file.stat().st_mode & 0o777
    if mode & 0o077:
        yield Finding(Level.BAD, f"others may read the database ({mode:04o})", f"chmod 600 {patient.file}*")
    try:
        connect_sqlite(patient.file, PATIENCE).close()
    except tuple(UNFIT) as error:
        mend = next(mend for kind, mend in UNFIT.items() if isinstance(error, kind))
        yield Finding(Level.BAD, f"the database cannot be used: {error}", mend)
        return
    kept = ", ".join(f"{name}={value}" for name, (value, _) in PRAGMAS.items())
    yield Finding(Level.OK, f"SQLite {sqlite3.sqlite_version} keeps {kept}")


def check_migrations(patient: Patient) -> Iterator[Finding]:
    """Its tables are those of this version."""
    if patient.file is not None and not patient.file.exists():
        return
    with closing(Store(patient.url, busy_timeout=PATIENCE)) as store:
        try:
            waits = migrate.pending(store)
        except migrate.NewerDatabase as error:
            yield Finding(Level.BAD, str(error), "install the version that wrote it")
            return
    if waits:
        yield Finding(Level.BAD, "the database waits for a migration", "dauys backup FILE, then restart dauys serve")
    else:
        yield Finding(Level.OK, "the tables are those of this version")


def check_integrity(patient: Patient) -> Iterator[Finding]:
    """Every page of the file can be read, and no row misses its parent."""
    if patient.file is None or not patient.file.exists():
        return
    with patient.reading() as tx:
        said = [str(row[0]) for row in tx.rows("PRAGMA quick_check(3)")]
        orphans = tx.row("PRAGMA foreign_key_check")
    if said != ["ok"]:
        yield Finding(Level.BAD, f"the database is damaged: {said[0]}", f"stop the gateway; {RESTORE}")
    elif orphans is not None:
        yield Finding(Level.BAD, f"rows of {orphans[0]} miss what they refer to", f"stop the gateway; {RESTORE}")
    else:
        yield Finding(Level.OK, "every page can be read")


def _postgresql(patient: Patient) -> Iterator[Finding]:
    try:
        found = _shown(patient)
    except OperationalError as error:
        said = str(error.orig).splitlines()[0]
        yield Finding(
            Level.BAD, f"PostgreSQL is not reached: {said}", "see that it runs, and that database.url leads there"
        )
        return
    wrong = [f"{name}={found[name]}" for name, value in NEEDED.items() if found[name] != value]
    version = int((re.match(r"\d+", found["server_version"]) or ["0"])[0])
    if wrong:
        yield Finding(Level.BAD, f"PostgreSQL may lose acknowledged votes: {', '.join(wrong)}", "set them to on")
    elif version < OLDEST:
        yield Finding(Level.WARN, f"PostgreSQL {found['server_version']}", f"version {OLDEST} or newer is needed")
    else:
        yield Finding(Level.OK, f"PostgreSQL {found['server_version']} writes through to the disk")


def _shown(patient: Patient) -> dict[str, str]:
    with patient.reading() as tx:
        return {name: str(tx.rows(f"SHOW {name}")[0][0]) for name in (*NEEDED, "server_version")}
