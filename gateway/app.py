"""build(): the one place where the parts meet. What is built here starts with the server and stops with it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from time import monotonic
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway import __version__, bulletins, mixing, pages, timekeeping
from gateway.catalogue import Shelf
from gateway.clock import Clock
from gateway.conversation import Conversation
from gateway.daytime import daytime_of
from gateway.home import Home
from gateway.meters import Meters
from gateway.notifying import feed, notify, patience
from gateway.outbox import Outbox
from gateway.pages.site import Site, Watched
from gateway.polling import Polling
from gateway.providers import enabled, hooked, polled
from gateway.providers.base import Carrier
from gateway.schedule import Schedule
from gateway.sender import Sender, failovers, sms_lines
from gateway.store import states
from gateway.store.dialogues import StoredSessions
from gateway.store.writer import Books, SqliteBooks
from gateway.webhooks import PREFIX, Hooks, Receive, Scope, Send

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Gateway:
    """One gateway as an ASGI application: hooks past FastAPI, everything else through it."""

    def __init__(self, hooks: Hooks, site: FastAPI) -> None:
        self.site = site
        self._hooks = hooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._hooks(scope, receive, send)
        else:
            await self.site(scope, receive, send)


def build(home: Home, wall: Clock) -> Gateway:
    """The gateway of this home. The database is open; what runs beside the requests starts with the lifespan."""
    clock = timekeeping.awake(home, wall, monotonic)
    books = open_books(home)
    shelf = Shelf(home.keys.keep_batches)
    meters = Meters()
    providers = enabled(home.settings)
    owner = home.randomness(8).hex()
    outbox = Outbox(books, home.keys, shelf.paper)
    sender = _sender(home, outbox, providers, clock=clock, owner=owner, meters=meters)
    conversation = Conversation(
        books=books,
        keys=home.keys,
        settings=home.settings,
        randomness=home.randomness,
        shelf=shelf,
        sessions=None if home.store.file else StoredSessions(books),
        wake=sender.wake,
        keeper=clock,
        meters=meters,
    )
    polling = Polling(books, conversation, outbox, owner=owner, clock=clock, randomness=home.randomness, meters=meters)

    @asynccontextmanager
    async def lifespan(_site: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(timekeeping.begin, home, clock)
        await asyncio.to_thread(mixing.finish, home)
        schedule = Schedule(home, clock, owner, wake=sender.wake, trusted=lambda: clock.trusted)
        schedule.start()
        async with _beside(
            sender.run(),
            polling.run(polled(providers), alone=home.store.file is not None),
            timekeeping.watch(home, clock, schedule.again),
            feed(lambda: books.write(lambda _: None), patience()),
        ):
            notify("READY=1")
            yield
            notify("STOPPING=1")
            schedule.stop()
        await books.close()
        await asyncio.to_thread(timekeeping.end, home, clock)

    site = _site(home, lifespan)
    public_url = home.settings.server.public_url.rstrip("/")
    watched = Watched(home.path, home.settings.server.metrics_token or "", meters)
    asked = Site(
        books,
        home.store,
        shelf,
        home.settings.gateway,
        clock,
        home.keys,
        watched,
        public_url,
        home=home,
        wake=sender.wake,
    )
    pages.attach(site, asked)
    return Gateway(Hooks(hooked(providers), conversation, outbox, clock, meters), site)


def _sender(  # noqa: PLR0913 - the parts meet here
    home: Home, outbox: Outbox, providers: Mapping[str, Carrier], *, clock: Clock, owner: str, meters: Meters
) -> Sender:
    return Sender(
        outbox,
        (*sms_lines(providers), *bulletins.lines(home.settings, clock)),
        owner=owner,
        clock=clock,
        randomness=home.randomness,
        zone=home.settings.gateway.zone,
        sms_per_day=home.settings.limits.sms_per_day,
        daytime=daytime_of(home.settings),
        failovers=failovers(home.settings),
        processes=home.settings.server.workers,
        meters=meters,
    )


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """What runs beside the requests, and ends with them."""
    tasks = [asyncio.create_task(work) for work in works]
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def open_books(home: Home) -> Books:
    """The way of votes into this home's database."""
    if home.store.file is not None:
        return SqliteBooks(home.store.file, _stop_process)
    from gateway.store.pooled import PostgresBooks  # noqa: PLC0415 - psycopg is read where there is PostgreSQL

    return PostgresBooks(home.store.url.set(drivername="postgresql").render_as_string(hide_password=False))


def _site(home: Home, lifespan: Lifespan) -> FastAPI:
    with home.store.reading() as tx:
        instance = states.instance(tx)
    site = FastAPI(title="Dauys", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)

    @site.get("/health")
    async def health() -> JSONResponse:
        """Ready: the database is open and migrated."""
        return JSONResponse({"status": "ok", "version": __version__, "instance": instance})

    return site


def _stop_process() -> None:
    """A COMMIT whose outcome is unknown: the supervisor starts us anew, and the database tells what is there."""
    os.kill(os.getpid(), signal.SIGTERM)
