"""Deliveries: a call is repeated under its own id until it is answered, and some are posted twice on purpose."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gateway.replaying.client import Line, Request, Response, Unknown

T = TypeVar("T")

PATIENCE = 60.0  # seconds that one delivery is tried for
PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between tries, doubled each time
TRY_AGAIN = frozenset({500, 502, 503, 504})


class GaveUp(Exception):  # noqa: N818
    """No answer in all the time: nobody knows whether it was carried out."""


class NotTaken(Exception):  # noqa: N818
    """An answer that no repetition will change."""


@dataclass(slots=True)
class Counts:
    """What was sent so far."""

    posts: int = 0  # calls that were written to a connection
    duplicates: int = 0  # deliveries posted twice on purpose
    resent: int = 0  # because the answer was missing, unreadable, or asked for it


class Postman:
    """One connection, and a second one for what is delivered twice at the same instant."""

    def __init__(self, origin: str, counts: Counts, patience: float = PATIENCE) -> None:
        self._line, self._second = Line(origin), Line(origin)
        self._counts = counts
        self._patience = patience

    async def deliver(self, request: Request, read: Callable[[Response], T], *, twice: bool = False) -> T:
        """What was answered, as `read` reads it. Raises GaveUp, NotTaken."""
        if not twice:
            return await self._until_answered(self._line, request, read)
        self._counts.duplicates += 1
        tries = (self._until_answered(line, request, read) for line in (self._line, self._second))
        found, again = await asyncio.gather(*tries, return_exceptions=True)
        if isinstance(found, BaseException):
            found = again
        if isinstance(found, BaseException):
            raise found
        return found

    def close(self) -> None:
        """Hang up."""
        self._line.close()
        self._second.close()

    async def _until_answered(self, line: Line, request: Request, read: Callable[[Response], T]) -> T:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + self._patience, PAUSE
        while True:
            self._counts.posts += 1
            try:
                response = await line.send(request)
                if response.status == 200:
                    return read(response)
                reason = f"HTTP {response.status}"
                if response.status not in TRY_AGAIN:
                    raise NotTaken(reason)
            except Unknown as error:
                reason = str(error)
            if loop.time() > until:
                raise GaveUp(reason)
            self._counts.resent += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
