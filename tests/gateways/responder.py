"""An empty responder: 200 and nothing, to whatever comes; how many came is told at /count. `python -m … PORT`"""

import asyncio
import sys

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


if __name__ == "__main__":
    asyncio.run(respond(int(sys.argv[1])))
