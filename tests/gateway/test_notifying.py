"""systemd hears that we are ready, alive and stopping; and nothing while the way of a vote is blocked."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gateway.home import Home
from gateway.notifying import feed, notify, patience
from gateway.store.writer import SqliteBooks
from tests.served import Served

BLINK = 0.15  # seconds that the watchdog waits in these tests


class Systemd:
    """Its end of the notification socket."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)

    def hears(self, within: float = 20) -> str:
        """The next word; '' = silence."""
        self.socket.settimeout(within)
        with suppress(TimeoutError):
            return self.socket.recv(200).decode()
        return ""


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    address = f"@dauys-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    ours = Systemd(address)
    yield ours
    ours.socket.close()


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


def test_a_systemd_that_is_gone_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_a_systemd_that_does_not_listen_keeps_no_vote_waiting(systemd: Systemd) -> None:
    for _ in range(2000):
        notify("WATCHDOG=1")

    assert systemd.hears() == "WATCHDOG=1"


def test_words_arrive(systemd: Systemd) -> None:
    notify("READY=1")

    assert systemd.hears() == "READY=1"


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [
        ("", "", None),
        ("60000000", "", 60.0),
        ("60000000", "us", 60.0),
        ("60000000", "our parent", 60.0),
        ("60000000", "1", None),
        ("0", "", None),
        ("soon", "", None),
    ],
)
def test_the_watchdog_waits_for_us_or_for_nobody(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", {"us": str(os.getpid()), "our parent": str(os.getppid())}.get(pid, pid))

    assert patience() == seconds


def test_the_watchdog_is_fed_while_votes_could_be_written_and_only_then(sqlite_home: Home, systemd: Systemd) -> None:
    """Another connection holds the database for longer than the writer waits."""
    assert sqlite_home.store.file is not None
    file = sqlite_home.store.file

    async def run() -> None:
        books = SqliteBooks(file, lambda: None, patience=BLINK)
        feeding = asyncio.create_task(feed(lambda: books.write(lambda _: None), BLINK))
        assert await asyncio.to_thread(systemd.hears) == "WATCHDOG=1"
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            while await asyncio.to_thread(systemd.hears, 2 * BLINK):
                pass  # words that were on their way
            assert await asyncio.to_thread(systemd.hears, 3 * BLINK) == ""
        assert await asyncio.to_thread(systemd.hears) == "WATCHDOG=1"
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        await books.close()

    asyncio.run(run())


def test_without_a_watchdog_nobody_probes() -> None:
    asyncio.run(feed(lambda: pytest.fail("probed"), None))  # type: ignore[arg-type,return-value]


def test_a_served_gateway_says_ready_alive_and_stopping(
    sqlite_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    ours = Systemd(address)
    served = Served(sqlite_home.path)
    served.start()
    first, second = ours.hears(), ours.hears()
    served.stop()
    heard = [first, second]
    while heard[-1] not in {"STOPPING=1", ""}:
        heard.append(ours.hears(5))
    ours.socket.close()

    assert heard[0] == "READY=1"
    assert set(heard[1:-1]) == {"WATCHDOG=1"}
    assert heard[-1] == "STOPPING=1"
