"""A line that is down for days, in virtual time: voters write on, evenings come, the real sender knocks and drains."""

import asyncio
import os
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gateway.home import Home
from gateway.outbox import Outbox, seal
from gateway.providers.africastalking import AfricasTalking, make
from gateway.schedule import housekeep, tick
from gateway.sender import AT_ONCE, Sender, sms_lines
from gateway.settings import Settings
from gateway.store import areas, lines, outbox
from gateway.store.writer import Books
from tests import virtual
from tests.gateway.sending import with_books
from tests.gateway.voting import EVENING, open_vote, receive, vote
from tests.servers import Answer, HttpServer, africastalking_api, free_port, taken

NAME = "africastalking"
HOUR = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)
BEGAN = EVENING - timedelta(seconds=30)  # just before the first tally
RATE = 5.0
OFFICIALS = 5
KNOCKS_AN_HOUR = 30  # of one message at a time, after rests of half a minute to five


@dataclass(frozen=True)
class Sizes:
    """How long, and how much waits."""

    hours: int
    replies_an_hour: int
    announcements: int


@dataclass
class Outage:
    """What the API was sent after the line's return, and when."""

    home: Home
    sizes: Sizes
    url: str
    port: int
    stack: ExitStack
    clock: virtual.LoopClock = field(default_factory=lambda: virtual.LoopClock(BEGAN))
    api: HttpServer | None = None
    arrivals: list[tuple[datetime, str]] = field(default_factory=list)  # instant, text
    returned: datetime = BEGAN
    loop: asyncio.AbstractEventLoop | None = None  # whose time passes

    def account(self) -> AfricasTalking:
        mine = {"enabled": True, "secret": "s" * 32, "api_key": "key", "base_url": self.url, "rate": RATE}
        found = make(Settings(providers={NAME: mine}))
        assert found is not None
        return found

    def enqueue(self, kind: str, first: int, number: int, priority: int, useful: timedelta) -> None:
        """Messages that begin to wait now."""
        at = self.clock()
        with self.home.store.transaction() as tx:
            for place in range(first, first + number):
                recipient, content = seal(self.home.keys, f"+7700{place:07d}", {"text": f"{kind} {place}"})
                out = outbox.Outgoing(
                    outbox.new_id(at + place * MILLISECOND, os.urandom),
                    "sms",
                    NAME,
                    recipient,
                    content,
                    at,
                    at + useful,
                    priority,
                )
                assert outbox.enqueue(tx, out)

    async def pass_hours(self, books: Books) -> None:
        """The line is down; the box is switched off and on in the middle; at last somebody must pay."""
        sending = self.start(books)
        for hour in range(self.sizes.hours):
            self.enqueue("reply", hour * self.sizes.replies_an_hour, self.sizes.replies_an_hour, 1, 24 * HOUR)
            housekeep(self.home, self.clock())
            if hour == self.sizes.hours // 2:
                await stop(sending)
                sending = self.start(books)
            if hour == self.sizes.hours - 3:
                self.answer(lambda _request, _no: Answer(503))
            if hour == self.sizes.hours - 2:
                self.answer(lambda _request, _no: Answer(429, headers={"Retry-After": "900"}))
            if hour == self.sizes.hours - 1:
                self.answer(lambda _request, _no: taken(405, "InsufficientBalance"))
            await asyncio.sleep(1800)
            tick(self.home, self.clock())
            await asyncio.sleep(1800)
        tick(self.home, self.clock() + timedelta(minutes=1))
        self.returned = self.clock()
        self.answer(self.take)
        while self.waiting():  # noqa: ASYNC110 - virtual minutes
            await asyncio.sleep(60)
        await stop(sending)

    def take(self, request: Any, no: int) -> Answer:
        assert self.loop is not None
        self.arrivals.append((self.clock.began + timedelta(seconds=self.loop.time()), request.form["message"]))
        return taken(number=request.form["to"], message_id=f"ATXid_{no}")

    def answer(self, default: Any) -> None:
        """From now on the API can be reached, and says this."""
        if self.api is None:
            self.api = self.stack.enter_context(africastalking_api(self.port))
        self.api.default = default

    def start(self, books: Books) -> "asyncio.Task[None]":
        self.loop = asyncio.get_running_loop()
        sender = Sender(
            Outbox(books, self.home.keys),
            sms_lines({NAME: self.account()}),
            owner=os.urandom(4).hex(),
            clock=self.clock,
            randomness=os.urandom,
            zone=self.home.settings.gateway.zone,
            sms_per_day=20_000,
        )
        return asyncio.create_task(sender.run())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.home.store.reading() as tx:
            return tx.rows(sql)

    def waiting(self) -> int:
        return int(self.rows("SELECT count(*) FROM outbox WHERE state IN ('due', 'leased')")[0][0])


async def stop(sending: "asyncio.Task[None]") -> None:
    """The process ends; what it was sending comes back when its lease ends."""
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending


