"""A gateway under test: its hooks called straight through ASGI, a clock set by hand, phones that keep what they get."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlencode

import pytest

from ballots.model import Choices, Paper, Standing
from gateway.catalogue import Shelf
from gateway.conversation import Conversation
from gateway.envelopes import open_choices
from gateway.home import Home
from gateway.outbox import Outbox
from gateway.providers import enabled, hooked
from gateway.store import inbox, rolls, votes
from gateway.store.dialogues import StoredSessions
from gateway.store.pooled import PostgresBooks
from gateway.store.writer import PATIENCE, Books, SqliteBooks
from gateway.webhooks import Hooks
from tests import invariants
from tests.gateway.store.villages import CLOSES, OPENS, ROUND

T = TypeVar("T")

NAME = "africastalking"
FORM = {"content-type": "application/x-www-form-urlencoded"}
VOTING = OPENS + timedelta(days=1, hours=5)  # 14:00 in the village
LATER = CLOSES + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call was answered."""

    status: int
    body: str
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict, compare=False)


def phone(number: int) -> str:
    """One of a million phones."""
    return f"+7700{number:07d}"


async def call(
    app: Hooks, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = FORM, query: str = ""
) -> Reply:
    """One request, its body in one piece, as an ASGI server hands it over."""
    return await exchange(app, method, path, [{"body": body}], headers, query)


async def exchange(
    app: Hooks,
    method: str,
    path: str,
    pieces: Sequence[Mapping[str, Any]],
    headers: Mapping[str, str] = FORM,
    query: str = "",
) -> Reply:
    """One request, piece by piece; after the last one nothing more comes."""
    coming = iter(pieces)
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        for piece in coming:
            return {"type": "http.request", **piece}
        return await asyncio.Future()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": unquote_to_bytes(path).decode(errors="replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
    }
    await app(scope, receive, send)
    said = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode(), said)


