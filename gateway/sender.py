"""What waits in the outbox leaves: each line at its own rate, replies before bulk, an account that refuses rests."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta, tzinfo

import structlog

from gateway.clock import Clock
from gateway.keys import Randomness
from gateway.outbox import Letter, Outbox
from gateway.providers.base import Carrier, SendFailed
from gateway.retrying import Attempt, cooling, decide
from gateway.store.writer import CannotCommit, OutcomeUnknown

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # longer than any send call; then the message is due again
LOOK = 5.0  # seconds between looks at the outbox: others put things in, too
AT_ONCE = 8  # calls under way on one line


@dataclass(frozen=True, slots=True)
class Line:
    """One way out: the rows of one provider."""

    name: str  # the provider of outbox rows
    rate: float  # messages a second
    deliver: Callable[[Letter], str | None]
    """Blocking. The id that reports will carry, None if the receiver confirmed it. Raises SendFailed."""


class Bucket:
    """One token at a time, at a rate: a queue that waited all night does not leave in one second."""

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate
        self._next = 0.0

    def reserve(self, now: float) -> float:
        """Take the next place; how many seconds to wait for it."""
        start = max(now, self._next)
        self._next = start + self._interval
        return start - now


class Circuit:
    """Whether an account takes messages. Open: it rests, then one message probes it."""

    def __init__(self) -> None:
        self.openings = 0
        self._until = 0.0

    def rests(self, now: float) -> float:
        """Seconds until the next message may try; 0 = now."""
        return max(0.0, self._until - now)

    def open(self, now: float, fraction: float) -> None:
        """Everything was refused."""
        self._until = now + cooling(self.openings, fraction).total_seconds()
        self.openings += 1

    def close(self) -> None:
        """Something was taken."""
        self.openings, self._until = 0, 0.0


class Sender:
    """Empties the outbox of one process."""

    def __init__(  # noqa: PLR0913 - the parts meet in app.py
        self,
        outbox: Outbox,
        lines: Iterable[Line],
        *,
        owner: str,  # which process: leases are marked with it
        clock: Clock,
        randomness: Randomness,
        zone: tzinfo,
        sms_per_day: int,
    ) -> None:
        self._outbox = outbox
        self._lines = tuple(lines)
        self._owner = owner
        self._clock = clock
        self._randomness = randomness
        self._zone = zone
        self._per_day = sms_per_day
        self._buckets = {line.name: Bucket(line.rate) for line in self._lines}
        self._circuits = {line.name: Circuit() for line in self._lines}
        self._woken = {line.name: asyncio.Event() for line in self._lines}
        self._threads = ThreadPoolExecutor(AT_ONCE * max(1, len(self._lines)), "send")

    def wake(self, line: str | None = None) -> None:
        """Something was put into the outbox: for one line, or nobody knows for which."""
        for name, woken in self._woken.items():
            if line is None or line == name:
                woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for line in self._lines:
                    tasks.create_task(self._serve(line))
        finally:
            self._threads.shutdown(wait=False)

    async def drain(self) -> int:
        """Send what is due now on all lines, and whatever becomes due meanwhile; how many left."""
        return sum([await self._drain(line) for line in self._lines])

    async def _serve(self, line: Line) -> None:
        woken, circuit = self._woken[line.name], self._circuits[line.name]
        while True:
            woken.clear()
            try:
                await self._drain(line)
            except Exception:  # the database, a bug of ours: replies must not stop for good
                log.exception("A line could not be emptied; it is tried again", line=line.name)
                await asyncio.sleep(LOOK)
            rest = circuit.rests(asyncio.get_running_loop().time())
            with suppress(TimeoutError):
                await (asyncio.sleep(rest) if rest else asyncio.wait_for(woken.wait(), LOOK))

    async def _drain(self, line: Line) -> int:
        left = 0
        while letters := await self._claim(line):
            left += sum(await asyncio.gather(*(self._send(line, letter) for letter in letters)))
        return left

    async def _claim(self, line: Line) -> list[Letter]:
        circuit = self._circuits[line.name]
        if circuit.rests(asyncio.get_running_loop().time()):
            return []
        limit = 1 if circuit.openings else max(1, min(AT_ONCE, int(line.rate * 2)))
        try:
            return await self._outbox.claim(
                line.name,
                self._owner,
                now=self._clock(),
                lease=LEASE + timedelta(seconds=limit / line.rate),
                limit=limit,
                day=self._day(),
                per_day=self._per_day,
            )
        except (CannotCommit, OutcomeUnknown) as error:
            log.warning("Nothing can be taken from the outbox now", line=line.name, reason=str(error))
            return []

    async def _send(self, line: Line, letter: Letter) -> bool:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._buckets[line.name].reserve(loop.time()))
        try:
            provider_id = await loop.run_in_executor(self._threads, line.deliver, letter)
        except SendFailed as failure:
            await self._failed(line, letter, failure)
            return False
        except Exception:
            log.exception("A line broke while sending", line=line.name, id=letter.id)
            await self._failed(line, letter, SendFailed("broke while sending", unknown=True))
            return False
        if provider_id is None:
            await self._outbox.arrived(letter)
        else:
            await self._outbox.sent(line.name, letter, provider_id, now=self._clock(), day=self._day())
        if self._circuits[line.name].openings:
            self._circuits[line.name].close()
            await self._outbox.banner(line.name, "")
        return True

    async def _failed(self, line: Line, letter: Letter, failure: SendFailed) -> None:
        fraction = int.from_bytes(self._randomness(6)) / 2**48
        now = self._clock()
        if failure.account_wide:
            self._circuits[line.name].open(asyncio.get_running_loop().time(), fraction)
            log.error("An account takes no messages", line=line.name, reason=failure.reason)
            await self._outbox.banner(line.name, failure.reason)
        attempt = Attempt(letter.tries, now, letter.expires_at, letter.repeatable)
        await self._outbox.failed(letter, self._owner, decide(failure, attempt, fraction), now)

    def _day(self) -> str:
        return self._clock().astimezone(self._zone).date().isoformat()


def sms_lines(providers: Mapping[str, Carrier]) -> tuple[Line, ...]:
    """The providers that call out; messages of the others wait."""
    return tuple(_sms_line(provider) for provider in providers.values() if provider.rate)


def _sms_line(provider: Carrier) -> Line:
    def deliver(letter: Letter) -> str:
        return provider.send(letter.recipient, letter.content["text"], str(letter.id))

    return Line(provider.name, provider.rate, deliver)
