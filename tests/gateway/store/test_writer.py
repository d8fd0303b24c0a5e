"""What was acknowledged is there, once; what was not may be tried again. Nobody's failure is another one's."""

import asyncio
import multiprocessing
import resource
import signal
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from gateway.home import Home
from gateway.store import states, writer
from gateway.store.engine import LostRace, Tx, connect_sqlite
from gateway.store.pooled import PostgresBooks
from gateway.store.writer import Books, CannotCommit, OutcomeUnknown, SqliteBooks, Work

T = TypeVar("T")
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


class Desk:
    """Books of a home, on a loop of their own."""

    def __init__(self, home: Home, patience: float = 5.0) -> None:
        self.home = home
        self.unknown = 0
        self.runner = asyncio.Runner()
        self.books: Books
        if home.store.file is not None:
            self.books = SqliteBooks(home.store.file, self._note, patience)
        else:
            self.books = PostgresBooks(home.store.url.set(drivername="postgresql").render_as_string(False))

    def _note(self) -> None:
        self.unknown += 1

    def run(self, waited: Callable[[], Awaitable[T]]) -> T:
        async def waiting() -> T:
            return await waited()

        return self.runner.run(waiting())

    def write(self, *works: Work[Any]) -> list[Any]:
        """All at once; values, or what was raised."""
        return self.run(lambda: asyncio.gather(*map(self.books.write, works), return_exceptions=True))

    def facts(self) -> dict[str, str]:
        with self.home.store.reading() as tx:
            return dict(tx.rows("SELECT key, value FROM gateway_state WHERE key LIKE ?", "fact-%"))

    def close(self) -> None:
        self.run(self.books.close)
        self.runner.close()


@pytest.fixture
def desk(home: Home) -> Iterator[Desk]:
    opened = Desk(home)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_desk(sqlite_home: Home) -> Iterator[Desk]:
    opened = Desk(sqlite_home, patience=0.02)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_desk(postgresql_home: Home) -> Iterator[Desk]:
    opened = Desk(postgresql_home)
    yield opened
    opened.close()


def put(name: object, value: str = "x") -> Work[str]:
    def work(tx: Tx) -> str:
        states.put(tx, f"fact-{name}", value)
        return value

    return work


def then_raising(work: Work[Any], error: BaseException) -> Work[Any]:
    def failing(tx: Tx) -> None:
        work(tx)
        raise error

    return failing


def kinds(found: list[Any]) -> list[Any]:
    return [type(value) if isinstance(value, BaseException) else value for value in found]


# on both engines


def test_each_work_gets_its_own_value_back(desk: Desk) -> None:
    assert desk.write(*(put(number, str(number)) for number in range(300))) == [str(number) for number in range(300)]
    assert desk.facts() == {f"fact-{number}": str(number) for number in range(300)}


def test_a_work_that_fails_is_undone_and_harms_no_neighbour(desk: Desk) -> None:
    found = desk.write(put(1), then_raising(put(2), ValueError("mine alone")), put(3), lambda tx: tx.row("SELECT no"))

    assert kinds(found[:3]) == ["x", ValueError, "x"]
    assert isinstance(found[3], CannotCommit | psycopg.Error)
    assert set(desk.facts()) == {"fact-1", "fact-3"}
    assert desk.write(put(4)) == ["x"]


def test_a_lost_race_is_run_again_and_what_it_wrote_before_is_undone(desk: Desk) -> None:
    tries: list[int] = []

    def racing(tx: Tx) -> int:
        states.put(tx, f"fact-{len(tries)}", "try")
        tries.append(1)
        if len(tries) < 4:
            raise LostRace
        return len(tries)

    assert desk.write(put("a"), racing, put("b")) == ["x", 4, "x"]
    assert set(desk.facts()) == {"fact-a", "fact-b", "fact-3"}


def test_a_race_that_is_lost_again_and_again_is_given_up(desk: Desk) -> None:
    assert kinds(desk.write(then_raising(put(1), LostRace()), put(2))) == [CannotCommit, "x"]
    assert set(desk.facts()) == {"fact-2"}


def test_a_full_queue_refuses_at_once_and_takes_works_again_when_it_is_empty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "QUEUE", 3)

    assert kinds(desk.write(*map(put, range(5)))) == ["x", "x", "x", CannotCommit, CannotCommit]
    assert set(desk.facts()) == {"fact-0", "fact-1", "fact-2"}
    assert desk.write(put(5)) == ["x"]


def test_callers_that_hang_up_break_nothing(desk: Desk) -> None:
    async def some_hang_up() -> list[Any]:
        tasks = [asyncio.create_task(desk.books.write(put(number))) for number in range(20)]
        await asyncio.sleep(0)
        for task in tasks[::3]:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = kinds(desk.run(some_hang_up))
    assert [kind for number, kind in enumerate(found) if number % 3] == ["x"] * 13
    assert set(desk.facts()) >= {f"fact-{number}" for number in range(20) if number % 3}
    assert desk.write(put("after")) == ["x"]


