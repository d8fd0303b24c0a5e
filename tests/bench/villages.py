"""Homes to be measured: auls with open polls, and rolls, ballots and envelopes put straight into the database."""

import os
import random  # noqa: TID251 - invented ballots, the same at every run
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ballots import receipts
from ballots.casting import precedence
from ballots.pabulib import Election, Project
from gateway.envelopes import seal_choices
from gateway.home import DATABASE, Home, create_home
from gateway.loads.election import Terms, load_election
from gateway.outbox import seal
from gateway.store.cycles import Cycle
from gateway.store.inbox import key_of
from gateway.store.outbox import new_id
from gateway.store.types import to_micros

ROUND = 1
CHUNK = 100_000


def made(
    path: Path, auls: int = 1, proposals: int = 10, choices: int = 3, values: Mapping[str, object] | None = None
) -> tuple[Home, list[Cycle]]:
    """A home with open polls in aul 7, 8 …; voting began an hour ago, the evening is hours away."""
    at = datetime.now(UTC)
    home = create_home(path, os.urandom, at, defaults=True, values=values)
    meta = {"description": "Bench", "budget": "100000000", "max_length": str(choices), "min_length": "1"}
    projects = tuple(Project(f"P{n}", 1_000_000 * n, {"name": f"Жоба нөмірі {n}"}) for n in range(1, proposals + 1))
    election = Election(meta, projects, ())
    began = at - timedelta(hours=1)
    opened = [load_election(home, election, Terms(7 + n, opens=True), began) for n in range(auls)]
    _set_evening(home, at + timedelta(hours=3))
    return home, opened


def phone(number: int) -> str:
    """The phone that the scripts of wrk call with this number."""
    return f"+7700{number:07d}"


def enrol(home: Home, cycle: Cycle, numbers: Iterable[int], language: str = "") -> None:
    """Put phones on the roll; with a language, as if they had chosen one before."""
    phones = [phone(number) for number in numbers]
    area = cycle.place.id
    tags = sorted(home.keys.voter_tag(ROUND, one) for one in phones)
    _fill(home, "roll (round_id, tag, area_id, method)", [(ROUND, tag, area, "roll") for tag in tags])
    if language:
        rows = sorted((home.keys.phone_tag(one), language, 0) for one in phones)
        _fill(home, "phone (phone_tag, language, stopped)", rows)


def history(home: Home, cycle: Cycle, ballots: int, proposals: int = 10) -> None:
    """What so many votes leave behind after the mix: ballots, participation, receipts, ids of messages."""
    chance, poll = random.Random(ballots), cycle.poll
    codes = sorted(receipts.make(number * 31) for number in range(ballots))
    _fill(
        home,
        "ballot (poll_id, id, batch_no, choices)",
        [(poll, key, 1, _choices(chance, proposals)) for key in _keys(ballots)],
    )
    _fill(
        home,
        "participation (poll_id, tag, channel, day, state, receipt)",
        [(poll, tag, "sms", "2026-05-02", "mixed", code) for tag, code in zip(_keys(ballots), codes, strict=True)],
    )
    _fill(home, "batch_receipt (poll_id, receipt, batch_no)", [(poll, code, 1) for code in codes])
    keys = sorted(key_of("africastalking", f"ATXid_old{number}") for number in range(ballots))
    _fill(home, "inbox (key, outcome, receipt)", [(key, "accepted", "") for key in keys])


def envelopes(home: Home, cycle: Cycle, numbers: Sequence[int], proposals: int = 10) -> None:
    """Votes of these phones, sealed and waiting for the mix."""
    poll, chance = cycle.poll, random.Random(len(numbers))
    tags = sorted(home.keys.voter_tag(ROUND, phone(number)) for number in numbers)
    weight = precedence(datetime.now(UTC), "bench", change=False)
    sealed = [
        (poll, tag, 1, seal_choices(home.keys, poll, tag, 1, (1 + chance.randrange(proposals),), weight))
        for tag in tags
    ]
    _fill(
        home,
        "participation (poll_id, tag, channel, day, state, receipt)",
        [(poll, tag, "sms", "2026-05-02", "pending", receipts.make(n * 31 + 7)) for n, tag in enumerate(tags)],
    )
    _fill(home, "pending_ballot (poll_id, tag, batch_no, envelope)", sealed)


def outbox(home: Home, messages: int) -> None:
    """Replies of the last hours and every fifth an announcement, waiting for Africa's Talking."""
    now = datetime.now(UTC)
    rows = []
    for number in range(messages):
        at = now - timedelta(seconds=messages - number)
        recipient, content = seal(home.keys, phone(number), {"text": "Дауысыңыз қабылданды. Түбіртек 482 177 3529"})
        micros = [to_micros(instant) for instant in (at, now + timedelta(hours=20))]
        priority = 1 if number % 5 else 7
        rows.append((new_id(at, os.urandom), "sms", "africastalking", priority, recipient, content, "due", *micros, 0))
    columns = "id, channel, provider, priority, recipient, content, state, due_at, expires_at, tries, owner, error"
    _fill(home, f"outbox ({columns})", [(*row, "", "") for row in rows])


def evening(home: Home) -> None:
    """The evening comes: today's mix is due now."""
    _set_evening(home, datetime.now(UTC))


def count(home: Home, table: str) -> int:
    """Rows of a table."""
    with closing(_open(home)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def checkpoint(home: Home) -> None:
    """Nothing is left in the write-ahead log."""
    with closing(_open(home)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_evening(home: Home, at: datetime) -> None:
    with home.store.transaction() as tx:
        tx.run("UPDATE cycle SET tally_at = ?", f"{at.astimezone(home.settings.gateway.zone):%H:%M}")


def _choices(chance: random.Random, proposals: int) -> str:
    chosen = sorted(chance.sample(range(1, proposals + 1), chance.randint(1, 3)))
    return ",".join(map(str, chosen))


def _keys(number: int) -> list[bytes]:
    return sorted(os.urandom(16) for _ in range(number))


def _fill(home: Home, into: str, rows: Sequence[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    with closing(_open(home)) as connection:
        for start in range(0, len(rows), CHUNK):
            with connection:
                connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows[start : start + CHUNK])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(home: Home) -> sqlite3.Connection:
    return sqlite3.connect(home.path / DATABASE, timeout=60)
