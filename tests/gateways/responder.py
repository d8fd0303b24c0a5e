"""An empty responder: 200 and nothing, to whatever comes; how many came is told at /count.

`python -m tests.gateways.responder PORT`, and with `route` behind it as an empty FastAPI route.
"""

import asyncio
import sys

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from tests.bench import empty

EMPTY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


class Responder(asyncio.Protocol):
    """One connection; a request of Kannel is one piece without a body."""

    came = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /count"):
            told = str(Responder.came).encode()
            self.transport.write(EMPTY.replace(b"Length: 0", b"Length: %d" % len(told)) + told)
            return
        asked = data.count(b"GET /")
        Responder.came += asked
        self.transport.write(EMPTY * asked)


async def respond(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", port)
    await server.serve_forever()


def route(port: int) -> None:
    """What FastAPI and uvicorn alone take of each call."""
    site = FastAPI()

    @site.get("/count")
    async def count() -> PlainTextResponse:
        return PlainTextResponse(str(Responder.came))

    @site.get("/hooks/kannel/{secret}/sms")
    async def hook(request: Request, secret: str) -> PlainTextResponse:
        await request.form()
        Responder.came += 1
        return PlainTextResponse("")

    empty.serve(site, port)


if __name__ == "__main__":
    port = int(sys.argv[1])
    if "route" in sys.argv:
        route(port)
    else:
        asyncio.run(respond(port))
