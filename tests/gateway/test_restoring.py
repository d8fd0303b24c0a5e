"""A backup becomes the database of a home again: only its own home's, only alone, and without saying anything twice."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway import backup, mixing
from gateway.backup import verified_copy
from gateway.bulletins.digest import FINAL
from gateway.daily import TALLY
from gateway.home import Home, create_home, open_home
from gateway.keys import Exported, open_export
from gateway.presence import InUse, Presence, alone
from gateway.restoring import CannotRestore, Restored, begin_anew, restore
from gateway.schedule import tick
from gateway.store import audit, jobs, states
from tests.gateway.sending import put, row
from tests.gateway.voting import CLOSES, EVENING, open_vote, receive, rows, vote
from tests.homes import MADE

DIED = EVENING + timedelta(hours=3)
NIGHT = timedelta(days=1)


def copied(home: Home, at: Any = EVENING) -> Path:
    """A backup, at some other place than the home."""
    target = home.path.parent / "copy.db"
    backup.make(home, target, at)
    return target


def exported(home: Home) -> Exported:
    sealed = home.keys.export("a long passphrase", (home.path / "config.toml").read_bytes())
    return open_export(sealed, "a long passphrase", os.urandom)


def put_back(home: Home, copy: Path, at: Any = DIED) -> tuple[Home, Restored]:
    """The home with the backup in its database's place, opened."""
    home.close()
    done = restore(home.path, copy, at, os.urandom, None)
    return open_home(home.path, os.urandom), done


def elsewhere(home: Home, copy: Path, keys: Exported | None = None) -> tuple[Home, Restored]:
    """Another card with the backup and the exported keys."""
    path = home.path.parent / "new"
    done = restore(path, copy, DIED, os.urandom, keys or exported(home))
    return open_home(path, os.urandom), done


def state(home: Home, key: str) -> str | None:
    with home.store.reading() as tx:
        return states.get(tx, key)


def test_what_came_after_the_backup_is_gone_and_lies_aside(sqlite_home: Home) -> None:
    with sqlite_home.store.transaction() as tx:
        states.put(tx, "fact", "before")
    copy = copied(sqlite_home)
    with sqlite_home.store.transaction() as tx:
        states.put(tx, "fact", "after")
    home, done = put_back(sqlite_home, copy)

    assert state(home, "fact") == "before"
    assert done.aside is not None
    with closing(sqlite3.connect(done.aside / "dauys.db")) as raw:
        assert raw.execute("SELECT value FROM gateway_state WHERE key = 'fact'").fetchone() == ("after",)
    assert not list(home.path.glob(".restoring*"))
    assert (home.path / "dauys.db").stat().st_mode & 0o777 == 0o600
    home.close()


def test_a_new_epoch_has_another_name_and_stands_in_the_audit_log(sqlite_home: Home) -> None:
    before, copy = state(sqlite_home, states.INSTANCE), copied(sqlite_home)
    home, done = put_back(sqlite_home, copy)

    assert done.epoch.number == 2
    assert done.epoch.taken_at == EVENING
    assert state(home, states.INSTANCE) not in {before, None, ""}
    with home.store.reading() as tx:
        *_, last = audit.entries(tx)
        assert last.link.entry["act"] == "restore"
        assert last.link.entry["facts"]["taken_at"] == EVENING.isoformat()
        assert audit.verify(tx, home.keys) is None
    undated = home.path.parent / "mix.db"
    verified_copy(home.store, undated)
    again, done = put_back(home, undated, DIED + NIGHT)
    assert done.epoch.number == 3
    assert done.epoch.taken_at == DIED  # its last act
    again.close()


def test_while_anybody_has_the_home_open_nothing_is_restored(sqlite_home: Home) -> None:
    copy = copied(sqlite_home)

    with pytest.raises(CannotRestore, match="stop the gateway"):
        restore(sqlite_home.path, copy, DIED, os.urandom, None)
    assert state(sqlite_home, states.EPOCH) is None


def test_while_a_restore_runs_nobody_opens_the_home(sqlite_home: Home) -> None:
    sqlite_home.close()
    keys = sqlite_home.path / "keys"

    with alone(keys), pytest.raises(InUse):
        Presence(keys)
    Presence(keys).end()


def _not_sqlite(copy: Path) -> None:
    copy.write_bytes(b"PK\3\4 a spreadsheet")


def _damaged(copy: Path) -> None:
    with copy.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * 40 * 4096)


