"""A home with an open vote, and thousands of phones that each choose by their number."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ballots.model import Choices, PollId
from gateway.home import Home, open_home
from gateway.store import cycles
from tests import invariants
from tests.bench import villages
from tests.bench.wrk import message
from tests.gateway.field import phone

WORD = "f"
POLL = PollId(1)
ROLL = 8_000

__all__ = ["ROLL", "check", "choice", "made", "message_id", "opened", "phone", "request"]


def made(path: Path, voters: int = ROLL) -> Home:
    """Voting began an hour ago; the evening is hours away."""
    home, (cycle,) = villages.made(path)
    villages.enrol(home, cycle, range(voters))
    return home


def copied(template: Path, path: Path) -> Path:
    """The home again, elsewhere."""
    shutil.copytree(template, path, copy_function=shutil.copyfile)
    for file in path.glob("keys/*"):
        file.chmod(0o600)
    return path


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    """The home, given back at the end."""
    home = open_home(path, os.urandom)
    try:
        yield home
    finally:
        home.close()


def choice(number: int) -> Choices:
    """What this phone votes for."""
    return (1 + number % 9,)


def message_id(number: int) -> str:
    """The id of its text."""
    return f"ATXid_{WORD}{number:024d}"


request = message
"""request(number, WORD): the call that brings its text."""


def check(home: Home, sent: Iterable[int], acknowledged: Iterable[int], said: Iterable[str] = ()) -> int:
    """I1 to I6; how many votes there are. `said` to the log, if it is not in the home."""
    votes = {phone(number): choice(number) for number in sent}
    sure = {message_id(number): phone(number) for number in acknowledged}
    with home.store.reading() as tx:
        invariants.whole(tx)
        invariants.books(tx)
        invariants.kept(tx, home, sure)
        invariants.counted_once(tx, home, POLL, votes, set(sure.values()))
        invariants.chained(tx, home)
        invariants.silent(tx, home, votes, said)
        for cycle in cycles.every(tx):
            invariants.published(tx, home, cycle.id)
        row = tx.row("SELECT count(*) FROM participation")
    return row[0] if row else 0


def now() -> datetime:
    return datetime.now(UTC)
