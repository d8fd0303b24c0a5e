"""What waits in the outbox leaves: each line at its own rate, replies before bulk; a line that is down rests."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from threading import Lock

import structlog

from gateway.clock import Clock
from gateway.daytime import Daytime
from gateway.keys import Randomness
from gateway.meters import Meters
from gateway.outbox import Letter, Outbox
from gateway.pacing import IN_A_ROW, Bucket, Circuit
from gateway.providers.base import Carrier, Kind, SendFailed
from gateway.retrying import Attempt, decide
from gateway.settings import Settings
from gateway.store.lines import Down
from gateway.store.writer import CannotCommit, OutcomeUnknown

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # longer than any send call; then the message is due again
DEADLINE = 45.0  # seconds of a send call: a server that sends a byte now and then holds it for ever
LOOK = 5.0  # seconds between looks at the outbox: others put things in, too
AT_ONCE = 16  # calls under way on one line at most
KINDS = tuple(kind for kind in Kind if kind is not Kind.NOT_ASKED)  # of errors in sending
AHEAD = 4.0  # seconds of its rate: so slow may answers be before they slow a line down


@dataclass(frozen=True, slots=True)
class Line:
    """One way out: the rows of one provider."""

    name: str  # the provider of outbox rows
    rate: float  # messages a second
    deliver: Callable[[Letter], str | None]
    """Blocking. The id that reports will carry, None if the receiver confirmed it. Raises SendFailed."""
    in_a_row: int = IN_A_ROW  # failures that mean the line is down; 0: each message has a receiver of its own


@dataclass(frozen=True, slots=True)
class Failover:
    """Another line that takes what waits when one is down."""

    to: str
    after: timedelta  # that it is down before
    replies: bool  # replies, too, though they come from another number then


class _Call:
    """One delivery in a thread. Who gives it up before it began knows that nothing left."""

    def __init__(self, line: Line, letter: Letter) -> None:
        self._line, self._letter = line, letter
        self._lock = Lock()
        self._began = self._given_up = False

    def __call__(self) -> str | None:
        with self._lock:
            if self._given_up:
                return None
            self._began = True
        return self._line.deliver(self._letter)

    def give_up(self) -> bool:
        """Nobody waits for it any more. Had it begun?"""
        with self._lock:
            self._given_up = True
            return self._began


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
        failovers: Mapping[str, Failover] | None = None,  # by line
        processes: int = 1,  # that share the rate of each line
        daytime: Daytime | None = None,  # when bulk may leave; None: at any time
        meters: Meters | None = None,
    ) -> None:
        self._outbox = outbox
        self._lines = tuple(lines)
        self._owner = owner
        self._clock = clock
        self._randomness = randomness
        self._zone = zone
        self._per_day = sms_per_day
        self._processes = processes
        self._daytime = daytime
        self._errors = (meters or Meters()).errors
        self._errors.update({(line.name, kind.value): 0 for line in self._lines for kind in KINDS})
        self._buckets = {line.name: Bucket(line.rate / processes) for line in self._lines}
        self._circuits = {line.name: Circuit() for line in self._lines}
        self._woken = {line.name: asyncio.Event() for line in self._lines}
        self._failovers = {name: to for name, to in (failovers or {}).items() if to.to in self._circuits}
        self._threads = {line.name: ThreadPoolExecutor(AT_ONCE, f"send-{line.name}") for line in self._lines}

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
            self.close()

    def close(self) -> None:
        """No call begins any more; those under way end by themselves."""
        for threads in self._threads.values():
            threads.shutdown(wait=False)

    async def drain(self) -> int:
        """Send what is due now on all lines, and whatever becomes due meanwhile; how many left."""
        return sum([await self._look(line) for line in self._lines])

    async def _serve(self, line: Line) -> None:
        woken, circuit = self._woken[line.name], self._circuits[line.name]
        while True:
            woken.clear()
            try:
                await self._look(line)
            except Exception:  # the database, a bug of ours: replies must not stop for good
                log.exception("A line could not be emptied; it is tried again", line=line.name)
                await asyncio.sleep(LOOK)
            rest = circuit.rests(asyncio.get_running_loop().time())
            if rest:
                await asyncio.sleep(min(rest, LOOK))
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):  # wait_for would forget a cancellation that comes as it is woken
                    await woken.wait()

    async def _look(self, line: Line) -> int:
        try:
            return await self._work(line)
        except (CannotCommit, OutcomeUnknown) as error:
            log.warning("The outbox cannot be worked on now", line=line.name, reason=str(error))
            return 0

    async def _work(self, line: Line) -> int:
        circuit, down = self._circuits[line.name], await self._outbox.down(line.name)
        if down is not None:
            circuit.suspect()
        elif circuit.openings:  # an official or another process has seen it work
            circuit.try_now()
        left = await self._drain(line)
        failover = self._failovers.get(line.name)
        if failover is not None and circuit.openings and down is not None:
            await self._fail_over(down, failover)
        return left

    async def _drain(self, line: Line) -> int:
        """Keep calls under way until nothing is due; a slow answer holds back none of the others."""
        left, under_way = 0, set[asyncio.Task[bool]]()
        try:
            while True:
                room = self._room(line, len(under_way))
                letters = await self._claim(line, room) if room else []
                under_way |= {asyncio.create_task(self._send(line, letter)) for letter in letters}
                if not under_way:
                    return left
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                left += sum(task.result() for task in done)
        except asyncio.CancelledError:
            for task in under_way:
                task.cancel()
            raise

    def _room(self, line: Line, under_way: int) -> int:
        """How many messages may be claimed now: none before half of the calls have returned, one to probe a line."""
        circuit = self._circuits[line.name]
        if circuit.rests(asyncio.get_running_loop().time()):
            return 0
        width = 1 if circuit.openings else self._width(line)
        return width - under_way if under_way <= width // 2 else 0

    def _width(self, line: Line) -> int:
        return max(1, min(AT_ONCE, int(line.rate * AHEAD)))

    async def _claim(self, line: Line, limit: int) -> list[Letter]:
        now = self._clock()
        awake = self._daytime is None or self._daytime.holds(now)
        return await self._outbox.claim(
            line.name,
            self._owner,
            now=now,
            lease=LEASE + timedelta(seconds=self._width(line) * self._processes / line.rate),
            limit=limit,
            day=self._day(),
            per_day=self._per_day if awake else 0,
        )

    async def _send(self, line: Line, letter: Letter) -> bool:
        loop, circuit = asyncio.get_running_loop(), self._circuits[line.name]
        await asyncio.sleep(self._buckets[line.name].reserve(loop.time()))
        if circuit.rests(loop.time()):  # it went down while this one waited for its place
            await self._outbox.put_back(letter, self._owner)
            return False
        try:
            provider_id = await self._delivered(line, letter)
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
        if circuit.openings:
            log.info("A line works again", line=line.name)
            await self._outbox.is_up(line.name)
        circuit.close()
        return True

    async def _delivered(self, line: Line, letter: Letter) -> str | None:
        """The provider's id. Raises SendFailed, also when nobody knows what becomes of the call."""
        call = _Call(line, letter)
        future = asyncio.get_running_loop().run_in_executor(self._threads[line.name], call)
        try:
            return await asyncio.wait_for(future, DEADLINE)
        except TimeoutError as error:
            raise SendFailed("no answer in time", unknown=call.give_up()) from error

    async def _failed(self, line: Line, letter: Letter, failure: SendFailed) -> None:
        self._errors[line.name, failure.kind.value] += 1
        fraction = int.from_bytes(self._randomness(6)) / 2**48
        now, circuit = self._clock(), self._circuits[line.name]
        if circuit.failed(failure, asyncio.get_running_loop().time(), fraction, line.in_a_row):
            log.error("A line takes no messages", line=line.name, reason=failure.reason)
            await self._outbox.is_down(line.name, failure.reason, now)
        attempt = Attempt(letter.tries, now, letter.expires_at, letter.repeatable)
        await self._outbox.failed(letter, self._owner, decide(failure, attempt, fraction), now)

    async def _fail_over(self, down: Down, failover: Failover) -> None:
        if self._clock() - down.since < failover.after or self._circuits[failover.to].openings:
            return
        moved = await self._outbox.fail_over(down.line, failover.to, self._clock(), replies=failover.replies)
        if moved:
            log.warning("Messages leave by another line", line=down.line, to=failover.to, messages=moved)
            self.wake(failover.to)

    def _day(self) -> str:
        return self._clock().astimezone(self._zone).date().isoformat()


def sms_lines(providers: Mapping[str, Carrier]) -> tuple[Line, ...]:
    """The providers that call out; messages of the others wait."""
    return tuple(_sms_line(provider) for provider in providers.values() if provider.rate)


def failovers(settings: Settings) -> dict[str, Failover]:
    """What the settings say of each provider."""
    found = {name: wish for name, wish in settings.providers.failovers() if wish.to}
    return {name: Failover(wish.to, timedelta(minutes=wish.after), wish.replies) for name, wish in found.items()}


def _sms_line(provider: Carrier) -> Line:
    def deliver(letter: Letter) -> str:
        return provider.send(letter.recipient, letter.content["text"], str(letter.id))

    return Line(provider.name, provider.rate, deliver)
