"""build(): the one place where the parts meet. What is built here starts with the server and stops with it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway import __version__, mixing
from gateway.clock import Clock
from gateway.conversation import Conversation
from gateway.home import Home
from gateway.providers import enabled
from gateway.store import states
from gateway.store.writer import Books, PostgresBooks, SqliteBooks
from gateway.webhooks import PREFIX, Hooks, Receive, Scope, Send


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


def build(home: Home, clock: Clock) -> Gateway:
    """The gateway of this home. The database is open; nothing runs before the lifespan starts."""
    books = open_books(home)
    conversation = Conversation(books=books, keys=home.keys, settings=home.settings, randomness=home.randomness)

    @asynccontextmanager
    async def lifespan(_site: FastAPI) -> AsyncIterator[None]:
        mixing.finish(home)
        yield
        await books.close()

    with home.store.reading() as tx:
        instance = states.instance(tx)
    site = FastAPI(title="Dauys", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)

    @site.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"status": "ok", "version": __version__, "instance": instance})

    return Gateway(Hooks(enabled(home.settings), conversation, None, clock), site)


def open_books(home: Home) -> Books:
    """The way of votes into this home's database."""
    if home.store.file is not None:
        return SqliteBooks(home.store.file, _stop_process)
    return PostgresBooks(home.store.url.set(drivername="postgresql").render_as_string(hide_password=False))


def _stop_process() -> None:
    """A COMMIT whose outcome is unknown: the supervisor starts us anew, and the database tells what is there."""
    os.kill(os.getpid(), signal.SIGTERM)
