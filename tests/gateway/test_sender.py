"""What waits leaves: at its rate, urgent first; an account that refuses rests; a line that breaks breaks nothing else."""

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from threading import Event
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from gateway.app import open_books
from gateway.home import Home
from gateway.outbox import Letter, seal
from gateway.providers.africastalking import make
from gateway.providers.base import SendFailed
from gateway.providers.console import Console
from gateway.sender import AT_ONCE, Failover, Line, Sender, failovers, sms_lines
from gateway.settings import Settings
from gateway.store import lines as line_states
from gateway.store import outbox
from gateway.store.writer import Books
from tests.gateway.outages import stop
from tests.gateway.sending import NOW, PHONE, Clock, drain, put, row, sender_of, states, with_books
from tests.servers import (
    DRIP,
    GARBAGE,
    RESET,
    SILENCE,
    Answer,
    HttpServer,
    africastalking_api,
    free_port,
    said,
    taken,
)
from tests.virtual import LoopClock


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def api() -> Iterator[HttpServer]:
    with africastalking_api() as server:
        yield server


def africastalking(api: HttpServer | str) -> tuple[Line, ...]:
    url = api if isinstance(api, str) else api.url
    mine = {"enabled": True, "secret": "s" * 32, "api_key": "key", "base_url": url, "rate": 1000}
    provider = make(Settings(providers={"africastalking": mine}))
    assert provider is not None
    provider.patience = (2.0, 0.3)
    return sms_lines({"africastalking": provider})


async def resting(sender: Sender) -> None:
    """Until its lines have nothing to do."""
    while not any(event._waiters for event in sender._woken.values()):  # noqa: ASYNC110
        await asyncio.sleep(0)


def down(home: Home) -> str | None:
    """Why the line is down; None if it is not."""
    with home.store.reading() as tx:
        found = line_states.of(tx, "africastalking")
    return None if found is None else found.reason


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


WISH = {"Retry-After": "600"}
UNTIL = {"Retry-After": "Sat, 02 May 2026 06:15:00 GMT", "Date": "Sat, 02 May 2026 06:05:00 GMT"}
FAULTS = [  # what the API does once, what becomes of the message, why; what becomes of it within three hours
    ("an error page", Answer(500, b"<html>", "text/html"), "due", "HTTP 500", "sent"),
    ("a bad gateway", Answer(502), "due", "HTTP 502", "sent"),
    ("unavailable", Answer(503), "due", "HTTP 503", "sent"),
    ("too many, come back in ten minutes", Answer(429, headers=WISH), "due", "HTTP 429", "sent"),
    ("too many, come back at a quarter past", Answer(429, headers=UNTIL), "due", "HTTP 429", "sent"),
    ("a gateway's timeout", Answer(504), "unknown", "HTTP 504", "unknown"),
    ("their error, told in an answer", taken(500, "InternalServerError"), "due", "500 InternalServerError", "sent"),
    ("risk hold", taken(401, "RiskHold"), "due", "401 RiskHold", "sent"),
    ("no money", taken(405, "InsufficientBalance"), "due", "405 InsufficientBalance", "sent"),
    ("a bad key", Answer(401, b"The supplied authentication is invalid", "text/plain"), "due", "HTTP 401", "sent"),
    ("a bad sender leaves nobody", said("InvalidSenderId", []), "due", "no recipient was taken: InvalidSenderId", "sent"),
    ("a bad number", taken(403, "InvalidPhoneNumber"), "dead", "403 InvalidPhoneNumber", "dead"),
    ("opted out, without an id", taken(406, "UserInBlacklist", message_id="None"), "dead", "406 UserInBlacklist", "dead"),
    ("no answer in time", SILENCE, "unknown", "the connection broke off", "unknown"),
    ("a torn connection", RESET, "unknown", "the connection broke off", "unknown"),
    ("no HTTP", GARBAGE, "unknown", "the connection broke off", "unknown"),
    ("accepted, but garbled", Answer(201, b"{"), "unknown", "the answer was accepted but cannot be read", "unknown"),
    ("accepted without an id", taken(101, message_id="None"), "unknown", "accepted without an id", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "state", "why", "later"), [pytest.param(*row[1:], id=row[0]) for row in FAULTS])
def test_a_fault_of_the_provider(
    sqlite_home: Home, api: HttpServer, answer: Answer, state: str, why: str, later: str
) -> None:
    message = put(sqlite_home, provider="africastalking")
    api.answers.append(answer)

    async def use(books: Books) -> None:
        clock = LoopClock(NOW)
        sender = sender_of(sqlite_home, books, africastalking(api), clock)
        assert await sender.drain() == 0
        assert row(sqlite_home, message, "error") == (state, why)
        await asyncio.sleep(599 if answer.status == 429 else 0)
        assert len(api.requests) == 1
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(3 * 3600)
        await stop(running)

    with_books(sqlite_home, use)
    assert row(sqlite_home, message) == (later,)
    assert len(api.requests) == 1 + (later == "sent")
    assert down(sqlite_home) is None or later != "sent"