class Field:
    """A village and its gateway, in one event loop; `now` is whatever the test says."""

    def __init__(self, home: Home, *, patience: float = PATIENCE) -> None:
        self.home = home
        self.now = VOTING
        self.died = False
        self.acknowledged: dict[str, str] = {}
        self._patience = patience
        self._runner = asyncio.Runner()
        self._ids = count(1)
        self._kept: dict[str, list[str]] = {}
        self._start()

    def _start(self) -> None:
        self.books = self._open_books()
        self.shelf = Shelf(self.home.keys.keep_batches)
        self.outbox = Outbox(self.books, self.home.keys, self.shelf.paper)
        self.conversation = Conversation(
            books=self.books,
            keys=self.home.keys,
            settings=self.home.settings,
            randomness=self.home.randomness,
            shelf=self.shelf,
            sessions=None if self.home.store.file else StoredSessions(self.books),
        )
        self.hooks = Hooks(hooked(enabled(self.home.settings)), self.conversation, self.outbox, lambda: self.now)

    def _open_books(self) -> Books:
        if self.home.store.file is not None:
            return SqliteBooks(self.home.store.file, self._die, self._patience)
        url = self.home.store.url.set(drivername="postgresql")
        return PostgresBooks(url.render_as_string(hide_password=False), self._patience)

    def _die(self) -> None:
        self.died = True

    def restart(self) -> None:
        """The process ends and another one takes its place; nothing in memory survives."""
        self.run(self.books.close())
        self._start()

    def close(self) -> None:
        """Give back connections and the loop."""
        self.run(self.books.close())
        self._runner.close()

    def run(self, work: Awaitable[T]) -> T:
        """Wait for something on the gateway's loop."""

        async def waiting() -> T:
            return await work

        return self._runner.run(waiting())

    # the village

    def enrol(self, *phones: str, area: int = 1) -> None:
        """Put phones on the roll of an area, by its id."""
        with self.home.store.transaction() as tx:
            rolls.add(tx, ROUND, area, rolls.seal(self.home.keys, ROUND, phones))

    def tag(self, number: str) -> bytes:
        """The tag of a phone in this round."""
        return self.home.keys.voter_tag(ROUND, number)

    # what comes in

    def path(self, what: str, provider: str = NAME) -> str:
        """The address of a hook."""
        return f"/hooks/{provider}/{getattr(self.home.settings.providers, provider).secret}/{what}"

    def raw(self, what: str, body: bytes, method: str = "POST", headers: Mapping[str, str] = FORM) -> Reply:
        """A call with this very body."""
        return self.run(call(self.hooks, method, self.path(what), body, headers))

    async def post(self, what: str, **fields: str) -> Reply:
        """A call with these fields."""
        return await call(self.hooks, "POST", self.path(what), urlencode(fields).encode())

    async def texts(self, sender: str, text: str, id: str = "", date: str = "") -> Reply:  # noqa: A002
        """A phone sends a text message."""
        id = id or f"m{next(self._ids)}"  # noqa: A001
        fields = {"id": id, "from": sender, "to": "44135", "text": text, "linkId": ""}
        reply = await self.post("sms", **fields | ({"date": date} if date else {}))
        if reply.status == 200:
            self.acknowledged.setdefault(id, sender)
        return reply

    async def dials(self, sender: str, session: str, text: str) -> Reply:
        """A phone's USSD hit; `text` is the whole way so far."""
        fields = {"sessionId": session, "phoneNumber": sender, "networkCode": "99999", "serviceCode": "*384*44135#"}
        return await self.post("ussd", **fields, text=text)

    def sms(self, sender: str, text: str, id: str = "", date: str = "") -> Reply:  # noqa: A002
        return self.run(self.texts(sender, text, id, date))

    def ussd(self, sender: str, session: str, text: str) -> str:
        """The screen, `CON …` or `END …`."""
        reply = self.run(self.dials(sender, session, text))
        assert reply.status == 200
        return reply.body

    def report(self, **fields: str) -> Reply:
        return self.run(self.post("report", **fields))

    def says(self, sender: str, text: str, **more: str) -> str:
        """What this text message is answered, alone; '' for silence."""
        self.replies(sender)
        assert self.sms(sender, text, **more) == Reply(200, "")
        return "\n".join(self.replies(sender))

    # what leaves, and what lies in the database

    def replies(self, sender: str) -> list[str]:
        """The messages that have come to this phone since the last look, opened as when they leave."""
        claimed = self.run(
            self.outbox.claim(
                NAME,
                "field",
                now=self.now,
                lease=timedelta(days=3650),
                limit=100_000,
                day="",
                per_day=1_000_000,
            )
        )
        for letter in claimed:
            self._kept.setdefault(letter.recipient, []).append(letter.content["text"])
        return self._kept.pop(sender, [])

    def outcome(self, message: str) -> str | None:
        """The word that the inbox keeps of a message."""
        found = self.row("SELECT outcome FROM inbox WHERE key = ?", inbox.key_of(NAME, message))
        return None if found is None else str(found[0])

    def standing(self, paper: Paper, number: str) -> tuple[Standing, str] | None:
        """Standing and channel of a phone's vote."""
        sql = "SELECT state, channel FROM participation WHERE poll_id = ? AND tag = ?"
        found = self.row(sql, paper.poll, self.tag(number))
        return None if found is None else (Standing(found[0]), found[1])

    def receipt(self, paper: Paper, number: str) -> str:
        """Ten digits."""
        found = self.row(
            "SELECT receipt FROM participation WHERE poll_id = ? AND tag = ?", paper.poll, self.tag(number)
        )
        return "" if found is None else str(found[0])

    def choice(self, paper: Paper, number: str) -> Choices | None:
        """What a phone's envelope holds; None without one."""
        with self.home.store.reading() as tx:
            sealed = votes.sealed(tx, paper.poll, self.tag(number))
        if sealed is None:
            return None
        return open_choices(self.home.keys, paper.poll, self.tag(number), sealed.batch, sealed.envelope)[0]

    def votes(self, paper: Paper) -> Counter[Choices]:
        """All that counts or will count: pending envelopes and anonymous ballots."""
        with self.home.store.reading() as tx:
            return invariants.cast(tx, self.home, paper.poll)

    def invariants(self) -> None:
        """I1, I3 and I4 of docs/faults.md."""
        with self.home.store.reading() as tx:
            invariants.books(tx)
            invariants.kept(tx, self.home, self.acknowledged)
            invariants.chained(tx, self.home)

    def row(self, sql: str, *params: object) -> tuple[Any, ...] | None:
        return next(iter(self.rows(sql, *params)), None)

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """What lies in the database now."""
        with self.home.store.reading() as tx:
            return tx.rows(sql, *params)


def _gateway(home: Home) -> Iterator[Field]:
    opened = Field(home)
    yield opened
    opened.close()


@pytest.fixture
def field(home: Home) -> Iterator[Field]:
    """A gateway, once on each engine."""
    yield from _gateway(home)


@pytest.fixture
def sqlite_field(sqlite_home: Home) -> Iterator[Field]:
    """A gateway on SQLite, where the database decides nothing."""
    yield from _gateway(sqlite_home)