def _cut_off(copy: Path) -> None:
    os.truncate(copy, copy.stat().st_size // 2)


def _sql(*statements: str) -> Callable[[Path], None]:
    def spoil(copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as raw, raw:
            for statement in statements:
                raw.execute(statement)

    return spoil


SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "no database at all": (_not_sqlite, "no SQLite database"),
    "another program's": (_sql("DROP TABLE audit"), "its tables are others"),
    "damaged pages": (_damaged, "copy.db"),
    "cut off": (_cut_off, "copy.db"),
    "of a newer version": (_sql("UPDATE alembic_version SET version_num = '9999'"), "newer version"),
    "another home's master key": (_sql("UPDATE gateway_state SET value = 'f' WHERE key = 'key:master.key'"), "master.key"),
    "a round whose key is not here": (_sql("INSERT INTO round (id, label, created_at) VALUES (9, 'x', 0)"), "round-9.key"),
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT)
def test_what_is_no_backup_of_this_home_changes_nothing(sqlite_home: Home, spoil: str) -> None:
    copy = copied(sqlite_home)
    sqlite_home.close()
    SPOILT[spoil][0](copy)
    before = (sqlite_home.path / "dauys.db").read_bytes()

    with pytest.raises(CannotRestore, match=SPOILT[spoil][1]):
        restore(sqlite_home.path, copy, DIED, os.urandom, None)
    assert (sqlite_home.path / "dauys.db").read_bytes() == before
    assert not list(sqlite_home.path.glob(".restoring*"))


def test_a_box_whose_clock_is_wrong_is_set_first(sqlite_home: Home) -> None:
    copy = copied(sqlite_home)
    sqlite_home.close()

    with pytest.raises(CannotRestore, match="set its clock"):
        restore(sqlite_home.path, copy, EVENING - NIGHT, os.urandom, None)


def test_a_backup_of_days_ago_leaves_the_clock_to_be_confirmed(sqlite_home: Home) -> None:
    with sqlite_home.store.transaction() as tx:
        states.see(tx, EVENING)
    home, done = put_back(sqlite_home, copied(sqlite_home), EVENING + 3 * NIGHT)

    assert done.epoch.in_doubt
    home.close()


def test_a_stranger_s_backup_is_refused_with_words(sqlite_home: Home, tmp_path: Path) -> None:
    stranger = create_home(tmp_path / "stranger", os.urandom, MADE)
    copy = copied(stranger)
    stranger.close()
    sqlite_home.close()

    with pytest.raises(CannotRestore, match=r"do not belong to this backup: master\.key, signing\.key, round-1\.key"):
        restore(sqlite_home.path, copy, DIED, os.urandom, None)


def test_an_empty_folder_becomes_the_home_with_keys_and_settings_of_the_export(sqlite_home: Home) -> None:
    copy = copied(sqlite_home)
    home, done = elsewhere(sqlite_home, copy)

    assert done.placed == ("master.key", "round-1.key", "signing.key")
    assert done.settings == "exported"
    assert home.settings.model_dump() == sqlite_home.settings.model_dump()
    assert home.keys.fingerprint == sqlite_home.keys.fingerprint
    assert {path.stat().st_mode & 0o777 for path in (home.path / "keys").iterdir()} == {0o600}
    home.close()


def test_without_the_keys_it_asks_for_their_export(sqlite_home: Home, tmp_path: Path) -> None:
    copy = copied(sqlite_home)

    with pytest.raises(CannotRestore, match="--keys EXPORT"):
        restore(tmp_path / "new", copy, DIED, os.urandom, None)
    assert not (tmp_path / "new" / "dauys.db").exists()


def test_a_raw_copy_of_a_running_database_is_taken_with_its_log(sqlite_home: Home, tmp_path: Path) -> None:
    open_vote(sqlite_home)
    with sqlite_home.store.transaction() as tx:
        states.put(tx, "fact", "in the log")
    for end in ("", "-wal"):
        shutil.copy(sqlite_home.path / f"dauys.db{end}", tmp_path / f"card.db{end}")
    home, done = elsewhere(sqlite_home, tmp_path / "card.db")

    assert state(home, "fact") == "in the log"
    assert done.epoch.taken_at is not None  # its last act
    home.close()


def test_a_damaged_database_moves_aside_with_all_that_lies_beside_it(sqlite_home: Home) -> None:
    copy = copied(sqlite_home)
    sqlite_home.close()
    (sqlite_home.path / "dauys.db").write_bytes(b"SQLite format 3\0 but nothing else")
    (sqlite_home.path / "dauys.db-wal").write_bytes(b"a log of something else")
    home, done = put_back(sqlite_home, copy)

    assert done.aside is not None
    assert sorted(path.name for path in done.aside.iterdir()) == ["dauys.db", "dauys.db-wal"]
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]
    home.close()


