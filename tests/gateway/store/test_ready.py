"""Votes that are ready: any number of them is one commit; one that is void harms no other; a refusal loses nothing."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from gateway.home import Home
from gateway.store import ready, states, writer
from gateway.store.engine import Tx, connect_sqlite
from gateway.store.ready import Ready
from gateway.store.writer import CannotCommit, OutcomeUnknown, SqliteBooks, Work
from tests.gateway.store.villages import aul, opened


class Desk:
    """A running gateway's way of votes, and one paper that is voted on."""

    def __init__(self, home: Home) -> None:
        assert home.store.file is not None
        aul(home)
        self.home, self.paper, self.unknown = home, opened(home), 0
        self.runner = asyncio.Runner()
        self.books: Any = SqliteBooks(home.store.file, self._note, patience=0.02)
        self.otherwise: list[Ready] = []  # which were answered in the transaction, after all
        self.statements: set[str] = set()

    def _note(self) -> None:
        self.unknown += 1

    def vote(self, number: int, **changes: Any) -> Ready:
        """As voter `number` casts it."""
        with self.home.store.reading() as tx:
            version = states.catalogue_version(tx)
        name = b"%016d" % number
        usual: dict[str, Any] = {
            "version": version,
            "key": name,
            "poll": self.paper.poll,
            "tag": name,
            "day": "2026-05-02",
            "receipt": f"{number:010d}",
            "batch": 1,
            "envelope": b"sealed",
            "phone_tag": name,
            "language": None,
            "reply": number,
            "provider": "console",
            "recipient": b"sealed",
            "content": b"sealed",
            "due_at": 1,
            "expires_at": 2,
            "echoes": False,
        }
        return Ready(**usual | changes)

    def keep(self, votes: Iterable[Ready], *works: Work[Any]) -> list[Any]:
        """All at once, with other works; what each was told, or the kind of what was raised."""

        def other(vote: Ready) -> Work[bool]:
            def work(_tx: Tx) -> bool:
                self.otherwise.append(vote)
                return False

            return work

        async def keeping() -> list[Any]:
            waiting = [*(self.books.keep(vote, other(vote)) for vote in votes), *map(self.books.write, works)]
            return await asyncio.gather(*waiting, return_exceptions=True)

        told = self.runner.run(keeping())
        return [type(one) if isinstance(one, BaseException) else one for one in told]

    def trace(self) -> None:
        """Note what the writing connection executes from now on; SQLite tells a statement for each act of its trigger."""
        self.books._writer.set_trace_callback(self.statements.add)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.home.store.reading() as tx:
            return tx.rows(sql)

    def voted(self) -> int:
        """How many have; with each vote there is all that belongs to it."""
        counts = {
            self.rows(f"SELECT count(*) FROM {table}")[0][0]
            for table in ("participation", "pending_ballot", "inbox", "outbox")
        }
        assert len(counts) == 1
        return int(counts.pop())

    def close(self) -> None:
        self.runner.run(self.books.close())
        self.runner.close()


@pytest.fixture
def desk(sqlite_home: Home) -> Iterator[Desk]:
    laid = Desk(sqlite_home)
    yield laid
    laid.close()


def test_each_row_is_what_its_columns_say(desk: Desk) -> None:
    assert desk.keep([desk.vote(1), desk.vote(2, language="ru", echoes=True)]) == [True, True]

    one, two = b"%016d" % 1, b"%016d" % 2
    poll = desk.paper.poll
    assert desk.rows("SELECT * FROM participation") == [
        (poll, one, "sms", "2026-05-02", "pending", "0000000001"),
        (poll, two, "sms", "2026-05-02", "pending", "0000000002"),
    ]
    assert desk.rows("SELECT * FROM pending_ballot") == [(poll, one, 1, b"sealed"), (poll, two, 1, b"sealed")]
    assert desk.rows("SELECT * FROM inbox") == [(one, "accepted", "0000000001"), (two, "accepted", "0000000002")]
    assert desk.rows("SELECT * FROM phone") == [(two, "ru", 0)]
    due = "SELECT id, channel, provider, priority, poll_id, tag, state, due_at, expires_at, tries, doubtful FROM outbox"
    assert desk.rows(due) == [
        (1, "sms", "console", 1, None, None, "due", 1, 2, 0, 0),
        (2, "sms", "console", 1, poll, two, "due", 1, 2, 0, 0),
    ]