def no_name(*_args: object, **_more: object) -> None:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize("why", ["nobody listens", "the name cannot be looked up"])
def test_without_a_network_everything_waits_and_one_message_knocks(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    for _ in range(30):
        put(sqlite_home, provider="africastalking")
    if why != "nobody listens":
        monkeypatch.setattr(socket, "getaddrinfo", no_name)

    async def use(books: Books) -> None:
        sender = sender_of(sqlite_home, books, africastalking(f"http://127.0.0.1:{free_port()}"), LoopClock(NOW))
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(6 * 3600)
        await stop(running)

    with_books(sqlite_home, use)
    with sqlite_home.store.reading() as tx:
        ((tries,),) = tx.rows("SELECT sum(tries) FROM outbox")
    assert states(sqlite_home) == ["due"] * 30
    assert 6 * 3600 / 330 < tries < 6 * 60
    assert down(sqlite_home) == "no connection"


def test_a_line_that_swallows_calls_for_a_day_costs_few_messages(
    sqlite_home: Home, api: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sender.LOOK", 60.0)
    for _ in range(400):
        put(sqlite_home, provider="africastalking", expires_at=NOW + timedelta(days=3))
    api.default = lambda _request, _no: RESET

    async def use(books: Books) -> None:
        running = asyncio.create_task(
            sender_of(sqlite_home, books, africastalking(api), LoopClock(NOW), randomness=os.urandom).run()
        )
        await asyncio.sleep(24 * 3600)
        api.default = lambda _request, no: taken(message_id=f"ATXid_{no}")
        await asyncio.sleep(2 * 3600)
        await stop(running)

    with_books(sqlite_home, use)
    outcomes = Counter(states(sqlite_home))
    assert outcomes["unknown"] < 200
    assert outcomes["unknown"] + outcomes["sent"] == 400


def test_a_server_that_drips_is_given_up_and_holds_no_other_line(
    sqlite_home: Home, api: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sender.DEADLINE", 0.4)
    message, reply, console = put(sqlite_home, provider="africastalking"), put(sqlite_home), Console("s" * 32)
    api.answers.append(DRIP)

    async def use() -> None:
        books = open_books(sqlite_home)
        lines = (*africastalking(api), *sms_lines({"console": console}))
        assert await sender_of(sqlite_home, books, lines, Clock()).drain() == 1
        await books.close()

    asyncio.run(use())
    assert row(sqlite_home, message, "error") == ("unknown", "no answer in time")
    assert row(sqlite_home, reply) == ("sent",)


def test_one_slow_answer_holds_back_none_of_the_others(sqlite_home: Home) -> None:
    for place in range(60):
        put(sqlite_home, str(place), due_at=NOW - timedelta(seconds=60 - place))
    others, passed = count(1), Event()

    def deliver(letter: Letter) -> str:
        if letter.content["text"] == "0":
            assert passed.wait(30), "the others waited"
        elif next(others) == 59:
            passed.set()
        return str(letter.id)

    async def use() -> int:
        books = open_books(sqlite_home)
        left = await sender_of(sqlite_home, books, [Line("console", 1000, deliver)], Clock()).drain()
        await books.close()
        return left

    assert asyncio.run(use()) == 60


@pytest.mark.parametrize(("rate", "most"), [(0.2, 1), (1.0, 4), (5.0, AT_ONCE), (500.0, AT_ONCE)])
def test_a_slow_line_claims_no_more_than_it_soon_sends(sqlite_home: Home, rate: float, most: int) -> None:
    for _ in range(3 * AT_ONCE):
        put(sqlite_home)
    leased: list[int] = []

    def deliver(letter: Letter) -> str:
        with sqlite_home.store.reading() as tx:
            leased.append(len(tx.rows("SELECT 1 FROM outbox WHERE state = 'leased'")))
        return str(letter.id)

    drain(sqlite_home, [Line("console", rate, deliver)], Clock())

    assert max(leased) == most


def test_a_call_that_never_began_is_tried_again(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.sender.DEADLINE", 0.3)
    monkeypatch.setattr("gateway.sender.AT_ONCE", 1)
    messages, over = [put(sqlite_home), put(sqlite_home)], Event()

    def hang(letter: Letter) -> str:
        over.wait(20)
        return str(letter.id)

    async def use() -> None:
        books = open_books(sqlite_home)
        sender = sender_of(sqlite_home, books, [Line("console", 1000, hang)], Clock())
        await sender.drain()
        over.set()
        sender.close()
        await books.close()

    asyncio.run(use())
    assert {row(sqlite_home, message, "doubtful") for message in messages} == {("unknown", 0), ("due", 0)}


def test_what_waited_for_its_place_when_the_line_went_down_is_put_back_untried(
    sqlite_home: Home, api: HttpServer
) -> None:
    for _ in range(40):
        put(sqlite_home, provider="africastalking")
    api.default = lambda _request, _no: taken(405, "InsufficientBalance")
    (line,) = africastalking(api)

    assert drain(sqlite_home, [Line(line.name, 10, line.deliver)], Clock()) == 0
    with sqlite_home.store.reading() as tx:
        assert tx.rows("SELECT sum(tries), count(*) FROM outbox WHERE state = 'due'") == [(len(api.requests), 40)]
    assert len(api.requests) <= 2


def test_a_thousand_stale_replies_hold_back_no_useful_one(home: Home) -> None:
    recipient, content = seal(home.keys, PHONE, {"text": "stale"})
    with home.store.transaction() as tx:
        for place in range(1000):
            outbox.enqueue(
                tx, outbox.Outgoing(place, "sms", "console", recipient, content, NOW - timedelta(days=2), NOW, 1)
            )
    useful, console = put(home, "useful"), Console("s" * 32)

    assert drain(home, sms_lines({"console": console}), Clock()) == 1
    assert row(home, useful) == ("sent",)
    assert console.fetch(PHONE) == ("useful",)
    with home.store.reading() as tx:
        assert tx.rows("SELECT error, count(*) FROM outbox WHERE state = 'dead' GROUP BY error") == [("expired", 1000)]


@pytest.mark.parametrize("processes", [1, 4])
def test_a_night_leaves_at_the_rate_that_all_processes_share(sqlite_home: Home, processes: int) -> None:
    for _ in range(50):
        put(sqlite_home)

    async def use(books: Books) -> float:
        line = Line("console", 5, lambda letter: str(letter.id))
        await sender_of(sqlite_home, books, [line], Clock(), processes=processes).drain()
        return asyncio.get_running_loop().time()

    assert with_books(sqlite_home, use) == pytest.approx(49 / 5 * processes)


def test_an_account_without_money_stops_and_the_officials_are_told(home: Home, api: HttpServer) -> None:
    for _ in range(40):
        put(home, provider="africastalking")
    api.default = lambda _request, _no: taken(405, "InsufficientBalance")

    assert drain(home, africastalking(api), Clock()) == 0
    assert len(api.requests) <= AT_ONCE
    assert states(home) == ["due"] * 40
    assert down(home) == "405 InsufficientBalance"


def test_after_a_restart_one_message_probes_an_account_that_was_down(home: Home, api: HttpServer) -> None:
    for _ in range(20):
        put(home, provider="africastalking")
    with home.store.transaction() as tx:
        line_states.down(tx, "africastalking", "405 InsufficientBalance", NOW)
    api.default = lambda _request, _no: taken(405, "InsufficientBalance")

    assert drain(home, africastalking(api), Clock()) == 0
    assert len(api.requests) == 1

    api.default = lambda _request, no: taken(message_id=f"ATXid_{no}")
    assert drain(home, africastalking(api), Clock(NOW + timedelta(hours=1))) == 20
    assert down(home) is None


def test_an_official_who_paid_need_not_wait(home: Home, api: HttpServer) -> None:
    message, clock = put(home, provider="africastalking"), Clock()
    api.answers.append(taken(405, "InsufficientBalance"))

    async def use(books: Books) -> list[int]:
        sender = sender_of(home, books, africastalking(api), clock)
        left = [await sender.drain(), await sender.drain()]
        with home.store.transaction() as tx:
            line_states.up(tx, "africastalking")
            assert outbox.hurry(tx, NOW) == 1
        return [*left, await sender.drain()]

    assert with_books(home, use) == [0, 0, 1]
    assert row(home, message, "tries") == ("sent", 2)


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
        await resting(sender)
        await asyncio.to_thread(put, home)
        sender.wake()
        await asyncio.wait_for(arrived.wait(), 4)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    with_books(home, use)


@pytest.mark.parametrize("turns", range(6))  # of the loop between the two
def test_a_sender_that_is_woken_while_it_is_stopped_ends(sqlite_home: Home, turns: int) -> None:
    async def use(books: Books) -> bool:
        sender = sender_of(sqlite_home, books, sms_lines({"console": Console("s" * 32)}), Clock())
        running = asyncio.create_task(sender.run())
        await resting(sender)
        sender.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=2)
        return bool(done)

    assert with_books(sqlite_home, use)


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
    monkeypatch.setattr("gateway.sender.LOOK", 0.1)
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


def test_a_provider_that_cannot_call_out_has_no_line() -> None:
    receiving = make(Settings(providers={"africastalking": {"enabled": True, "secret": "s" * 32}}))
    assert receiving is not None

    assert sms_lines({"africastalking": receiving}) == ()


def failing_over(home: Home, api: HttpServer, console: Console, *, minutes: float, replies: bool = True) -> None:
    """Africa's Talking is down for a while; the console takes over after half an hour, if the settings say so."""
    over = {"africastalking": Failover("console", timedelta(minutes=30), replies)}
    api.default = lambda _request, _no: Answer(503)
    lines = (*africastalking(api), *sms_lines({"console": console}))

    async def use(books: Books) -> None:
        running = asyncio.create_task(
            sender_of(home, books, lines, LoopClock(NOW), failovers=over, sms_per_day=1000).run()
        )
        await asyncio.sleep(minutes * 60)
        await stop(running)

    with_books(home, use)


def test_what_certainly_did_not_leave_goes_by_another_provider(home: Home, api: HttpServer) -> None:
    console, waiting = Console("s" * 32), [put(home, f"reply {place}", provider="africastalking") for place in range(9)]
    doubtful = put(home, "may have left", provider="africastalking", dedupe="bulletin|1|2026-05-02|1|sms", priority=3)
    unknown = put(home, "broke off", provider="africastalking")
    with home.store.transaction() as tx:
        outbox.mark_unknown(tx, unknown, "broke off", NOW)
        tx.run("UPDATE outbox SET doubtful = TRUE WHERE id = ?", doubtful)

    failing_over(home, api, console, minutes=29)
    assert console.fetch(PHONE) == ()

    failing_over(home, api, console, minutes=40)
    assert sorted(console.fetch(PHONE)) == [f"reply {place}" for place in range(9)]
    assert {row(home, message, "provider") for message in waiting} == {("sent", "console")}
    assert row(home, doubtful, "provider") == ("due", "africastalking")
    assert row(home, unknown, "provider") == ("unknown", "africastalking")


def test_replies_keep_their_number_unless_the_settings_say_otherwise(sqlite_home: Home, api: HttpServer) -> None:
    console = Console("s" * 32)
    reply = put(sqlite_home, "reply", provider="africastalking")
    put(sqlite_home, "digest", provider="africastalking", priority=3)

    failing_over(sqlite_home, api, console, minutes=90, replies=False)

    assert console.fetch(PHONE) == ("digest",)
    assert row(sqlite_home, reply, "provider") == ("due", "africastalking")


def test_nothing_goes_over_to_a_line_that_is_down_itself(sqlite_home: Home, api: HttpServer) -> None:
    put(sqlite_home, "digest", provider="africastalking", priority=3)
    refused = put(sqlite_home, "its own")
    api.default = lambda _request, _no: Answer(503)
    over = {"africastalking": Failover("console", timedelta(minutes=1), replies=True)}

    def refuse(_letter: Letter) -> str:
        raise SendFailed("no money", account_wide=True)

    async def use(books: Books) -> None:
        lines = (*africastalking(api), Line("console", 100, refuse))
        running = asyncio.create_task(sender_of(sqlite_home, books, lines, LoopClock(NOW), failovers=over).run())
        await asyncio.sleep(3600)
        await stop(running)

    with_books(sqlite_home, use)
    with sqlite_home.store.reading() as tx:
        assert tx.rows("SELECT provider FROM outbox WHERE id <> ?", refused) == [("africastalking",)]


def test_after_the_return_new_messages_use_their_own_line_again(sqlite_home: Home, api: HttpServer) -> None:
    console = Console("s" * 32)
    put(sqlite_home, "old", provider="africastalking", priority=3)
    failing_over(sqlite_home, api, console, minutes=90)
    assert console.fetch(PHONE) == ("old",)
    api.default = lambda _request, no: taken(message_id=f"ATXid_{no}")
    before = len(api.requests)
    put(sqlite_home, "new", provider="africastalking", priority=3)

    drain(sqlite_home, (*africastalking(api), *sms_lines({"console": console})), Clock())

    assert ([request.form["message"] for request in api.requests[before:]], console.fetch(PHONE)) == (["new"], ())
    assert down(sqlite_home) is None


def test_settings_name_the_other_provider() -> None:
    over = {"to": "console", "after": 45, "replies": True}

    assert failovers(Settings(providers={"africastalking": {"failover": over}})) == {
        "africastalking": Failover("console", timedelta(minutes=45), replies=True)
    }
    assert failovers(Settings()) == {}


@pytest.mark.parametrize("to", ["pigeon", "africastalking"])
def test_a_provider_fails_over_to_another_one_that_there_is(to: str) -> None:
    with pytest.raises(ValidationError, match="choose "):
        Settings(providers={"africastalking": {"failover": {"to": to}}})
