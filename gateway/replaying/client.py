"""A small HTTP/1.1 client with connections that stay open: a general one is ten times too slow for a replay.

One request at a time on a connection. Whatever cannot be read as a whole answer is `Unknown`: what it asked for may or
may not have been done, and the caller sends it again under the same id.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TIMEOUT = 20.0  # seconds for one answer; Africa's Talking waits 15
LARGEST = 1024 * 1024  # bytes of an answer


class Unknown(Exception):  # noqa: N818
    """No answer, or one that cannot be read: nobody knows whether the request was carried out."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call; `target` is path and query."""

    target: str
    body: bytes = b""
    method: str = "POST"
    content_type: str = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)  # names in lower case


class Line:
    """One connection to one server, opened when it is needed and again after it broke."""

    def __init__(self, origin: str, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(origin)
        secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or (443 if secure else 80)
        self._tls = ssl.create_default_context() if secure else None
        self._name = parts.netloc
        self._timeout = timeout
        self._wire: _Wire | None = None

    async def send(self, request: Request) -> Response:
        """The answer. Raises Unknown."""
        try:
            async with asyncio.timeout(self._timeout):
                wire = self._wire or await self._connect()
                return await wire.ask(_written(request, self._name))
        except (OSError, TimeoutError, Unknown) as error:
            self.close()
            raise Unknown(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.hang_up()
            self._wire = None

    async def _connect(self) -> "_Wire":
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(_Wire, self._host, self._port, ssl=self._tls)
        self._wire = wire
        return wire


class _Wire(asyncio.Protocol):
    """Bytes of one connection, collected until an answer is whole."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Response] | None = None
        self._got = b""
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, written: bytes) -> Response:
        assert self._transport is not None
        if self._lost or self._got:  # the server hung up while nobody asked, or spoke without being asked
            raise Unknown("the connection was closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(written)
        return await self._waiting

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._waiting is None or self._waiting.done():
            return
        try:
            answer = _read(self._got)
        except Unknown as error:
            self._waiting.set_exception(error)
            return
        if answer is not None:
            self._got = b""
            self._waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        self._lost = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Unknown("the connection broke off"))

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _written(request: Request, host: str) -> bytes:
    head = (
        f"{request.method} {request.target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {request.content_type}\r\n"
        f"Content-Length: {len(request.body)}\r\n\r\n"
    )
    return head.encode("ascii") + request.body


def _read(got: bytes) -> Response | None:
    """The answer in these bytes, None while it is not whole. Raises Unknown."""
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        if len(got) > LARGEST or not b"HTTP/1.1 ".startswith(got[:9]):
            raise Unknown("this is no HTTP/1.1 answer")
        return None
    first, *lines = head.split(b"\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    try:
        status, length = int(first.split(b" ", 2)[1]), int(fields[b"content-length"])
    except (ValueError, IndexError, KeyError) as error:
        raise Unknown("the answer's head cannot be read") from error
    if not first.startswith(b"HTTP/1.1 ") or not 0 <= length <= LARGEST or len(body) > length:
        raise Unknown("the answer cannot be read")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in fields.items()}
    return Response(status, body, headers) if len(body) == length else None