def test_many_votes_are_few_statements_each_its_own_commit(desk: Desk) -> None:
    many = [desk.vote(number) for number in range(1, 3 * writer.AT_ONCE + 1)]
    desk.trace()

    assert desk.keep(many) == [True] * len(many)
    assert desk.voted() == len(many)
    assert [text.split(" VALUES")[0] for text in desk.statements] == ["INSERT INTO ready"] * 3


@pytest.mark.parametrize(
    "clash",
    [
        pytest.param({"tag": b"%016d" % 1}, id="has voted"),
        pytest.param({"key": b"%016d" % 1}, id="was taken before"),
        pytest.param({"receipt": "0000000001"}, id="receipt is taken"),
        pytest.param({"reply": 1}, id="reply's id is taken"),
        pytest.param({"version": 999}, id="another catalogue"),
        pytest.param({"poll": 999}, id="no such poll"),
    ],
)
@pytest.mark.parametrize("beside", [(), (lambda tx: states.put(tx, "fact", "x"),)], ids=["alone", "beside a work"])
def test_a_void_vote_is_answered_otherwise_and_harms_no_other(
    desk: Desk, clash: dict[str, Any], beside: tuple[Work[None], ...]
) -> None:
    assert desk.keep([desk.vote(1)]) == [True]

    void = desk.vote(3, **clash)
    told = desk.keep([desk.vote(2), void, desk.vote(4)], *beside)

    assert told == [True, False, True, *[None] * len(beside)]
    assert desk.otherwise == [void]
    assert desk.voted() == 3


def test_the_same_phone_twice_in_one_statement_is_one_vote(desk: Desk) -> None:
    second = desk.vote(2, tag=b"%016d" % 1)
    told = desk.keep([desk.vote(1), second])

    assert (told, desk.otherwise, desk.voted()) == ([True, False], [second], 1)


def test_another_writer_is_waited_for_and_then_told(desk: Desk) -> None:
    other = connect_sqlite(desk.home.path / "dauys.db", 0)
    other.execute("BEGIN IMMEDIATE")

    assert desk.keep([desk.vote(1), desk.vote(2)]) == [CannotCommit] * 2
    other.execute("ROLLBACK")
    other.close()
    assert (desk.voted(), desk.unknown) == (0, 0)
    assert desk.keep([desk.vote(1)]) == [True]


def test_a_full_disk_takes_nothing_and_goes_on_when_there_is_space(desk: Desk) -> None:
    raw = desk.books._writer
    raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0] + 2}")
    large = {"content": b"x" * 20_000}

    assert set(desk.keep([desk.vote(number, **large) for number in range(1, 6)])) == {CannotCommit}
    assert (desk.voted(), desk.unknown) == (0, 0)
    raw.execute("PRAGMA max_page_count = 100000")
    assert desk.keep([desk.vote(number, **large) for number in range(1, 6)]) == [True] * 5


def test_a_failure_of_which_nobody_can_tell_ends_all_writing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> bool:
        error = sqlite3.OperationalError("the disk has spoken")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    monkeypatch.setattr(ready, "keep", broken)

    assert desk.keep([desk.vote(1), desk.vote(2)]) == [OutcomeUnknown] * 2
    assert desk.unknown == 1
    assert desk.keep([desk.vote(3)]) == [CannotCommit]


def test_a_database_that_nobody_may_write_refuses_and_is_tried_again(desk: Desk) -> None:
    raw = desk.books._writer
    raw.execute("PRAGMA query_only = ON")

    assert desk.keep([desk.vote(1), desk.vote(2)]) == [CannotCommit] * 2
    assert desk.unknown == 0
    raw.execute("PRAGMA query_only = OFF")
    assert desk.keep([desk.vote(1)]) == [True]