def test_closing_finishes_what_waits(home: Home) -> None:
    desk = Desk(home)

    async def closing() -> list[Any]:
        waiting = [asyncio.create_task(desk.books.write(put(number))) for number in range(200)]
        await asyncio.sleep(0)
        await desk.books.close()
        return await asyncio.gather(*waiting)

    assert desk.run(closing) == ["x"] * 200
    assert len(desk.facts()) == 200
    desk.runner.close()


def test_a_reader_sees_what_was_acknowledged(desk: Desk) -> None:
    async def reading() -> Any:
        await desk.books.write(put(1, "written"))
        return await desk.books.read(lambda tx: states.get(tx, "fact-1"))

    assert desk.run(reading) == "written"


# SQLite


def test_another_writer_that_holds_the_lock_too_long_is_told_to_all_who_wait(sqlite_desk: Desk) -> None:
    other = connect_sqlite(sqlite_desk.home.path / "dauys.db", 0)
    other.execute("BEGIN IMMEDIATE")
    found = sqlite_desk.write(*map(put, range(3 * writer.BATCH)))
    other.execute("ROLLBACK")
    other.close()

    assert set(kinds(found)) == {CannotCommit}
    assert sqlite_desk.facts() == {}
    assert sqlite_desk.write(put("after")) == ["x"]


def test_another_writer_that_lets_go_in_time_is_waited_for(sqlite_home: Home) -> None:
    desk = Desk(sqlite_home, patience=30)
    other = connect_sqlite(sqlite_home.path / "dauys.db", 0)
    other.execute("BEGIN IMMEDIATE")

    async def waiting() -> str:
        asyncio.get_running_loop().call_later(0.02, other.execute, "COMMIT")
        return await desk.books.write(put(1))

    assert desk.run(waiting) == "x"
    other.close()
    desk.close()


def test_a_full_database_keeps_what_was_acknowledged_and_goes_on_when_there_is_space(sqlite_desk: Desk) -> None:
    raw = sqlite_desk.books._writer  # type: ignore[attr-defined]
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages + 2}")
    found = sqlite_desk.write(put("a"), put("big", "x" * 100_000), put("b"))

    acknowledged = {
        f"fact-{name}" for name, kind in zip(("a", "big", "b"), kinds(found), strict=True) if kind is not CannotCommit
    }
    assert kinds(found)[1] is CannotCommit
    assert set(sqlite_desk.facts()) == acknowledged
    raw.execute(f"PRAGMA max_page_count = {pages + 1000}")
    assert len(sqlite_desk.write(put("big", "x" * 100_000))[0]) == 100_000
    assert sqlite_desk.write(put("c")) == ["x"]
    assert sqlite_desk.unknown == 0


class Disk:
    """A connection to SQLite whose next COMMIT meets something."""

    def __init__(self, raw: sqlite3.Connection, code: int | None) -> None:
        self._raw = raw
        self._code = code

    def execute(self, sql: str, *params: Any) -> Any:
        if sql != "COMMIT":
            return self._raw.execute(sql, *params)
        error = sqlite3.OperationalError("the disk has spoken")
        if self._code is not None:
            error.sqlite_errorcode = self._code
        self._raw.execute("ROLLBACK")
        raise error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def test_a_disk_that_is_full_at_commit_has_taken_nothing(sqlite_desk: Desk) -> None:
    books: Any = sqlite_desk.books
    raw = books._writer
    books._writer = Disk(raw, sqlite3.SQLITE_FULL)
    assert kinds(sqlite_desk.write(put(1), put(2))) == [CannotCommit] * 2
    books._writer = raw

    assert sqlite_desk.unknown == 0
    assert sqlite_desk.write(put(3)) == ["x"]
    assert set(sqlite_desk.facts()) == {"fact-3"}


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, None])
def test_a_commit_of_which_nobody_can_tell_ends_all_writing(sqlite_desk: Desk, code: int | None) -> None:
    books: Any = sqlite_desk.books
    books._writer = Disk(books._writer, code)
    found = sqlite_desk.write(*map(put, range(writer.BATCH + 5)))

    assert kinds(found) == [OutcomeUnknown] * writer.BATCH + [CannotCommit] * 5
    assert sqlite_desk.unknown == 1
    assert kinds(sqlite_desk.write(put("after"))) == [CannotCommit]


