"""Phones that text a served gateway over HTTP, many at once, and know which of them were told yes."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from gateway.cli.init import hooks
from gateway.replaying.client import Line, Request, Unknown
from tests.faults import village

TOGETHER = 16
AUL = 7


def hook(home: Path, what: str) -> str:
    """The path of a hook of Africa's Talking."""
    with village.opened(home) as opened:
        return urlsplit(hooks(opened)["africastalking"][what]).path


def dials(url: str, home: Path, number: int) -> str:
    """A phone votes by USSD; the last screen that it sees."""
    screen = ""
    for path in (f"{AUL}*{village.choice(number)[0]}", f"{AUL}*{village.choice(number)[0]}*1"):
        fields = {"sessionId": f"s{number}", "phoneNumber": village.phone(number), "text": path}
        body = urlencode(fields | {"networkCode": "99999", "serviceCode": "*384*44135#"}).encode()
        with urlopen(url + hook(home, "ussd"), body, timeout=15) as answer:
            screen = answer.read().decode()
    return screen


class Crowd:
    """One run against one server. What is not answered 200 in whole is unknown: nobody was told anything."""

    def __init__(
        self, url: str, home: Path, numbers: Iterable[int], word: str = village.WORD, sender: str | None = None
    ) -> None:
        """`sender`: all texts come from this one phone."""
        self._url, self._target = url, hook(home, "sms")
        self._numbers = iter(numbers)
        self._word, self._sender = word, sender
        self.acknowledged: set[int] = set()
        self.refused = 0  # with 503: to be sent again
        self.unknown = 0
        self.statuses: set[int] = set()

    def run(self, enough: int | None = None, then: Callable[[], None] = lambda: None) -> None:
        """Text until all have; once `enough` are told yes, do something to the server while the phones go on."""
        asyncio.run(self._all(enough, then))

    async def _all(self, enough: int | None, then: Callable[[], None]) -> None:
        self._enough, self._reached = enough, asyncio.Event()
        phones = asyncio.gather(*(self._texts() for _ in range(TOGETHER)))
        reached = asyncio.create_task(self._reached.wait())
        await asyncio.wait({phones, reached}, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        await asyncio.to_thread(then)
        await phones

    async def _texts(self) -> None:
        line, failed = Line(self._url, timeout=15), 0
        for number in self._numbers:
            request = dataclasses.replace(self._text(number), target=self._target)
            try:
                answer = await line.send(request)
            except Unknown:
                self.unknown += 1
                failed += 1
                if failed > 1:  # once is a connection that was just closed; now nobody is there
                    break
                continue
            failed = 0
            self.statuses.add(answer.status)
            if answer.status == 200:
                self.acknowledged.add(number)
                if len(self.acknowledged) == self._enough:
                    self._reached.set()
            elif answer.status == 503:
                self.refused += 1
        line.close()

    def _text(self, number: int) -> Request:
        request = village.request(number, self._word)
        if self._sender is None:
            return request
        body = request.body.replace(village.phone(number)[1:].encode(), self._sender[1:].encode())
        return dataclasses.replace(request, body=body)