def survived(home: Home, sizes: Sizes) -> Outage:
    """The whole of it: an open vote with officials, the outage, the return of the line, everything sent that can be."""
    paper = open_vote(home)
    vote(home, paper, 30)
    with home.store.transaction() as tx:
        areas.set_provider(tx, 7, NAME)
    for place in range(OFFICIALS):
        receive(home, "sms", f"+7701000010{place}")
    with ExitStack() as stack:
        port = free_port()
        outage = Outage(home, sizes, f"http://127.0.0.1:{port}", port, stack)

        async def use(books: Books) -> None:
            outage.enqueue("announcement", 0, sizes.announcements, outbox.BULK, outbox.HOPE)
            await outage.pass_hours(books)

        with_books(home, use)
    return outage


def check(outage: Outage) -> None:
    """Drained in order, none lost, no digest doubled, stale replies dead with their reason, nothing in a burst."""
    _none_lost(outage)
    _in_order(outage)
    _at_its_rate(outage)
    _few_knocks(outage)
    with outage.home.store.reading() as tx:
        assert lines.every(tx) == ()


def _none_lost(outage: Outage) -> None:
    sizes, texts = outage.sizes, Counter(text for _, text in outage.arrivals)
    assert max(texts.values()) == 1 or all(digest(text) for text, times in texts.items() if times > 1)
    replies = sizes.hours * sizes.replies_an_hour
    useful = {f"reply {place}" for place in range(replies - 23 * sizes.replies_an_hour, replies)}
    stale = {f"reply {place}" for place in range(replies - 25 * sizes.replies_an_hour)}
    assert useful <= set(texts), "a reply that was still useful did not leave"
    assert not stale & set(texts), "a stale reply left"
    announced = {text for text in texts if text.startswith("announcement")}
    assert len(announced) == sizes.announcements
    assert sum(times for text, times in texts.items() if digest(text)) == OFFICIALS, "one digest for each official"
    found = outage.rows("SELECT state, error, count(*) FROM outbox GROUP BY state, error")
    states: Counter[tuple[str, str]] = Counter()
    for state, error, times in found:
        stale_now = state == "dead" and error.startswith("given up: ")  # its next try would have been too late
        states[state, "expired" if stale_now else error] += times
    evenings = int(outage.rows("SELECT count(DISTINCT slot) FROM bulletin")[0][0])
    gone = replies - sum(text.startswith("reply") for text in texts)
    assert states == {
        ("sent", ""): len(outage.arrivals),
        ("dead", "expired"): gone,
        ("dead", "superseded"): OFFICIALS * (evenings - 1),
    }


def _in_order(outage: Outage) -> None:
    """Replies, digests, announcements; those that were never tried before by age. Eight are under way at a time."""
    order = [0 if text.startswith("reply") else 1 if digest(text) else 2 for _, text in outage.arrivals]
    for place, kind in enumerate(order):
        assert kind >= max(order[: max(0, place - AT_ONCE)], default=0), (place, order[place - 9 : place + 1])
    tried = {text for text, tries in _tries(outage).items() if tries > 1}
    ages = [int(text.split()[1]) // outage.sizes.replies_an_hour for _, text in outage.arrivals
            if text.startswith("reply") and text not in tried]  # fmt: skip
    for place, hour in enumerate(ages):
        assert hour >= max(ages[: max(0, place - AT_ONCE)], default=0), (place, ages[place - 9 : place + 1])


def _at_its_rate(outage: Outage) -> None:
    at = [instant for instant, _ in outage.arrivals]
    for first, sixth in zip(at, at[6:], strict=False):
        assert sixth - first >= timedelta(seconds=0.99), "a burst"
    assert at[0] - outage.returned <= timedelta(minutes=31), "the line was found to work too late"
    assert (at[-1] - at[0]).total_seconds() <= len(at) / RATE + 90, "slower than the line"


def _few_knocks(outage: Outage) -> None:
    tries = sum(_tries(outage).values()) + int(
        outage.rows("SELECT coalesce(sum(tries), 0) FROM outbox WHERE state = 'dead'")[0][0]
    )
    assert tries - len(outage.arrivals) < outage.sizes.hours * KNOCKS_AN_HOUR, "a dead line was knocked at too often"


def _tries(outage: Outage) -> dict[str, int]:
    """By text; what was sent has lost neither its id at the provider nor its tries."""
    by_id = {f"ATXid_{no}": text for no, text in _numbered(outage)}
    rows = outage.rows("SELECT provider_id, tries FROM outbox WHERE state = 'sent'")
    return {by_id[provider_id]: tries for provider_id, tries in rows}


def _numbered(outage: Outage) -> list[tuple[int, str]]:
    assert outage.api is not None
    return [(no, request.form["message"]) for no, request in enumerate(outage.api.requests, 1)]


def digest(text: str) -> bool:
    """Is this a tally?"""
    return not text.startswith(("reply", "announcement"))
