"""What should have happened by now: backups, messages that leave."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.doctor.patient import Finding, Level, Patient
from gateway.store import lines, states
from gateway.store.types import from_micros, to_micros

DAY = timedelta(days=1)
RECENT = timedelta(days=3)  # what was given up earlier mends nobody any more
LATE = timedelta(hours=1)  # a reply that waits longer has lost much of its use


def check_backup(patient: Patient) -> Iterator[Finding]:
    """The last copy, and how old it is."""
    if patient.file is None:
        yield Finding(Level.OK, "PostgreSQL is backed up by its own tools: see that pg_dump or pg_basebackup runs")
        return
    with patient.reading() as tx:
        said = states.get(tx, states.BACKUP)
    every = timedelta(minutes=patient.settings.backups.every_minutes)
    mend = "dauys backup FILE; while dauys serve runs, copies are made by schedule"
    if said is None:
        yield Finding(Level.BAD, "there is no backup yet", mend)
        return
    age = patient.now - datetime.fromisoformat(said)
    told = f"the last backup is {_hours(age)} old"
    if age > max(DAY, 3 * every):
        yield Finding(Level.BAD, told, mend)
    elif every and age > 3 * every:
        yield Finding(Level.WARN, told, mend)
    else:
        yield Finding(Level.OK, told)


def check_outbox(patient: Patient) -> Iterator[Finding]:
    """Accounts that refuse, messages that wait long or will never leave."""
    late = to_micros(patient.now - LATE)
    with patient.reading() as tx:
        refusing = lines.every(tx)
        waiting = tx.rows(
            "SELECT provider, count(*), min(due_at) FROM outbox WHERE state IN ('due', 'leased') AND due_at < ? "
            "GROUP BY provider ORDER BY provider",
            late,
        )
        dead = tx.rows(
            "SELECT provider, count(*) FROM outbox WHERE state = 'dead' AND expires_at > ? "
            "GROUP BY provider ORDER BY provider",
            to_micros(patient.now - RECENT),
        )
    for line in refusing:
        age = _hours(patient.now - line.since)
        yield Finding(
            Level.BAD,
            f"{line.line} takes no message since {age}: {line.reason}",
            "see dauys outbox",
        )
    for provider, count, oldest in waiting:
        age = _hours(patient.now - from_micros(oldest))
        yield Finding(Level.WARN, f"{count} messages wait for {provider}, the oldest for {age}", "see dauys outbox")
    for provider, count in dead:
        yield Finding(Level.WARN, f"{count} messages of {provider} will never leave", "dauys outbox says why")
    if not refusing and not waiting and not dead:
        yield Finding(Level.OK, "no message waits longer than an hour, none was given up lately")


def _hours(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
