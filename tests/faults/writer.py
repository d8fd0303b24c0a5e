"""A gateway without a server, in a process that the power will fail: checks what it finds, then takes votes."""

import asyncio
import os
import random  # noqa: TID251 - seeded by the test, printed with its failure
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from gateway import mixing
from gateway.home import open_home
from gateway.keys import Unreadable
from gateway.logs import set_up
from gateway.store import engine
from tests.faults import village
from tests.faults.forked import log_into
from tests.gateway.field import Field

TOGETHER = 16  # phones that text at the same time
READY = -1


@dataclass(frozen=True, slots=True)
class Task:
    """One life of the process."""

    home: Path
    first: int  # phones from here on are new
    sent: tuple[int, ...]  # all that ever sent
    acknowledged: frozenset[int]
    seed: str
    synchronous: str = "FULL"
    mixes: bool = False


def live(task: Task, tell: Connection) -> None:
    """Tells READY once all that was acknowledged is found, then each phone that is acknowledged. Until killed.

    If something does not hold, tells what.
    """
    engine.PRAGMAS["synchronous"] = (task.synchronous, {"FULL": 2, "NORMAL": 1}[task.synchronous])
    chance = random.Random(task.seed)
    log_into(task.home)
    set_up()
    home = open_home(task.home, os.urandom)
    mixing.finish(home)
    try:
        village.check(home, task.sent, task.acknowledged)
    except (AssertionError, Unreadable) as broken:
        tell.send(f"{type(broken).__name__}: {broken}")
        return
    field = Field(home)
    field.now = village.now()
    tell.send(READY)
    if task.mixes:
        threading.Thread(target=mixing.mix, args=(home, village.POLL, task.seed, field.now), daemon=True).start()
    again = [number for number in task.sent if number not in task.acknowledged]
    twice = chance.sample(sorted(task.acknowledged), min(5, len(task.acknowledged)))
    field.run(_texts(field, iter([*again, *twice, *range(task.first, village.ROLL)]), tell))


async def _texts(field: Field, numbers: Iterable[int], tell: Connection) -> None:
    async def phones() -> None:
        for number in numbers:
            text = str(village.choice(number)[0])
            reply = await field.texts(village.phone(number), text, village.message_id(number))
            if reply.status == 200:
                tell.send(number)

    await asyncio.gather(*(phones() for _ in range(TOGETHER)))
