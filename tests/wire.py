"""A server that answers bytes with bytes, for clients under test: one request at a time, connections stay open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HANG_UP = b""
SILENCE = None


@dataclass(slots=True)
class Wire:
    """What came in."""

    origin: str = ""
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)  # method, target, body
    connections: int = 0


Answering = Callable[[str, bytes], Awaitable[bytes | None]]
"""(target, body) -> bytes of an answer, HANG_UP or SILENCE."""


def said(body: bytes, status: int = 200) -> bytes:
    """A whole answer."""
    return b"HTTP/1.1 %d Whatever\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@asynccontextmanager
async def serving(answering: Answering) -> AsyncIterator[Wire]:
    """A server on a free port; it ends with the block."""
    wire = Wire()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
                body = await reader.readexactly(length)
                method, target, _ = head.split(" ", 2)
                wire.requests.append((method, target, body))
                answer = await answering(target, body)
                if answer == HANG_UP:
                    break
                if answer is not SILENCE:
                    writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    wire.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # the transports take notice
        await asyncio.sleep(0)


def answers(*these: bytes | None) -> Answering:
    """These answers one after the other, the last one for ever."""
    left = list(these)

    async def answering(_target: str, _body: bytes) -> bytes | None:
        return left.pop(0) if len(left) > 1 else left[0]

    return answering
