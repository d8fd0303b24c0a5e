"""The power fails at each step of what changes much at once: nothing is half done, and doing it again completes it.

A step is a call that changes something on the disk; from it on every call fails, and what was not fsynced is gone.
ACTS is the list: another act is one more line.
"""

import os
import random  # noqa: TID251 - seeded, and the seed is printed
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from gateway import mixing, restoring
from gateway.backup import verified_copy
from gateway.home import DATABASE, Home, create_home, open_home
from gateway.store import audit, migrate, rounds
from gateway.store.engine import Store
from tests import invariants
from tests.faults import village
from tests.faults.conftest import Disk
from tests.faults.sizes import SEED, SIZES, told
from tests.gateway.field import Field

pytestmark = pytest.mark.faults

VOTES = 24
SLOT = "2026-05-02"


@dataclass(frozen=True, slots=True)
class Act:
    """Made from a settled home; `run` may be cut off anywhere; after `run` once more `holds` must hold."""

    prepare: Callable[[Path], None]
    run: Callable[[Path], object]
    holds: Callable[[Path], None]
    between: Callable[[Path], None] = lambda _: None  # must hold at once, before anything is repeated


def voted(path: Path) -> None:
    """A home with sealed votes."""
    home = village.made(path, VOTES)
    field = Field(home)
    field.now = village.now()
    for number in range(VOTES):
        field.sms(village.phone(number), str(village.choice(number)[0]), village.message_id(number))
    field.close()
    home.close()


def at(path: Path, do: Callable[[Home], object]) -> None:
    """As a process that starts: what an earlier one left is finished first."""
    home = open_home(path, os.urandom, migrating=True)
    try:
        mixing.finish(home)
        do(home)
    finally:
        home.close()


def all_votes(path: Path, ballots: int) -> None:
    """Every vote is there once, and the mix took so many."""
    with village.opened(path) as home:
        assert village.check(home, range(VOTES), range(VOTES)) == VOTES
        with home.store.reading() as tx:
            assert tx.row("SELECT count(*) FROM ballot") == (ballots,)
            assert tx.rows("SELECT no FROM batch WHERE state = 'mixed'") == []  # the keys of what was mixed are gone
            opened = {
                f"batch-{poll}-{no}.key" for poll, no in tx.rows("SELECT poll_id, no FROM batch WHERE state = 'open'")
            }
        assert {file.name for file in home.keys.folder.glob("batch-*.key")} == opened


def copies(path: Path) -> None:
    """Whatever bears a backup's name is whole."""
    for file in (path / "backups").glob("*.db"):
        with closing(sqlite3.connect(file)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert copy.execute("SELECT count(*) FROM participation").fetchone() == (VOTES,)


def backed_up(path: Path) -> None:
    """A home with sealed votes, and a backup of it."""
    voted(path)
    at(path, lambda home: verified_copy(home.store, home.backups / "mine.db"))


def copied(path: Path) -> None:
    copies(path)
    assert (path / "backups" / "mine.db").exists()


def older(path: Path) -> None:
    """A home whose database waits for the newest migration."""
    voted(path)
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate._config()).walk_revisions()]
    if len(revisions) == 1:  # nothing older: tables are made in an empty file
        for suffix in ("", "-wal", "-shm"):
            (path / f"{DATABASE}{suffix}").unlink(missing_ok=True)
        sqlite3.connect(path / DATABASE).close()
        (path / DATABASE).touch()
        return
    store = Store(f"sqlite:///{path / DATABASE}")
    config = migrate._config()
    with migrate._connection(store) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revisions[1])
    store.close()


def migrated(path: Path) -> None:
    all_votes(path, 0)
    with village.opened(path) as home:
        assert not migrate.pending(home.store)


def made(path: Path) -> None:
    """A home that was made can be used."""
    with village.opened(path) as home, home.store.reading() as tx:
        invariants.whole(tx)
        assert rounds.current(tx).id == 1
        assert audit.verify(tx, home.keys) is None


def init(path: Path) -> None:
    if not (path / "config.toml").exists():
        create_home(path, os.urandom, village.now(), defaults=True).close()


ACTS = {
    "mix": Act(
        voted,
        lambda path: at(path, lambda home: mixing.mix(home, village.POLL, SLOT, village.now())),
        lambda path: all_votes(path, VOTES - 10),
        copies,
    ),
    "close": Act(
        voted,
        lambda path: at(path, lambda home: mixing.close(home, village.POLL, village.now(), "operator", early=True)),
        lambda path: all_votes(path, VOTES),
        copies,
    ),
    "backup": Act(
        voted,
        lambda path: at(path, lambda home: verified_copy(home.store, home.backups / "mine.db")),
        copied,
        copies,
    ),
    "restore": Act(
        backed_up,
        lambda path: restoring.restore(path, path / "backups" / "mine.db", village.now(), os.urandom, None),
        lambda path: all_votes(path, 0),
    ),
    "migrate": Act(older, lambda path: at(path, lambda _: None), migrated),
    "init": Act(lambda path: path.mkdir(), init, made),
}


@pytest.mark.parametrize("name", ACTS)
def test_the_power_fails_at_each_step(bare_disk: Disk, tmp_path: Path, said: list[str], name: str) -> None:
    act, base, home = ACTS[name], tmp_path / "base", bare_disk.home
    act.prepare(base)
    lay(bare_disk, base)
    before = bare_disk.calls()
    act.run(home)
    steps = (bare_disk.calls() - before).total()
    chance = random.Random(f"{SEED}-{name}")
    chosen = sorted(chance.sample(range(1, steps + 1), min(steps, SIZES.steps)))
    for step in chosen:
        how = chance.choice(("clean", f"torn:{SEED}-{step}"))
        lay(bare_disk, base)
        bare_disk.fail(f"any {step} EIO on")
        with suppress(Exception):
            act.run(home)
        bare_disk.fail("")
        bare_disk.cut(how)
        try:
            act.between(home)
            act.run(home)
            act.holds(home)
            silent(home, said)
        except BaseException as error:
            error.add_note(f"the power failed at step {step} of {steps}, {how}")
            raise
    told(f"{name}: power cuts at {len(chosen)} of {steps} steps")


def silent(path: Path, said: list[str]) -> None:
    """I6, whatever the act was."""
    with village.opened(path) as home, home.store.reading() as tx:
        invariants.silent(tx, home, map(village.phone, range(VOTES)), said)
    said.clear()


def lay(disk: Disk, base: Path) -> None:
    """The home as it was before, all of it durable."""
    if disk.home.exists():
        shutil.rmtree(disk.home)
    village.copied(base, disk.home)
    disk.settle()
