"""Providers that must be asked: fetch, take, and only when it is durable let them forget.

Whatever goes wrong in between, the next look finds it again under the same id, and it counts once.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from gateway.clock import Clock
from gateway.conversation import Conversation
from gateway.keys import Randomness
from gateway.meters import Meters
from gateway.outbox import Outbox
from gateway.providers.base import Fetched, FetchFailed, Found, Kind, Polled, Report
from gateway.retrying import pause
from gateway.store import jobs, states
from gateway.store.writer import Books, CannotCommit, OutcomeUnknown

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # a process that died lets another one ask after this
LONGEST = timedelta(minutes=5)  # between two tries, however long it has failed: votes wait there
CURSOR = "polled:"


class Polling:
    """Asks the polled providers of one gateway; of several processes one asks each."""

    def __init__(  # noqa: PLR0913 - the parts meet in app.py
        self,
        books: Books,
        conversation: Conversation,
        outbox: Outbox,
        *,
        owner: str,  # which process: leases are marked with it
        clock: Clock,
        randomness: Randomness,
        meters: Meters | None = None,
    ) -> None:
        self._books = books
        self._conversation = conversation
        self._outbox = outbox
        self._owner = owner
        self._clock = clock
        self._randomness = randomness
        self._errors = (meters or Meters()).errors

    async def run(self, providers: Sequence[Polled], *, alone: bool) -> None:
        """Until cancelled. `alone`: no other process serves this database, nobody need be asked for a lease."""
        self._errors.update({(provider.name, Kind.NOT_ASKED.value): 0 for provider in providers})
        async with asyncio.TaskGroup() as tasks:
            for provider in providers:
                tasks.create_task(self._serve(provider, alone=alone))

    async def look(self, provider: Polled) -> bool:
        """Ask once; is there more? Raises FetchFailed, CannotCommit, OutcomeUnknown; what was not taken stays there."""
        key = CURSOR + provider.name
        cursor = await self._books.read(lambda tx: states.get(tx, key)) or ""
        fetched = await asyncio.to_thread(provider.fetch, cursor, self._clock())
        await self._take_all(provider, fetched)
        if fetched.cursor != cursor:
            await self._books.write(lambda tx: states.put(tx, key, fetched.cursor))
        return fetched.more

    async def _take_all(self, provider: Polled, fetched: Fetched) -> None:
        """Together, so that they share a commit; those that failed keep the others from nothing."""
        outcomes = await asyncio.gather(
            *(self._take(provider, found) for found in fetched.found), return_exceptions=True
        )
        pairs = tuple(zip(fetched.found, outcomes, strict=True))
        durable = tuple(found for found, outcome in pairs if outcome is None)
        if durable:
            await asyncio.to_thread(provider.forget, durable)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    async def _take(self, provider: Polled, found: Found) -> None:
        if isinstance(found.what, Report):
            await self._outbox.reported(provider.name, found.what, self._clock())
        else:
            await self._conversation.sms(found.what)

    async def _serve(self, provider: Polled, *, alone: bool) -> None:
        failures, told = 0, ""
        while True:
            more, reason = False, ""
            try:
                if alone or await self._mine(provider):
                    more = await self.look(provider)
            except FetchFailed as error:
                reason = str(error)
                self._errors[provider.name, Kind.NOT_ASKED.value] += 1
            except (CannotCommit, OutcomeUnknown) as error:
                reason = str(error) or type(error).__name__
            except Exception as error:  # a bug of ours must not end the asking, nor fill the log
                reason = repr(type(error))
                if reason != told:
                    log.exception("A look at a provider failed inside", provider=provider.name)
            if reason != told:
                _tell(provider, reason)
            told, failures = reason, failures + 1 if reason else 0
            await asyncio.sleep(0 if more else self._rest(provider, failures))

    async def _mine(self, provider: Polled) -> bool:
        now = self._clock()
        until = now + LEASE + timedelta(seconds=provider.every)
        return await self._books.write(lambda tx: jobs.lease(tx, CURSOR + provider.name, self._owner, now, until))

    def _rest(self, provider: Polled, failures: int) -> float:
        if not failures:
            return provider.every
        fraction = int.from_bytes(self._randomness(6)) / 2**48
        return max(provider.every, min(LONGEST.total_seconds(), pause(failures, fraction).total_seconds()))


def _tell(provider: Polled, reason: str) -> None:
    """Once per change."""
    if reason:
        log.error("A provider cannot be asked; what it has for us stays there", provider=provider.name, reason=reason)
    else:
        log.info("A provider can be asked again", provider=provider.name)
