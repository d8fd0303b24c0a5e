"""The audit log only grows, and any change of what it says is found."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from ballots import ledger
from gateway.errors import Unfit
from gateway.home import Home
from gateway.store import audit
from tests.homes import MADE


def three(home: Home) -> audit.Head:
    with home.store.transaction() as tx:
        audit.record(tx, home.keys, MADE, "akim", "open", poll=1, numbers=[1, 2])
        audit.record(tx, home.keys, MADE, "box", "mix", slot="2026-05-02", size=20)
        return audit.record(tx, home.keys, MADE, "akim", "close", poll=1)


def test_the_head_covers_all_entries(home: Home) -> None:
    head = three(home)

    with home.store.reading() as tx:
        assert audit.head(tx) == head
        assert head.seq == 3
        assert ledger.verify([signed.link for signed in audit.entries(tx)]) is None
        assert audit.verify(tx, home.keys) is None


def test_an_empty_log_has_the_first_head(home: Home) -> None:
    with home.store.reading() as tx:
        assert audit.head(tx) == audit.Head(0, ledger.GENESIS)
        assert audit.verify(tx, home.keys) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "UPDATE audit SET facts = '{}' WHERE seq = 2",
        "UPDATE audit SET at = at + 1 WHERE seq = 2",
        "UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 2",
        "UPDATE audit SET signature = '00' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
    ],
)
def test_whoever_drops_the_triggers_and_changes_a_row_is_found(sqlite_home: Home, change: str) -> None:
    three(sqlite_home)
    with sqlite3.connect(sqlite_home.path / "dauys.db") as raw:
        raw.execute("DROP TRIGGER audit_no_update")
        raw.execute("DROP TRIGGER audit_no_delete")
        raw.execute(change)
    raw.close()

    with sqlite_home.store.reading() as tx:
        assert audit.verify(tx, sqlite_home.keys) == 2


@pytest.mark.parametrize("number", ["+77001234567", "8 701 123 45 67", "7 700-123-4567"])
def test_a_phone_number_never_enters_the_log(sqlite_home: Home, number: str) -> None:
    with pytest.raises(Unfit, match="phone number"), sqlite_home.store.transaction() as tx:
        audit.record(tx, sqlite_home.keys, MADE, "clerk", "load roll", note=f"call {number}")


def test_writers_at_the_same_instant_make_one_chain(home: Home) -> None:
    def write(turn: int) -> None:
        with home.store.transaction() as tx:
            audit.record(tx, home.keys, MADE, "box", "turn", turn=turn)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))

    with home.store.reading() as tx:
        assert audit.head(tx).seq == 12
        assert audit.verify(tx, home.keys) is None