def test_messages_that_may_have_left_are_not_sent_again(sqlite_home: Home) -> None:
    waiting = put(sqlite_home), put(sqlite_home, priority=3, dedupe="bulletin|1"), put(sqlite_home, priority=7)
    mail = put(sqlite_home, channel="email", provider="email", dedupe="bulletin|2")
    webhook = put(sqlite_home, channel="webhook", provider="webhook", dedupe="bulletin|3")
    with sqlite_home.store.transaction() as tx:
        tx.run("UPDATE outbox SET state = 'leased', leased_until = 0, owner = 'dead' WHERE id = ?", webhook)
    home, done = put_back(sqlite_home, copied(sqlite_home))

    assert {row(home, message, "error") for message in (*waiting, mail)} == {("unknown", "restored")}
    assert row(home, webhook, "owner", "leased_until") == ("due", "", None)
    assert (done.epoch.silenced, done.epoch.kept) == (4, 1)
    home.close()


def test_days_that_may_have_been_told_are_not_told_again(sqlite_home: Home) -> None:
    paper = open_vote(sqlite_home)
    vote(sqlite_home, paper, 25)
    receive(sqlite_home, "sms", "+77010000009")
    copy = copied(sqlite_home, EVENING - timedelta(hours=1))
    tick(sqlite_home, EVENING)  # the day is told; then the card dies
    home, done = put_back(sqlite_home, copy)
    tick(home, DIED)

    assert done.epoch.skipped == 1
    assert rows(home, "SELECT 1 FROM outbox") == []
    tick(home, EVENING + NIGHT)
    assert len(rows(home, "SELECT 1 FROM outbox")) == 1
    home.close()


def test_a_closing_that_fell_into_the_lost_time_is_still_told(sqlite_home: Home) -> None:
    paper = open_vote(sqlite_home)
    vote(sqlite_home, paper, 25)
    receive(sqlite_home, "sms", "+77010000009")
    home, _ = put_back(sqlite_home, copied(sqlite_home), CLOSES + NIGHT)
    tick(home, CLOSES + NIGHT)

    with home.store.reading() as tx:
        assert FINAL in jobs.done(tx, TALLY)[paper.poll]
    assert len(rows(home, "SELECT 1 FROM outbox")) == 1
    home.close()


def test_on_the_same_box_nothing_sealed_is_lost(sqlite_home: Home) -> None:
    paper = open_vote(sqlite_home)
    vote(sqlite_home, paper, 25)
    home, done = put_back(sqlite_home, copied(sqlite_home))

    assert done.epoch.unreadable == 0
    assert rows(home, "SELECT no, state FROM batch") == [(1, "open")]
    home.close()


def test_votes_whose_key_died_are_set_aside_counted_and_audited_and_new_ones_count(sqlite_home: Home) -> None:
    paper = open_vote(sqlite_home)
    vote(sqlite_home, paper, 12, (1,))
    home, done = elsewhere(sqlite_home, copied(sqlite_home))
    vote(home, paper, 25, (2,), batch=2)

    assert done.epoch.unreadable == 12
    assert rows(home, "SELECT no, state FROM batch ORDER BY no") == [(1, "destroyed"), (2, "open")]
    batch = mixing.close(home, paper.poll, CLOSES, "box")
    assert batch is not None
    assert (batch.size, batch.unreadable) == (25, 12)
    assert rows(home, "SELECT count(*) FROM unreadable_envelope") == [(12,)]
    with home.store.reading() as tx:
        *_, last = audit.entries(tx)
        assert last.link.entry["facts"]["unreadable"] == 12
    home.close()


def test_postgresql_begins_an_epoch_where_its_own_tools_restored(postgresql_home: Home) -> None:
    waiting = put(postgresql_home)
    postgresql_home.close()

    with pytest.raises(CannotRestore, match="pg_restore"):
        restore(postgresql_home.path, postgresql_home.path / "config.toml", DIED, os.urandom, None)
    begun = begin_anew(postgresql_home.path, DIED, os.urandom)
    home = open_home(postgresql_home.path, os.urandom)
    assert begun.number == 2
    assert row(home, waiting) == ("unknown",)
    home.close()


def test_a_file_has_no_epoch_without_a_backup(sqlite_home: Home) -> None:
    sqlite_home.close()

    with pytest.raises(CannotRestore, match="dauys restore FILE"):
        begin_anew(sqlite_home.path, DIED, os.urandom)
