"""The power fails at any instant: on a disk that forgets what was not fsynced, no acknowledged vote is lost or doubled."""

import os
import random  # noqa: TID251 - seeded, and the seed is printed
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import pytest

from gateway.keys import sync_folder
from tests.faults import village, writer
from tests.faults.conftest import Disk
from tests.faults.crowd import Crowd
from tests.faults.forked import FORKS
from tests.faults.sizes import SEED, SIZES, told
from tests.faults.writer import READY, TOGETHER, Task
from tests.served import Served

pytestmark = pytest.mark.faults

PART = 60  # cuts of one home: every life looks at all votes before it
SERVED = 3  # cuts under a whole server


class Broken(Exception):  # noqa: N818
    """What must hold does not."""


class Phones:
    """Who texted and who was told yes, over all lives of the gateway."""

    def __init__(self) -> None:
        self.acknowledged: set[int] = set()
        self.reached = 0  # phones below may have sent

    def life(self, disk: Disk, seed: str, **more: Any) -> None:
        """A process starts, finds all that was acknowledged, takes votes, and is killed at some instant.

        Raises Broken.
        """
        chance = random.Random(seed)
        task = Task(disk.home, self.reached, tuple(range(self.reached)), frozenset(self.acknowledged), seed, **more)
        ours, theirs = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=writer.live, args=(task, theirs))
        process.start()
        theirs.close()
        try:
            assert self._told(ours, seed) == READY
            for _ in range(chance.choice((0, 1, chance.randint(2, 30), chance.randint(30, 90)))):
                self._told(ours, seed)
            time.sleep(chance.random() * 0.02)
        finally:
            process.kill()
            process.join()
        with suppress(EOFError):
            while ours.poll():
                self._told(ours, seed)
        self.reached = max(self.reached, 1 + max(self.acknowledged, default=0)) + TOGETHER

    def _told(self, ours: Connection, seed: str) -> int:
        assert ours.poll(60), f"nothing is heard of the process; DAUYS_SEED={seed}"
        told: int | str = ours.recv()
        if isinstance(told, str):
            raise Broken(f"{told}; DAUYS_SEED={seed}")
        if told != READY:
            self.acknowledged.add(told)
        return told


@pytest.mark.parametrize("part", range(0, SIZES.cuts, PART))
@pytest.mark.parametrize("how", ["clean", "torn"])
def test_a_power_cut_loses_no_acknowledged_vote(disk: Disk, how: str, part: int) -> None:
    phones, cuts = Phones(), min(PART, SIZES.cuts - part)
    for no in range(part, part + cuts):
        seed = f"{SEED}-{how}-{no}"
        phones.life(disk, seed, mixes=no % 3 == 1)
        disk.cut(f"{how}:{seed}")
    phones.life(disk, f"{SEED}-{how}-after")

    assert len(phones.acknowledged) > cuts
    told(f"{cuts} power cuts, {how}: {len(phones.acknowledged)} acknowledged votes, 0 lost")


def test_the_same_with_synchronous_normal_loses_votes(disk: Disk) -> None:
    phones = Phones()

    with pytest.raises(Broken, match="acknowledged"):
        for no in range(SIZES.cuts):
            phones.life(disk, f"{SEED}-normal-{no}", synchronous="NORMAL")
            disk.cut("clean")


def test_the_power_fails_under_a_served_gateway(disk: Disk) -> None:
    sent, sure = 0, set[int]()
    for no in range(SERVED):
        with village.opened(disk.home) as home:
            village.check(home, range(sent), sure)
        served = Served(disk.home)
        served.start()
        crowd = Crowd(served.url, disk.home, range(sent, sent + 200))
        crowd.run(50, served.kill)
        sent, sure = sent + 200, sure | crowd.acknowledged
        disk.cut(f"torn:{SEED}-served-{no}")
    with village.opened(disk.home) as home:
        village.check(home, range(sent), sure)

    assert len(sure) >= 50 * SERVED


def test_the_disk_forgets_what_was_not_synced(disk: Disk) -> None:
    kept, lost = disk.mount / "kept", disk.mount / "lost"
    for file in (kept, lost):
        file.write_bytes(b"1")
    with kept.open("r+b") as out:
        os.fsync(out.fileno())
    sync_folder(disk.mount)
    kept.write_bytes(b"2")
    lost.rename(disk.mount / "renamed")
    disk.cut("clean")

    assert kept.read_bytes() == b"1"
    assert lost.read_bytes() == b""  # its name was synced, and nothing in it
    assert not (disk.mount / "renamed").exists()
