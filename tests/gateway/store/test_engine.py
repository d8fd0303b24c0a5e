"""One transaction means the same on both engines, and SQLite runs with the settings that the promise depends on."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from gateway.home import Home
from gateway.store import states
from gateway.store.engine import PRAGMAS, VOTING_LOCK, SettingsRefused, Store, Tx, connect_sqlite
from gateway.store.tables import AreaRow, StateRow


def test_every_connection_has_the_settings_that_the_promise_depends_on(sqlite_home: Home) -> None:
    raw = connect_sqlite(sqlite_home.path / "dauys.db", 2000)
    by_hand = {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    assert raw.execute("PRAGMA busy_timeout").fetchone() == (2000,)
    raw.close()
    with sqlite_home.store.transaction() as tx:
        by_the_store = {name: tx.rows(f"PRAGMA {name}")[0][0] for name in PRAGMAS}

    assert by_hand == by_the_store == {name: expected for name, (_, expected) in PRAGMAS.items()}
    assert (by_hand["synchronous"], by_hand["journal_mode"], by_hand["secure_delete"]) == (2, "wal", 1)


def test_a_database_that_does_not_take_a_setting_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="SQLite keeps journal_mode at 'memory', 'wal' is needed"):
        connect_sqlite(Path(":memory:"), 0)
    store = Store("sqlite://")
    with pytest.raises(SettingsRefused), store.reading():
        pass


@pytest.mark.parametrize("name", PRAGMAS)
def test_each_setting_is_read_back(sqlite_home: Home, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, name, (PRAGMAS[name][0], "something else"))

    with pytest.raises(SettingsRefused, match=name):
        connect_sqlite(sqlite_home.path / "dauys.db", 0)


def test_a_transaction_is_kept_whole_or_not_at_all(home: Home) -> None:
    with home.store.transaction() as tx:
        tx.session.add(StateRow(key="by the session", value="1"))
        states.put(tx, "by the driver", "1")
    with pytest.raises(ValueError, match="no"), home.store.transaction() as tx:
        tx.session.add(StateRow(key="lost", value="1"))
        tx.session.flush()
        states.put(tx, "lost, too", "1")
        raise ValueError("no")

    with home.store.reading() as tx:
        found = {key for (key,) in tx.rows("SELECT key FROM gateway_state")}
    assert found >= {"by the session", "by the driver"}
    assert not {key for key in found if key.startswith("lost")}


def test_what_is_read_in_one_go_is_of_one_moment(home: Home) -> None:
    with home.store.reading() as tx:
        before = states.get(tx, "fact")
        with home.store.transaction() as other:
            states.put(other, "fact", "new")
        assert states.get(tx, "fact") == before is None

    with home.store.reading() as tx:
        assert states.get(tx, "fact") == "new"
    with home.store.transaction() as tx:
        assert states.get(tx, "fact") == "new"


def test_rows_and_counts_are_the_same_on_both_engines(home: Home) -> None:
    with home.store.transaction() as tx:
        tx.many("INSERT INTO gateway_state (key, value) VALUES (?, ?)", [("a", "1"), ("b", "50%"), ("c", "3")])
        assert tx.run("UPDATE gateway_state SET value = ? WHERE key IN (?, ?)", "2", "a", "c") == 2
        assert tx.run("DELETE FROM gateway_state WHERE key = ?", "none") == 0
        assert tx.row("SELECT value FROM gateway_state WHERE key = ?", "b") == ("50%",)
        assert tx.row("SELECT value FROM gateway_state WHERE key = ?", "none") is None
        assert tx.rows("SELECT key, value FROM gateway_state WHERE key < ? ORDER BY key", "bb") == [
            ("a", "2"),
            ("b", "50%"),
        ]


def test_bytes_come_back_as_they_went_in(home: Home) -> None:
    content = bytes(range(256))
    with home.store.transaction() as tx:
        tx.run("INSERT INTO phone (phone_tag, language, stopped) VALUES (?, 'kk', ?)", content, True)
        (tag, stopped) = tx.row("SELECT phone_tag, stopped FROM phone") or (b"", None)

    assert (bytes(tag), bool(stopped)) == (content, True)


def test_votes_share_and_a_mix_is_alone(postgresql_home: Home) -> None:
    url = postgresql_home.store.url.set(drivername="postgresql").render_as_string(False)
    shared = f"SELECT pg_try_advisory_xact_lock_shared({VOTING_LOCK})"
    alone = f"SELECT pg_try_advisory_xact_lock({VOTING_LOCK})"

    def may(sql: str) -> bool:
        with psycopg.connect(url) as other:
            row = other.execute(sql).fetchone()
            return bool(row and row[0])

    with postgresql_home.store.transaction() as tx:
        tx.share()
        assert (may(shared), may(alone)) == (True, False)
    with postgresql_home.store.transaction() as tx:
        tx.lock()
        assert (may(shared), may(alone)) == (False, False)
    assert (may(shared), may(alone)) == (True, True)


def test_the_path_of_a_vote_has_no_session(sqlite_home: Home) -> None:
    raw = connect_sqlite(sqlite_home.path / "dauys.db", 0)

    with pytest.raises(TypeError):
        Tx(raw, "sqlite").session  # noqa: B018
    raw.close()


def test_an_error_of_the_database_tells_no_values(home: Home) -> None:
    with pytest.raises(IntegrityError) as caught, home.store.transaction() as tx:
        tx.session.add(AreaRow(code=7, kind="aul", names={"ru": "Secret"}, parent_id=99, provider="+77001234567"))
        tx.session.flush()

    assert "Secret" not in str(caught.value)
    assert "7001234567" not in str(caught.value)
