"""Real servers on loopback for tests: an API like Africa's Talking's, a receiver of webhooks, a mail server."""

import json
import os
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller

BELOW_CALLS = range(20_000, 32_768)
"""Ports below those that Linux gives to calls (ip_local_port_range): the other end of one may not be taken meanwhile."""


@dataclass(frozen=True)
class Request:
    """What the server was sent."""

    method: str
    path: str
    headers: dict[str, str]  # lower-case names
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The form in the body."""
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Answer:
    """What the server answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


RESET = Answer(status=-1)  # the connection is torn down
SILENCE = Answer(status=-2)  # nothing, until the test ends
GARBAGE = Answer(status=-3)  # bytes that are no HTTP
DRIP = Answer(status=-4)  # a byte now and then, until the test ends

Default = Callable[[Request, int], Answer]


class HttpServer:
    """Answers from `answers`, then with its default; keeps `requests`."""

    def __init__(self, default: Default, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.answers: deque[Answer] = deque()
        self.default = default
        self.over = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = False
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.popleft() if self.answers else self.default(request, len(self.requests))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def africastalking_api(port: int = 0) -> HttpServer:
    """Takes every message: 201, ids ATXid_1, ATXid_2 …"""
    return HttpServer(lambda request, no: taken(number=request.form.get("to", ""), message_id=f"ATXid_{no}"), port)


def webhook_receiver() -> HttpServer:
    """Takes every webhook."""
    return HttpServer(lambda _request, _no: Answer(204))


def taken(code: int = 101, status: str = "Sent", number: str = "+77010000001", message_id: str = "ATXid_1") -> Answer:
    """Africa's Talking's answer for one recipient."""
    recipient = {"statusCode": code, "number": number, "status": status, "cost": "KES 0.8", "messageId": message_id}
    return said("Sent to 1/1 Total Cost: KES 0.8", [recipient])


def said(message: str, recipients: list[dict[str, Any]], content_type: str = "application/json") -> Answer:
    """Africa's Talking's envelope."""
    content = {"SMSMessageData": {"Message": message, "Recipients": recipients}}
    return Answer(201, json.dumps(content).encode(), content_type)


def free_port() -> int:
    """A port where nobody listens, and that no call gets as its own end before somebody does."""
    while True:
        port = BELOW_CALLS[int.from_bytes(os.urandom(4)) % len(BELOW_CALLS)]
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


class MailBox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.messages: list[Any] = []  # EmailMessage
        self.refusals: deque[str] = deque()
        self.port = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            return self.refusals.popleft()
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """An SMTP server without TLS."""
    box = MailBox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    box.port = controller.port
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _handler(server: HttpServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(server.take(Request(self.command, self.path, headers, body)))

        do_GET = do_POST  # noqa: N815

        def _answer(self, answer: Answer) -> None:
            if answer is RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            elif answer is SILENCE:
                server.over.wait(30)
            elif answer is DRIP:
                while not server.over.wait(0.05):
                    self.wfile.write(b"x")
            elif answer is GARBAGE:
                self.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
            else:
                self._say(answer)
            self.close_connection = True

        def _say(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_args: object) -> None:
            pass

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):  # torn down on purpose
                self.rfile.close()

    return Handler
