"""What should have happened by now: backups, messages that leave."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.clock import BACK, NO_TIME
from gateway.doctor.patient import Finding, Level, Patient
from gateway.doctor.saying import found
from gateway.store import lines, states
from gateway.store.types import from_micros, to_micros

DAY = timedelta(days=1)
RECENT = timedelta(days=3)  # what was given up earlier mends nobody any more
LATE = timedelta(hours=1)  # a reply that waits longer has lost much of its use


def check_backup(patient: Patient) -> Iterator[Finding]:
    """The last copy, and how old it is."""
    if patient.file is None:
        yield found(Level.OK, "backup_elsewhere")
        return
    with patient.reading() as tx:
        said = states.get(tx, states.BACKUP)
    every = timedelta(minutes=patient.settings.backups.every_minutes)
    if said is None:
        yield found(Level.BAD, "no_backup")
        return
    at = datetime.fromisoformat(said)
    age = patient.now - at
    if age < -BACK:
        yield found(Level.BAD, "backup_ahead", at=f"{at:%Y-%m-%d %H:%M} UTC")
    elif age > max(DAY, 3 * every):
        yield found(Level.BAD, "backup_old", age=age)
    elif every and age > 3 * every:
        yield found(Level.WARN, "backup_old", age=age)
    else:
        yield found(Level.OK, "backup_ok", age=max(age, NO_TIME))


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
        age = patient.now - line.since
        yield found(Level.BAD, "line_down", line=line.line, age=age, reason=line.reason)
    for provider, count, oldest in waiting:
        age = patient.now - from_micros(oldest)
        yield found(Level.WARN, "messages_wait", count=count, line=provider, age=age)
    for provider, count in dead:
        yield found(Level.WARN, "messages_dead", count=count, line=provider)
    if not refusing and not waiting and not dead:
        yield found(Level.OK, "outbox_ok")
