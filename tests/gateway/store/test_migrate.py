"""The tables in code are the tables that the migrations make; a database is copied before it changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from ballots.model import Area, AreaKind
from gateway.home import DATABASE, BadHome, Home, open_home
from gateway.store import areas, officials, tables
from gateway.store.engine import Store, Tx
from gateway.store.migrate import _config, _connection, _copy, migrate, pending, revisions
from tests.homes import MADE

APPENDED = {
    "ballot": "INSERT INTO ballot (poll_id, id, batch_no, choices) VALUES (1, ?, 1, '3')",
    "audit": "INSERT INTO audit (seq, at, actor, act, facts, previous, hash, signature)"
    " VALUES (1, 0, 'x', ?, '{}', '', '', '')",
}


@pytest.fixture
def created(tmp_path: Path) -> Iterator[Store]:
    """Tables as the code describes them."""
    store = Store(f"sqlite:///{tmp_path / 'created.db'}")
    SQLModel.metadata.create_all(store.engine)
    yield store
    store.close()


def schema(store: Store) -> dict[str, list[str]]:
    """Name -> the parts of its SQL, in one spelling; triggers are left out."""
    with store.reading() as tx:
        rows = tx.rows("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
    return {name: _parts(sql) for name, sql in rows if name != "alembic_version"}


def _parts(sql: str) -> list[str]:
    head, _, tail = "".join(sql.split()).replace('"', "").rpartition(")")
    return [tail, *sorted(head.split(",CONSTRAINT"))]


def test_migrations_make_the_tables_that_the_code_describes(home: Home) -> None:
    assert tables.AreaRow.metadata is SQLModel.metadata
    with home.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_files_are_numbered_in_the_order_in_which_they_run() -> None:
    scripts = ScriptDirectory.from_config(_config())

    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == revisions()


def test_migrations_spell_each_table_as_the_code_does(sqlite_home: Home, created: Store) -> None:
    assert schema(sqlite_home.store) == schema(created)


@pytest.mark.parametrize("table", APPENDED)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_ballots_and_audit_can_only_grow(home: Home, table: str, change: str) -> None:
    column = {"ballot": "choices", "audit": "actor"}[table]
    with home.store.transaction() as tx:
        _poll(tx)
        tx.run(APPENDED[table], b"1" if table == "ballot" else "one")

    with pytest.raises(Exception, match="append-only"), home.store.transaction() as tx:
        tx.run(change.format(table, column, "'4'"))


def test_nobody_truncates_ballots(postgresql_home: Home) -> None:
    with pytest.raises(Exception, match="append-only"), postgresql_home.store.transaction() as tx:
        tx.run("TRUNCATE ballot")


def test_a_current_database_is_left_alone(home: Home) -> None:
    assert not pending(home.store)
    assert migrate(home.store) is None
    assert not home.backups.is_dir() or not list(home.backups.iterdir())


def test_the_copy_before_an_upgrade_holds_all_rows(sqlite_home: Home) -> None:
    copy = _copy(sqlite_home.store)
    with sqlite_home.store.reading() as tx:
        ((now,),) = tx.rows("SELECT version_num FROM alembic_version")

    assert copy == sqlite_home.backups / f"dauys-before-{now}.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as copied:
        assert copied.execute("SELECT count(*) FROM round").fetchone() == (1,)
    copied.close()


def test_an_upgrade_that_would_leave_rows_without_their_parents_changes_nothing(sqlite_home: Home) -> None:
    _to(sqlite_home.store, "0006")
    with closing(sqlite3.connect(sqlite_home.path / DATABASE)) as raw, raw:
        raw.execute("INSERT INTO batch_receipt (poll_id, receipt, batch_no) VALUES (1, '1', 1)")

    with pytest.raises(sqlite3.IntegrityError, match="without their parents in batch_receipt"):
        migrate(sqlite_home.store)
    assert pending(sqlite_home.store)


def test_a_newer_database_is_refused_in_a_sentence(home: Home) -> None:
    _pretend(home.store, "9999")
    home.close()

    with pytest.raises(BadHome, match="newer version"):
        open_home(home.path, home.randomness)


def test_officials_keep_their_areas_and_tokens_in_the_console_s_tables_and_back(home: Home) -> None:
    with home.store.transaction() as tx:
        place = areas.create(tx, Area(7, AreaKind.AUL, {"kk": "Ақбұлақ"}))
    _to(home.store, "0003")
    with home.store.transaction() as tx:
        for number, area in ((1, None), (2, place.id)):
            tx.run(
                "INSERT INTO official (id, name, role, area_id, token_hash, created_at) VALUES (?, ?, 'clerk', ?, ?, 0)",
                number,
                f"Official {number}",
                area,
                officials.digest(f"token {number}"),
            )
    _to(home.store, "head")

    with home.store.reading() as tx:
        whole, one = officials.by_token(tx, "token 1"), officials.by_token(tx, "token 2")
    assert whole is not None
    assert one is not None
    assert (whole.areas, one.areas) == (None, {place.id})
    _to(home.store, "0003")
    with home.store.reading() as tx:
        assert tx.rows("SELECT id, area_id FROM official ORDER BY id") == [(1, None), (2, place.id)]
    _to(home.store, "head")


def _to(store: Store, revision: str) -> None:
    """Bring the tables to a revision, forth or back."""
    now = revisions().index(revision) if revision != "head" else len(revisions())
    config = _config()
    with _connection(store) as connection:
        config.attributes["connection"] = connection
        (was,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
        (command.upgrade if now > revisions().index(was) else command.downgrade)(config, revision)


def _pretend(store: Store, revision: str) -> None:
    with store.transaction() as tx:
        tx.run("UPDATE alembic_version SET version_num = ?", revision)


def _poll(tx: Tx) -> None:
    tx.session.add(tables.AreaRow(code=7, kind="aul", names={}))
    tx.session.flush()
    tx.session.add(tables.CycleRow(round_id=1, area_id=1, title={}, created_at=MADE))
    tx.session.flush()
    tx.session.add(tables.PollRow(cycle_id=1))
    tx.session.flush()
