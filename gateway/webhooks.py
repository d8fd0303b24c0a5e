"""/hooks/{provider}/{secret}/{what}: bytes become a neutral call, a provider reads it, the conversation answers.

Plain ASGI beside FastAPI (docs/decisions/0008): routing and form parsing there cost as much as the vote itself.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import parse_qs

import structlog

from gateway.clock import Clock
from gateway.conversation import Conversation
from gateway.meters import Meters
from gateway.outbox import Outbox
from gateway.providers.base import Malformed, Posted, Provider, Unneeded
from gateway.providers.console import Console
from gateway.store.writer import CannotCommit, OutcomeUnknown
from handlers.values import value

log = structlog.get_logger(__name__)

Received = TypeVar("Received")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY = 16 * 1024  # bytes
REFUSED = 1000  # malformed calls that are known again
RECEIPT = 10.0  # seconds in which a call must have arrived whole; uvicorn has no limit of its own
PREFIX = "/hooks/"
TEXT = "text/plain; charset=utf-8"


@value
class Answer:
    """What the provider gets back."""

    status: int
    body: bytes = b""
    content_type: str = TEXT
    headers: tuple[tuple[bytes, bytes], ...] = ()


OK = Answer(200)
NOT_FOUND = Answer(404, b"Not found\n")
NOT_ALLOWED = Answer(405, b"Method not allowed\n")  # dauys doctor looks for it
TRY_AGAIN = Answer(503, b"Not taken: try again\n")


class Unread(Malformed):
    """The call could not be received as a form or a query."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Refused:
    """Malformed calls of late: some gateways repeat one for days, and each is one line in the log."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, None] = OrderedDict()

    def first(self, *call: object) -> bool:
        """Was it not among the last ones? Only a hash of it is kept."""
        key = hash(call)
        new = key not in self._known
        self._known[key] = None
        self._known.move_to_end(key)
        if len(self._known) > REFUSED:
            self._known.popitem(last=False)
        return new


class Arrivals:
    """Calls that are still arriving, under one timer: a timer for each would cost every vote.

    `whole` awaits the receiving; TimeoutError comes out of it after `seconds`, give or take a tenth.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._looks = False

    async def whole(self, receiving: Coroutine[Any, Any, Received]) -> Received:
        """What was received. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._since[task] = loop.time()
        if not self._looks:
            self._looks = True
            loop.call_later(self._seconds / 10, self._look, loop)
        try:
            return await receiving
        except asyncio.CancelledError:
            if task in self._late and not task.uncancel():
                raise TimeoutError from None
            raise
        finally:
            self._since.pop(task, None)
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looks = bool(self._since)
        if self._looks:
            loop.call_later(self._seconds / 10, self._look, loop)
        for task, since in list(self._since.items()):
            if loop.time() - since >= self._seconds:
                del self._since[task]
                self._late.add(task)
                task.cancel()


class Hooks:
    """The hooks of one gateway, as an ASGI application."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        conversation: Conversation,
        outbox: Outbox,
        clock: Clock,
        meters: Meters | None = None,
    ) -> None:
        self._providers = providers
        self._secrets = {name: _bytes(provider.secret) for name, provider in providers.items()}
        self._conversation = conversation
        self._outbox = outbox
        self._clock = clock
        self._answers = (meters or Meters()).answers
        self._arrivals = Arrivals(RECEIPT)
        self._refused = Refused()
        self._calls: dict[str, Callable[[Provider, Posted], Awaitable[Answer]]] = {
            "sms": self._sms,
            "ussd": self._ussd,
            "report": self._report,
            "session-end": self._session_end,
            "opt-out": self._opt_out,
            "inbox": self._inbox,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        kind, length = answer.content_type.encode(), b"%d" % len(answer.body)
        headers = [(b"content-type", kind), (b"content-length", length), *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        name, _, rest = scope["path"][len(PREFIX) :].partition("/")
        secret, _, what = rest.partition("/")
        known = compare_digest(_bytes(secret), self._secrets.get(name, NOBODY))
        provider = self._providers.get(name) if known and secret else None
        if provider is None or what not in provider.hooks:
            return NOT_FOUND
        if scope["method"] not in {"GET", "POST"}:
            return NOT_ALLOWED
        answer = await self._taken(provider, what, scope, receive)
        self._answers[name, what, answer.status] += 1
        return answer

    async def _taken(self, provider: Provider, what: str, scope: Scope, receive: Receive) -> Answer:
        """The one place where whatever goes wrong becomes a status."""
        name, body = provider.name, b""
        try:
            body = await self._received(receive)
            return await self._calls[what](provider, self._posted(name, what, scope, body))
        except Unneeded as error:
            log.info("A call was not needed", provider=name, what=what, reason=str(error))
            return OK
        except Malformed as error:
            if self._refused.first(name, what, error.status, scope["query_string"], body):
                log.warning("A malformed call was refused", provider=name, what=what, reason=str(error))
            return Answer(error.status, f"{error}\n".encode())
        except (CannotCommit, OutcomeUnknown) as error:
            log.error("A call could not be kept", provider=name, what=what, reason=str(error))  # noqa: TRY400
            return TRY_AGAIN
        except Exception:
            log.exception("A call failed inside; nothing of it was kept", provider=name, what=what)
            return TRY_AGAIN

    async def _received(self, receive: Receive) -> bytes:
        """The body, once it is there as a whole. Raises Unread."""
        try:
            return await self._arrivals.whole(_body(receive))
        except TimeoutError as error:
            raise Unread(408, "the call did not arrive in time") from error

    def _posted(self, name: str, what: str, scope: Scope, body: bytes) -> Posted:
        kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        return Posted(name, scope["method"], what, scope["query_string"], body, kind, self._clock())

    async def _sms(self, provider: Provider, posted: Posted) -> Answer:
        await self._conversation.sms(provider.read_sms(posted))
        return OK

    async def _ussd(self, provider: Provider, posted: Posted) -> Answer:
        hit = provider.read_ussd(posted)
        screen = await self._conversation.ussd(hit)
        shown = provider.show(hit, screen.text, ends=screen.ends)
        return Answer(200, shown.body, shown.content_type, shown.headers)

    async def _report(self, provider: Provider, posted: Posted) -> Answer:
        await self._outbox.reported(provider.name, provider.read_report(posted), posted.at)
        return OK

    async def _session_end(self, provider: Provider, posted: Posted) -> Answer:
        end = provider.read_end(posted)
        log.info("A USSD session ended", status=end.status, cost=end.cost, milliseconds=end.milliseconds)
        return OK

    async def _opt_out(self, provider: Provider, posted: Posted) -> Answer:
        await self._conversation.opt_out(provider.read_opt_out(posted))
        return OK

    async def _inbox(self, provider: Provider, posted: Posted) -> Answer:
        if not isinstance(provider, Console):
            return NOT_FOUND
        phone = parse_qs(posted.query.decode("latin-1")).get("phone", [""])[0]
        return Answer(200, json.dumps(provider.fetch(phone), ensure_ascii=False).encode(), "application/json")


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


NOBODY = bytes(32)  # of a provider that is not there: compared all the same


async def _body(receive: Receive) -> bytes:
    """The whole body: half a form that is read as a whole one may be a vote for 3 that was for 35. Raises Unread."""
    body = b""
    while len(body) <= BODY:
        message = await receive()
        if message["type"] != "http.request":
            raise Unread(400, "the call did not arrive whole")
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if len(body) > BODY:
        raise Unread(413, f"the body is over {BODY // 1024} KiB")
    return body
