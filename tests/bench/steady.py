"""50 votes a second while the evening's mix runs; how long a mix and a recount take; memory with many open auls."""

import asyncio
import dataclasses
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from gateway import mixing
from gateway.home import Home
from gateway.replaying.client import Line, Request, Unknown
from gateway.store import tallies
from gateway.store.cycles import Cycle
from tests.bench import villages
from tests.bench.figures import Figure, Sizes, of_runs
from tests.bench.routes import address
from tests.bench.wrk import message
from tests.served import Served

PER_SECOND = 50
ROLL = 100_000
PROPOSALS = 40


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    parts = (_while_mixing, _mix, _recount, _memory)
    return [part([folder / f"{part.__name__}{run}" for run in range(sizes.runs)], sizes) for part in parts]


def _while_mixing(folders: Sequence[Path], sizes: Sizes) -> Figure:
    """The gateway itself mixes, as every evening, while votes come in."""
    runs = [_votes_of_an_evening(folder, sizes) for folder in folders]
    what = (
        f"{PER_SECOND} votes/s for {sizes.steady} s, {ROLL:,} on the roll, a mix of {sizes.envelopes:,}+ meanwhile: p99"
    )
    longest = " ".join(f"{took[-1] * 1000:.0f}" for took in runs)
    return of_runs(what, [took[len(took) * 99 // 100] * 1000 for took in runs], "ms", "< 250", f"longest {longest}")


def _votes_of_an_evening(folder: Path, sizes: Sizes) -> list[float]:
    """Seconds of each vote, the quickest first."""
    home, (cycle,) = villages.made(folder)
    voters = range(PER_SECOND * sizes.steady)
    villages.enrol(home, cycle, range(ROLL))
    villages.envelopes(home, cycle, range(ROLL - sizes.envelopes, ROLL))
    with Served(home.path) as served:
        villages.evening(home)
        took = asyncio.run(steady(address(home, served, "sms"), len(voters)))
    mixed = villages.count(home, "ballot")
    assert mixed >= sizes.envelopes - 10, f"{mixed} mixed: the evening did not come"
    assert villages.count(home, "participation") == len(voters) + sizes.envelopes
    return sorted(took)


async def steady(url: str, votes: int, first: int = 0) -> list[float]:
    """Seconds from the instant at which each vote should have left to its answer: a late start is waiting, too."""
    loop = asyncio.get_running_loop()
    idle: list[Line] = []
    took: list[float] = []

    async def vote(number: int, due: float) -> None:
        line = idle.pop() if idle else Line(url)
        request = dataclasses.replace(message(first + number, "c"), target=urlsplit(url).path)
        try:
            response = await line.send(request)
        except Unknown:
            response = await line.send(request)
        assert response.status == 200, response
        took.append(loop.time() - due)
        idle.append(line)

    began = loop.time() + 0.1
    async with asyncio.TaskGroup() as group:
        for number in range(votes):
            due = began + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - loop.time()))
            group.create_task(vote(number, due))
    for line in idle:
        line.close()
    return took


def _mix(folders: Sequence[Path], sizes: Sizes) -> Figure:
    took = []
    for folder in folders:
        home, (cycle,) = villages.made(folder)
        villages.enrol(home, cycle, range(sizes.envelopes))
        villages.envelopes(home, cycle, range(sizes.envelopes))
        began = time.perf_counter()
        batch = mixing.mix(home, cycle.poll, "2026-05-02", datetime.now(UTC))
        took.append(time.perf_counter() - began)
        assert batch is not None
    return of_runs(f"mix of {sizes.envelopes:,}, with its copy and the key's destruction", took, "s", "< 10")


def _recount(folders: Sequence[Path], sizes: Sizes) -> Figure:
    home, (cycle,) = villages.made(folders[0], proposals=PROPOSALS)
    villages.history(home, cycle, sizes.recount, PROPOSALS)
    took = []
    for _ in folders:
        began = time.perf_counter()
        with home.store.reading() as tx:
            counted = tallies.tally_of(tx, cycle.id)
        took.append(time.perf_counter() - began)
        assert counted.tally.ballots == sizes.recount
    return of_runs(f"recount of {sizes.recount:,} ballots", took, "s", "< 5")


def _memory(folders: Sequence[Path], sizes: Sizes) -> Figure:
    home, opened = villages.made(folders[0], auls=sizes.auls, proposals=PROPOSALS)
    for place, cycle in enumerate(opened):
        villages.enrol(home, cycle, [place], language="ru" if place % 2 else "kk")
    resident = []
    for _ in folders:
        with Served(home.path) as served:
            asyncio.run(_leaf(home, opened, served))
            resident.append(_resident(served.pid))
    what = f"resident memory with {sizes.auls} open auls of {PROPOSALS} proposals, each read and voted in"
    return of_runs(what, resident, "MiB", "< 200")


async def _leaf(home: Home, opened: list[Cycle], served: Served) -> None:
    """A phone of every aul leafs through its proposals and votes."""
    sms, ussd = (address(home, served, what) for what in ("sms", "ussd"))
    line = Line(served.url)
    for place, _cycle in enumerate(opened):
        for keys in ("", "1", "1*0", "1*0*0", "1*0*0*5"):
            fields = {"sessionId": f"ATUid_{place}", "phoneNumber": villages.phone(place), "text": keys}
            assert (await line.send(Request(urlsplit(ussd).path, urlencode(fields).encode()))).status == 200
        await line.send(dataclasses.replace(message(place, "m"), target=urlsplit(sms).path))
    line.close()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
