"""The crowd: all voters of a plan, some at a time, until every vote is answered."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from gateway.replaying.booth import Booth, Occasion
from gateway.replaying.client import Request, Response
from gateway.replaying.delivering import PATIENCE, Counts, GaveUp, NotTaken, Postman
from gateway.replaying.plan import Also, Channel, Plan, Voter, chance_of

Work = Callable[[Postman, Postman], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Votes:
    """What became of the voters, by their places in the file."""

    acknowledged: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)  # no answer in all the time
    refused: dict[int, str] = field(default_factory=dict)  # place -> what was answered
    channels: Counter[str] = field(default_factory=Counter)
    both: int = 0  # voters who tried the other channel too
    counts: Counts = field(default_factory=Counts)


class Crowd:
    """A plan on its way to one gateway."""

    def __init__(
        self,
        plan: Plan,
        occasion: Occasion,
        origin: str,
        told: Callable[[int], object] = lambda _through: None,
        patience: float = PATIENCE,
    ) -> None:
        self._occasion, self._origin, self._told, self._patience = occasion, origin, told, patience
        self._chance = chance_of(occasion.seed, "order")
        order = [(voter, False) for voter in plan.voters] + [(voter, True) for voter in plan.voters if voter.late]
        self._chance.shuffle(order)
        self._queue: deque[tuple[Voter, bool]] = deque(order)
        self._strays: list[Request] = []
        self._in_vain, self._hopeless = 0, 1  # voters in a row without an answer, and how many of them are enough
        self._votes = Votes()

    async def vote(self, concurrency: int) -> Votes:
        """Let everybody vote, so many voters at a time; then deliver what strayed."""
        self._hopeless = concurrency
        await self._all(concurrency, self._voters)
        await self._all(concurrency, self._stragglers)
        self._votes.unknown -= self._votes.acknowledged
        return self._votes

    async def _all(self, concurrency: int, work: Work) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(self._with_lines(work))

    async def _with_lines(self, work: Work) -> None:
        postmen = [Postman(self._origin, self._votes.counts, self._patience) for _ in range(2)]
        try:
            await work(*postmen)
        finally:
            for postman in postmen:
                postman.close()

    async def _voters(self, postman: Postman, other: Postman) -> None:
        while self._queue:
            voter, late = self._queue.popleft()
            booth = Booth(self._occasion, voter, self._strays)
            try:
                await (self._late(booth, postman) if late else self._vote(voter, booth, postman, other))
            except GaveUp:
                self._give_up(voter)
            except NotTaken as error:
                self._votes.refused[voter.place] = str(error)
            else:
                self._votes.acknowledged.add(voter.place)
                self._in_vain = 0
            if not late:
                self._told(1)

    def _give_up(self, voter: Voter) -> None:
        """Nobody answers: when that is so for all who try, the others need not."""
        self._votes.unknown.add(voter.place)
        self._in_vain += 1
        if self._in_vain >= self._hopeless:
            self._queue.clear()
            self._strays.clear()

    async def _stragglers(self, postman: Postman, _other: Postman) -> None:
        while self._strays:
            request = self._strays.pop(self._chance.randrange(len(self._strays)))
            self._votes.counts.duplicates += 1
            with suppress(GaveUp, NotTaken):
                await postman.deliver(request, _anything)

    async def _late(self, booth: Booth, postman: Postman) -> None:
        self._votes.counts.duplicates += 1
        await booth.late(postman)

    async def _vote(self, voter: Voter, booth: Booth, postman: Postman, other: Postman) -> None:
        self._votes.channels[voter.channel] += 1
        self._votes.both += voter.also is not Also.NOTHING
        first, second = (booth.sms, booth.ussd) if voter.channel is Channel.SMS else (booth.ussd, booth.sms)
        if voter.also is Also.AT_ONCE:
            await _either(first(postman, voter.choices), second(other, voter.choices))
            return
        await first(postman, voter.choices)
        if voter.also is Also.AFTERWARDS:
            with suppress(GaveUp, NotTaken):  # the vote is in; this one must not count, whatever is said to it
                await second(postman, voter.other, "other")


async def _either(*ways: Awaitable[None]) -> None:
    """At least one of the ways must have come through. Raises what the first one raised."""
    ended = await asyncio.gather(*ways, return_exceptions=True)
    errors = [error for error in ended if isinstance(error, BaseException)]
    unforeseen = [error for error in errors if not isinstance(error, GaveUp | NotTaken)]
    if unforeseen or len(errors) == len(ended):
        raise (unforeseen or errors)[0]


def _anything(_response: Response) -> None:
    """What a straggler is answered is no matter: it must only change nothing."""