def refused_by_the_disk(path: Path, told: Connection) -> None:
    """In a process of its own: the write-ahead log may not grow any more."""
    said = []
    runner = asyncio.Runner()
    books = SqliteBooks(path, lambda: said.append("unknown"))
    runner.run(books.write(put(1)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    most = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    for number in (2, 3):
        try:
            runner.run(books.write(put(number)))
        except (CannotCommit, OutcomeUnknown) as error:
            said.append(type(error).__name__)
    told.send(said)


def test_an_error_of_a_real_disk_at_commit_is_unknown(sqlite_home: Home) -> None:
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=refused_by_the_disk, args=(sqlite_home.path / "dauys.db", theirs))
    process.start()

    assert ours.poll(30)
    assert ours.recv() == ["unknown", "OutcomeUnknown", "CannotCommit"]
    process.join(30)
    with sqlite_home.store.reading() as tx:
        assert states.get(tx, "fact-1") == "x"
        assert tx.rows("PRAGMA integrity_check") == [("ok",)]


def scribble(path: Path, cycle: int, told: Connection) -> None:
    """In a process of its own: write and tell, until killed."""

    async def writing() -> None:
        books = SqliteBooks(path, lambda: None)

        async def one(lane: int) -> None:
            for number in range(100_000):
                name = f"{cycle}-{lane}-{number}"
                await books.write(put(name))
                told.send(f"fact-{name}")

        await asyncio.gather(*map(one, range(16)))

    asyncio.run(writing())


def test_what_was_acknowledged_survives_kill_9(sqlite_home: Home) -> None:
    acknowledged: set[str] = set()
    for cycle in range(10):
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=scribble, args=(sqlite_home.path / "dauys.db", cycle, theirs))
        process.start()
        theirs.close()
        for _ in range(20 + 7 * cycle):
            assert ours.poll(30)
            acknowledged.add(ours.recv())
        process.kill()
        while True:  # what it still said before it died
            try:
                acknowledged.add(ours.recv())
            except (EOFError, OSError):
                break
        process.join(30)

    with sqlite_home.store.reading() as tx:
        kept = {key for (key,) in tx.rows("SELECT key FROM gateway_state")}
        assert tx.rows("PRAGMA integrity_check") == [("ok",)]
    assert len(acknowledged) >= 500
    assert acknowledged - kept == set()


# PostgreSQL


def my_end(tx: Tx) -> None:
    tx.row("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_server_that_was_restarted_is_met_on_a_new_connection(postgresql_desk: Desk) -> None:
    tries: list[int] = []

    def work(tx: Tx) -> str:
        tries.append(1)
        states.put(tx, f"fact-{len(tries)}", "x")
        if len(tries) == 1:
            my_end(tx)
        return "kept"

    assert postgresql_desk.write(work) == ["kept"]
    assert postgresql_desk.facts() == {"fact-2": "x"}


def test_connections_that_died_while_idle_are_noticed_by_nobody(postgresql_desk: Desk) -> None:
    postgresql_desk.write(*map(put, range(30)))
    with postgresql_desk.home.store.transaction() as tx:
        tx.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    assert postgresql_desk.write(*map(put, range(30, 60))) == ["x"] * 30


def test_a_connection_that_is_lost_each_time_is_given_up(postgresql_desk: Desk) -> None:
    assert kinds(postgresql_desk.write(my_end, put(1))) == [CannotCommit, "x"]
    assert set(postgresql_desk.facts()) == {"fact-1"}


def test_a_connection_lost_at_commit_tells_nothing(postgresql_desk: Desk) -> None:
    def work(tx: Tx) -> None:
        states.put(tx, "fact-1", "x")
        (pid,) = tx.row("SELECT pg_backend_pid()") or ()
        with psycopg.connect(postgresql_desk.books._conninfo, autocommit=True) as other:  # type: ignore[attr-defined]
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    assert kinds(postgresql_desk.write(work)) == [OutcomeUnknown]
    assert postgresql_desk.write(put(2)) == ["x"]
    assert set(postgresql_desk.facts()) == {"fact-2"}


def test_a_server_that_is_not_there_can_keep_nothing() -> None:
    async def writing() -> None:
        books = PostgresBooks("postgresql://nobody@127.0.0.1:1/nothing")
        try:
            await books.write(put(1))
        finally:
            await books.close()

    with pytest.raises(CannotCommit):
        asyncio.run(writing())


def test_a_deadlock_is_run_again(postgresql_desk: Desk) -> None:
    postgresql_desk.write(put("a", "0"), put("b", "0"))
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def crossing(first: str, second: str) -> Work[None]:
        def work(tx: Tx) -> None:
            tries.append(first)
            tx.run("SET LOCAL deadlock_timeout = '10ms'")
            tx.run("UPDATE gateway_state SET value = value || 'x' WHERE key = ?", f"fact-{first}")
            if len(tries) <= 2:
                both_hold_one.wait(30)
            tx.run("UPDATE gateway_state SET value = value || 'x' WHERE key = ?", f"fact-{second}")

        return work

    assert postgresql_desk.write(crossing("a", "b"), crossing("b", "a")) == [None, None]
    assert postgresql_desk.facts() == {"fact-a": "0xx", "fact-b": "0xx"}
    assert len(tries) > 2  # one of them was the victim, perhaps more than once
