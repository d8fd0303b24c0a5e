"""What waits leaves: at its rate, urgent first; an account that refuses rests; a line that breaks breaks nothing else."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import structlog

from gateway.home import Home
from gateway.outbox import Letter
from gateway.providers.africastalking import make
from gateway.providers.console import Console
from gateway.sender import Bucket, Circuit, Line, sms_lines
from gateway.settings import Settings
from gateway.store import states as facts
from gateway.store.writer import Books
from tests.gateway.sending import PHONE, Clock, drain, put, row, sender_of, states, with_books
from tests.servers import RESET, Answer, HttpServer, africastalking_api, taken


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def api() -> Iterator[HttpServer]:
    with africastalking_api() as server:
        yield server


def africastalking(api: HttpServer) -> tuple[Line, ...]:
    mine = {"enabled": True, "secret": "s" * 32, "api_key": "key", "base_url": api.url, "rate": 1000}
    provider = make(Settings(providers={"africastalking": mine}))
    assert provider is not None
    return sms_lines({"africastalking": provider})


def banner(home: Home) -> str | None:
    with home.store.reading() as tx:
        return facts.get(tx, "account:africastalking")


def test_everything_that_waits_leaves(home: Home) -> None:
    console = Console("s" * 32)
    for place in range(20):
        put(home, str(place))

    assert drain(home, sms_lines({"console": console}), Clock()) == 20
    assert sorted(console.fetch(PHONE), key=int) == [str(place) for place in range(20)]
    assert states(home) == ["sent"] * 20


def test_a_message_leaves_through_the_sdk_and_its_report_finds_it(home: Home, api: HttpServer) -> None:
    message = put(home, "Рахмет", provider="africastalking")

    assert drain(home, africastalking(api), Clock()) == 1
    assert [request.form["message"] for request in api.requests] == ["Рахмет"]
    assert row(home, message, "provider_id") == ("sent", "ATXid_1")


def test_a_broken_connection_is_never_sent_again_blindly(home: Home, api: HttpServer) -> None:
    message = put(home, provider="africastalking")
    api.answers.append(RESET)
    clock = Clock()

    assert drain(home, africastalking(api), clock) == 0
    clock.move(hours=2)
    assert drain(home, africastalking(api), clock) == 0
    assert (row(home, message), len(api.requests)) == (("unknown",), 1)


def test_a_server_error_is_tried_again_later(home: Home, api: HttpServer) -> None:
    message = put(home, provider="africastalking")
    api.answers.extend([Answer(503), Answer(429, headers={"Retry-After": "600"})])
    clock = Clock()
    lines = africastalking(api)

    drain(home, lines, clock)
    clock.move(seconds=5)
    drain(home, lines, clock)
    clock.move(seconds=599)
    drain(home, lines, clock)
    assert (row(home, message, "tries"), len(api.requests)) == (("due", 2), 2)

    clock.move(seconds=1)
    drain(home, lines, clock)
    assert row(home, message, "tries") == ("sent", 3)


def test_an_account_without_money_stops_and_the_officials_are_told(home: Home, api: HttpServer) -> None:
    for _ in range(40):
        put(home, provider="africastalking")
    api.default = lambda _request, _no: taken(405, "InsufficientBalance")

    assert drain(home, africastalking(api), Clock()) == 0
    assert len(api.requests) <= 8
    assert states(home) == ["due"] * 40
    assert banner(home) == "405 InsufficientBalance"


def test_an_account_that_works_again_takes_its_banner_down(home: Home, api: HttpServer) -> None:
    put(home, provider="africastalking")
    api.answers.append(Answer(401, b"The supplied authentication is invalid", "text/plain"))
    clock = Clock()

    async def use(books: Books) -> int:
        sender = sender_of(home, books, africastalking(api), clock)
        await sender.drain()
        clock.move(hours=1)
        sender._circuits["africastalking"]._until = 0
        return await sender.drain()

    assert with_books(home, use) == 1
    assert banner(home) == ""


def test_a_refused_number_is_dead(home: Home, api: HttpServer) -> None:
    message = put(home, provider="africastalking")
    api.answers.append(taken(403, "InvalidPhoneNumber"))

    drain(home, africastalking(api), Clock())

    assert row(home, message, "error", "recipient") == ("dead", "403 InvalidPhoneNumber", None)


def test_the_days_budget_holds_back_bulk_only(home: Home) -> None:
    console = Console("s" * 32)
    lines, clock = sms_lines({"console": console}), Clock()
    put(home, "reply")
    drain(home, lines, clock, sms_per_day=1)
    put(home, "announcement", priority=7)
    put(home, "digest", priority=3)

    drain(home, lines, clock, sms_per_day=1)
    assert console.fetch(PHONE) == ("reply", "digest")

    clock.move(hours=20)
    drain(home, lines, clock, sms_per_day=1)
    assert console.fetch(PHONE) == ("announcement",)


def test_a_line_that_breaks_loses_nothing(home: Home) -> None:
    def break_down(letter: Letter) -> str:
        if letter.content["text"] == "poison":
            raise RuntimeError("a bug of ours")
        return str(letter.id)

    poison, good = put(home, "poison"), put(home, "good")

    assert drain(home, [Line("console", 100, break_down)], Clock()) == 1
    assert (row(home, poison), row(home, good)) == (("unknown",), ("sent",))


def test_a_woken_sender_sends_at_once(home: Home) -> None:
    arrived = asyncio.Event()

    async def use(books: Books) -> None:
        loop = asyncio.get_running_loop()

        def deliver(letter: Letter) -> str:
            loop.call_soon_threadsafe(arrived.set)
            return str(letter.id)

        sender = sender_of(home, books, [Line("console", 100, deliver)], Clock())
        running = asyncio.create_task(sender.run())
        while not any(event._waiters for event in sender._woken.values()):  # noqa: ASYNC110 - until it waits
            await asyncio.sleep(0)
        await asyncio.to_thread(put, home)
        sender.wake()
        await asyncio.wait_for(arrived.wait(), 4)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    with_books(home, use)


def test_while_the_database_is_held_nothing_is_sent(sqlite_home: Home) -> None:
    message, console = put(sqlite_home), Console("s" * 32)
    with sqlite_home.store.transaction():
        assert drain(sqlite_home, sms_lines({"console": console}), Clock(), hurried=True) == 0

    assert (row(sqlite_home, message), console.fetch(PHONE)) == (("due",), ())


def test_a_mark_that_cannot_be_kept_is_left_to_the_lease(sqlite_home: Home) -> None:
    message = put(sqlite_home)
    with ExitStack() as stack:

        def deliver(letter: Letter) -> str:
            stack.enter_context(sqlite_home.store.transaction())
            return str(letter.id)

        drain(sqlite_home, [Line("console", 100, deliver)], Clock(), hurried=True)

    assert row(sqlite_home, message) == ("leased",)


def test_a_database_that_fails_once_stops_no_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.sender.LOOK", 0.001)
    message, console = put(home), Console("s" * 32)

    async def use(books: Books) -> None:
        sender = sender_of(home, books, sms_lines({"console": console}), Clock())
        claim, failures = sender._outbox.claim, iter([RuntimeError("the disk is gone")])

        async def fail_once(*args: Any, **more: Any) -> list[Letter]:
            for failure in failures:
                raise failure
            return await claim(*args, **more)

        sender._outbox.claim = fail_once  # type: ignore[method-assign]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sender.run(), 1)

    with_books(home, use)

    assert row(home, message) == ("sent",)


def test_a_queue_of_the_night_leaves_at_the_rate_of_the_line() -> None:
    bucket = Bucket(5)

    assert [round(bucket.reserve(100.0), 3) for _ in range(4)] == [0.0, 0.2, 0.4, 0.6]
    assert bucket.reserve(200.0) == 0


def test_a_circuit_rests_longer_each_time_until_something_is_taken() -> None:
    circuit = Circuit()
    rests = []
    for _ in range(10):
        circuit.open(1000.0, 0.5)
        rests.append(circuit.rests(1000.0))

    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (50.0, 930.0)
    circuit.close()
    assert circuit.rests(1000.0) == 0


def test_a_provider_that_cannot_call_out_has_no_line() -> None:
    receiving = make(Settings(providers={"africastalking": {"enabled": True, "secret": "s" * 32}}))
    assert receiving is not None

    assert sms_lines({"africastalking": receiving}) == ()
