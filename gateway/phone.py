"""A phone in the terminal: what its owner types becomes hooks of the console provider, what comes back is shown.

Typed: `*384*44135#` or `*384*44135*7*3#` dials, anything while a dialogue runs is keyed in (`#` alone hangs up), any
other text is an SMS.
"""

import asyncio
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import quote, urlencode, urlsplit

from gateway.clock import Clock
from gateway.keys import Randomness
from gateway.replaying.client import Line, Request, Response, Unknown
from handlers.ussd.dial import beyond

DIAL = re.compile(r"\*[0-9*]+#")
HANG_UP = "#"
WIDTH = 30  # characters of a line on the screen
REPLY_WAIT, REPLY_PAUSE = 5.0, 0.1  # seconds: when no reply is awaited any more, and between two looks


class NoAnswer(Exception):  # noqa: N818
    """The gateway did not take what was sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was shown: a screen, a message, or a remark of the phone itself."""

    title: str
    text: str
    kind: str  # screen, message, remark


@dataclass(frozen=True, slots=True)
class Network:
    """What a phone knows of its operator and of the gateway behind."""

    hooks: str  # address of the console's hooks, up to and with the secret
    short_code: str = "44135"
    service_code: str = "*384*44135#"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.hooks)
        return f"{parts.scheme}://{parts.netloc}"

    def path(self, what: str) -> str:
        """Of one hook."""
        return f"{urlsplit(self.hooks).path.rstrip('/')}/{what}"

    def rest(self, dialled: str) -> str | None:
        """What was dialled beyond the service code; None for another service."""
        return beyond(self.service_code, dialled)


class Phone:
    """One phone; it stands in at most one USSD dialogue."""

    def __init__(
        self, number: str, network: Network, clock: Clock, randomness: Randomness, wait: float = REPLY_WAIT
    ) -> None:
        self.number = number
        self._network, self._clock, self._randomness, self._wait = network, clock, randomness, wait
        self._line = Line(network.origin)
        self._session = ""

    @property
    def in_dialogue(self) -> bool:
        """Is a USSD dialogue running?"""
        return bool(self._session)

    def does(self, typed: str) -> str:
        """What this line would do, as transcripts say it: dials, keys, hangs or >."""
        if DIAL.fullmatch(typed):
            return "dials"
        if not self._session:
            return ">"
        return "hangs" if typed == HANG_UP else "keys"

    async def act(self, typed: str) -> tuple[Said, ...]:
        """Do what was typed; what the phone shows. Raises NoAnswer."""
        match self.does(typed):
            case "dials":
                return await self._dial(typed)
            case "keys":
                return (await self._press(typed),)
            case "hangs":
                self._session = ""
                return (Said("", "the dialogue was ended", "remark"),)
            case _:
                return await self._text(typed)

    async def messages(self) -> tuple[Said, ...]:
        """Messages that have come since the last look."""
        query = f"{self._network.path('inbox')}?phone={quote(self.number)}"
        found = json.loads((await self._send(Request(query, method="GET"))).body)
        return tuple(Said(f"SMS {self._network.short_code}", text, "message") for text in found)

    def close(self) -> None:
        """Switch off."""
        self._line.close()

    async def _dial(self, typed: str) -> tuple[Said, ...]:
        rest = self._network.rest(typed)
        if rest is None:
            return (Said("", f"nobody answers there; the service is {self._network.service_code}", "remark"),)
        self._session = self._randomness(16).hex()
        return (await self._press(rest),)

    async def _press(self, key: str) -> Said:
        fields = {"session": self._session, "id": self._randomness(16).hex(), "from": self.number, "key": key}
        shown = json.loads((await self._send(self._form("ussd", fields))).body)
        if shown["ends"]:
            self._session = ""
        return Said(self._network.service_code, shown["text"], "screen")

    async def _text(self, typed: str) -> tuple[Said, ...]:
        fields = {
            "id": self._randomness(16).hex(),
            "from": self.number,
            "to": self._network.short_code,
            "text": typed,
            "date": f"{self._clock():%Y-%m-%dT%H:%M:%SZ}",
        }
        await self._send(self._form("sms", fields))
        return await self._reply()

    async def _reply(self) -> tuple[Said, ...]:
        for _ in range(round(self._wait / REPLY_PAUSE)):
            found = await self.messages()
            if found:
                return found
            await asyncio.sleep(REPLY_PAUSE)
        return (Said("", "no reply", "remark"),)

    def _form(self, what: str, fields: dict[str, str]) -> Request:
        return Request(self._network.path(what), urlencode(fields).encode("ascii"))

    async def _send(self, request: Request) -> Response:
        for line_was_idle in (True, False):  # a connection that was kept open may be gone: try a new one
            try:
                response = await self._line.send(request)
                break
            except Unknown as error:
                if not line_was_idle:
                    raise NoAnswer(f"the gateway at {self._network.origin} does not answer: {error}") from error
        if response.status != 200:
            raise NoAnswer(f"the gateway at {self._network.origin} answered {response.status}")
        return response


def frame(said: Said) -> str:
    """It as on a phone's display."""
    if said.kind == "remark":
        return f"  ({said.text})"
    lines = [part for line in said.text.split("\n") for part in textwrap.wrap(line, WIDTH) or [""]]
    top = f"┌─ {said.title} " if said.title else "┌"
    return "\n".join((top.ljust(WIDTH + 3, "─") + "┐", *(f"│ {line:<{WIDTH}} │" for line in lines), _bottom()))


def header(at: datetime, zone: tzinfo) -> str:
    """The first lines of a transcript."""
    return f"# Recorded by dauys phone.\nat {at.astimezone(zone):%Y-%m-%d %H:%M}\n"


def record(number: str, does: str, typed: str, shown: tuple[Said, ...]) -> str:
    """One exchange as lines of a transcript; remarks of the phone itself are silence."""
    if does == "hangs":
        return ""
    said = [one.text for one in shown if one.kind != "remark"] or [""]
    return "".join(f"{line}\n" for line in (f"{number} {does} {typed}".rstrip(), *_answer(number, does, said)))


def _answer(number: str, does: str, said: list[str]) -> Iterator[str]:
    margin = " " * (len(number) + 1)
    for text in said:
        first, *rest = text.split("\n")
        yield (f"{number} < {first}" if does == ">" else f"{margin}| {first}").rstrip()
        yield from (f"{margin}| {line}".rstrip() for line in rest)


def _bottom() -> str:
    return "└" + "─" * (WIDTH + 2) + "┘"
