"""A gateway of this process behind a real port, its clock set by the test: what Kannel calls while transcripts are played."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable
from threading import Thread
from typing import TypeVar

import uvicorn

from gateway.home import Home
from gateway.providers import enabled
from gateway.sender import Line, sms_lines
from gateway.webhooks import Hooks, Receive, Scope, Send
from tests.gateway.field import Field
from tests.gateway.hooked import OPERATOR, Hooked
from tests.gateways.centre import ANSWERS, DIALS, Centre
from tests.gateways.kannel import PATIENCE, Operator, listens, until
from tests.servers import free_port
from tests.village import Village

T = TypeVar("T")


class Door:
    """A port that stays; the gateway behind it changes with each transcript."""

    def __init__(self) -> None:
        self.port = free_port()
        self.hooks: Hooks | None = None
        self.operators_clock = 0  # seconds; Kannel's own is the wall's
        self.answered: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self._loop = asyncio.new_event_loop()
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app, port=self.port, lifespan="off", interface="asgi3", log_config=None, access_log=False
            )
        )
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._server.serve(),))
        self._thread.start()
        until(lambda: listens(self.port), "the gateway's port opens")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, work: Awaitable[T]) -> T:
        """Wait for something on the loop that serves."""

        async def waiting() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(waiting(), self._loop).result(PATIENCE)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        what = scope["path"].rpartition("/")[2]

        async def noting(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        if self.hooks is None:  # between two transcripts only reports come, on messages that nobody waits for
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
            return
        stamp = b"ts=%d" % self.operators_clock
        scope["query_string"] = re.sub(rb"\bts=\d+", stamp, scope["query_string"])
        await self.hooks(scope, receive, noting)
        self.answered[what] += 1


class Behind(Field):
    """A field whose gateway runs on the door's loop."""

    def __init__(self, home: Home, door: Door) -> None:
        self._door = door
        super().__init__(home)

    def run(self, work: Awaitable[T]) -> T:
        return self._door.run(work)


class Telecom(Hooked):
    """A village whose phones reach it through an operator, Kannel and real ports."""

    def __init__(self, village: Village, home: Home, door: Door, operator: Operator, centre: Centre) -> None:
        self._lines = {line.name: line for line in sms_lines(enabled(home.settings))}
        super().__init__(village, home, "kannel", Behind(home, door))
        self._door, self._operator, self._centre = door, operator, centre
        door.hooks = self.field.hooks

    def sms(self, phone: str, text: str) -> str:
        self.at += OPERATOR
        self.field.now, self._door.operators_clock = self.at, int(self.at.timestamp())
        before = self._door.answered["sms"]
        self._operator.text(phone, text)
        until(lambda: self._door.answered["sms"] > before, "Kannel hands the message over")
        if not self.field.run(self._sender.drain()):
            assert self._operator.silent
            return ""
        message = self._operator.delivered()
        assert message.phone == phone
        return message.text

    def leave(self) -> None:
        """Reports on all replies have come back, too."""
        waiting = "SELECT 1 FROM outbox WHERE provider = 'kannel' AND state <> 'delivered'"
        until(lambda: not self.field.rows(waiting), "reports come back")
        super().leave()

    def hang_up(self) -> None:
        """The next village may come."""
        self._door.hooks = None
        self.field.close()

    def _step(self, phone: str) -> str:
        dialogue = self._dialogues[phone]
        assert not dialogue.ended, "nothing can be keyed in any more"
        self.field.now = self.at
        first, rest = len(dialogue.keys) == 1, dialogue.keys[0]
        dialled = f"*384*44135{f'*{rest}' if rest else ''}#"
        text, op = (dialled, DIALS) if first else (dialogue.keys[-1], ANSWERS)
        screen = self._centre.step(phone, text, op, int(dialogue.session[1:]) % 256)
        dialogue.ended = screen.ends
        return screen.text

    def _line(self, provider: str) -> Line:
        line = self._lines[provider]
        return Line(provider, 1e6, line.deliver)
