"""A disk that refuses: no false acknowledgement, nothing lost, and where the outcome is unknown the process ends."""

import os
import random  # noqa: TID251 - seeded, and the seed is printed
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from sqlalchemy.exc import SQLAlchemyError

from gateway import mixing
from gateway.backup import BackupFailed
from gateway.home import BadHome, open_home
from gateway.store import states
from tests.faults import village
from tests.faults.conftest import Disk
from tests.faults.crowd import Crowd
from tests.faults.forked import Forked
from tests.faults.sizes import SEED, SIZES, needs, needs_file, told
from tests.gateway.field import Field
from tests.served import Served

pytestmark = pytest.mark.faults

PART = 50  # points of one home
BURST = 4  # texts at the same time
BURSTS = 3
ERRORS = {  # what may fail, and how
    "fsync": ("EIO", "ENOSPC"),
    "write": ("EIO", "ENOSPC", "EROFS"),
    "truncate": ("EIO", "ENOSPC"),
    "create": ("EIO", "ENOSPC", "EROFS"),
    "unlink": ("EIO", "EROFS"),
    "rename": ("EIO", "ENOSPC"),
    "link": ("EIO", "ENOSPC"),
    "fsyncdir": ("EIO",),
}
FULL = "write,create,truncate,mkdir,link 1 ENOSPC on"
READ_ONLY = "write,create,truncate,mkdir,link,unlink,rename 1 EROFS on"
BROKEN = "fsync 1 EIO on"


class Box:
    """A gateway on that disk; `sent` texted, `sure` were told yes, and this is what it `said` to its log."""

    def __init__(self, disk: Disk, said: list[str]) -> None:
        self.disk = disk
        self.said = said
        self.sent = 0
        self.sure: set[int] = set()
        self.mixes = 0

    def __enter__(self) -> Self:
        self.home = open_home(self.disk.home, os.urandom)
        mixing.finish(self.home)
        self.field = Field(self.home, patience=0.2)
        self.field.now = village.now()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.field.close()
        self.home.close()

    def again(self) -> None:
        """The process ends and its supervisor starts it anew."""
        self.__exit__(None, None, None)
        self.__enter__()

    def texts(self, numbers: range) -> set[int]:
        """Who was told yes; the others were asked to try again."""

        async def one(number: int) -> int:
            text = str(village.choice(number)[0])
            return (await self.field.texts(village.phone(number), text, village.message_id(number))).status

        async def all_() -> dict[int, int]:
            return {number: await one(number) for number in numbers}

        answers = self.field.run(all_())
        assert set(answers.values()) <= {200, 503}
        return {number for number, status in answers.items() if status == 200}

    def traffic(self) -> range:
        """Some texts, and a mix among them; whatever fails, fails."""
        first = self.sent
        self.sent += BURST * BURSTS
        for burst in range(BURSTS):
            start = first + BURST * burst
            self.sure |= self.texts(range(start, start + BURST))
            if burst == 1:
                self.mix()
        return range(first, self.sent)

    def mix(self) -> None:
        """As the evening does."""
        self.mixes += 1
        with suppress(SQLAlchemyError, OSError, BackupFailed):
            mixing.mix(self.home, village.POLL, f"slot {self.mixes}", self.field.now)

    def check(self) -> None:
        """I1 to I6."""
        village.check(self.home, range(self.sent), self.sure, self.said)
        self.said.clear()


@pytest.fixture
def box(disk: Disk, said: list[str]) -> Box:
    return Box(disk, said)


@pytest.mark.parametrize("part", range(0, SIZES.points, PART))
def test_a_call_that_fails_costs_no_vote_and_acknowledges_none(disk: Disk, box: Box, part: int) -> None:
    ended = refused = 0
    with box:
        before = disk.calls()
        box.traffic()
        usual = disk.calls() - before
        for no in range(part, min(part + PART, SIZES.points)):
            chance = random.Random(f"{SEED}-point-{no}")
            operation = chance.choice([name for name in ERRORS if usual[name]])
            rule = f"{operation} {chance.randint(1, usual[operation])} {chance.choice(ERRORS[operation])}"
            disk.fail(rule)
            numbers = box.traffic()
            disk.fail("")
            refused += len(set(numbers) - box.sure)
            if box.field.died:
                ended += 1
                box.again()
            answered = box.texts(range(numbers.start, numbers.stop))
            assert answered == set(numbers), (rule, SEED)
            box.sure |= answered
            if no % 5 == 4:
                box.again()
            box.check()
    told(f"{no + 1 - part} failing calls: {refused} texts refused, {ended} restarts, {len(box.sure)} votes, 0 lost")


def test_after_a_failed_fsync_what_was_unknown_is_told_by_the_disk(disk: Disk, box: Box) -> None:
    """The kernel may throw away what it could not write: power fails, too, before the restart."""
    with box:
        for no in range(10):
            disk.fail(f"fsync {no % 3 + 1} EIO")
            numbers = box.traffic()
            disk.fail("")
            box.field.close()
            box.home.close()
            disk.cut(f"torn:{SEED}-{no}")
            box.__enter__()
            box.check()
            box.sure |= box.texts(numbers)
        box.check()


def test_a_full_disk_refuses_and_takes_the_same_texts_once_there_is_space(disk: Disk, box: Box) -> None:
    with box:
        box.traffic()
        disk.fail(FULL)
        refused = box.texts(range(box.sent, box.sent + 200))
        disk.fail("")
        box.sent += 200
        box.sure |= refused
        assert len(refused) < 200
        assert not box.field.died
        assert box.texts(range(box.sent - 200, box.sent)) == set(range(box.sent - 200, box.sent))
        box.check()


def test_a_read_only_disk_acknowledges_nothing_and_keeps_a_gateway_from_starting(disk: Disk, box: Box) -> None:
    with box:
        box.traffic()
        disk.fail(READ_ONLY)
        assert box.texts(range(box.sent, box.sent + 5)) == set()
    with pytest.raises(BadHome, match=r"readonly|read-only|writable|unable to open|disk I/O error"):
        open_home(disk.home, os.urandom)
    disk.fail("")
    with box:
        box.check()


@pytest.mark.parametrize(
    ("rule", "ends"), [pytest.param(FULL, False, id="full"), pytest.param(BROKEN, True, id="broken")]
)
def test_a_served_gateway_on_a_bad_disk(disk: Disk, rule: str, ends: bool) -> None:
    with village.opened(disk.home) as home, home.store.reading() as tx:
        served = Forked(disk.home, states.instance(tx))
    served.start()
    first = Crowd(served.url, disk.home, range(50))
    first.run()
    disk.fail(rule)
    second = Crowd(served.url, disk.home, range(50, 150))
    second.run()
    disk.fail("")
    assert served.ended(15 if ends else 0) is ends
    if ends:
        served.start()
    third = Crowd(served.url, disk.home, range(150))
    third.run()
    served.kill()

    assert len(first.acknowledged) == 50
    assert len(second.acknowledged) < 100
    assert second.statuses <= {200, 503}
    assert len(third.acknowledged) == 150
    with village.opened(disk.home) as home:
        assert village.check(home, range(150), range(150)) == 150


class UnderFiu(Served):
    """`dauys serve`, some of whose calls of the C library fail."""

    def __init__(self, home: Path, points: str) -> None:
        super().__init__(home)
        run = needs("fiu-run", "fiu-utils")
        needs_file("/usr/lib/fiu/fiu_posix_preload.so", "fiu-utils")
        self.prefix = (run, "-x", "-f", "", "-c", points)


@pytest.mark.parametrize("name", ["sync/fsync", "sync/fdatasync", "rw/pwrite", "rw/ftruncate"])
def test_calls_of_the_c_library_that_fail(tmp_path: Path, template: Path, name: str) -> None:
    home, sure = village.copied(template, tmp_path / "home"), set[int]()
    for life in range(3):
        served = UnderFiu(home, f"enable_random name=posix/io/{name},probability=0.03,failinfo=5")
        with suppress(AssertionError):  # it may fail before it is up
            served.start()
            crowd = Crowd(served.url, home, [n for n in range((life + 1) * 100) if n not in sure])
            crowd.run()
            assert crowd.statuses <= {200, 503}
            sure |= crowd.acknowledged
        served.kill()
        with village.opened(home) as found:
            village.check(found, range(300), sure)
    with Served(home) as served:
        crowd = Crowd(served.url, home, range(300))
        crowd.run()
    assert crowd.acknowledged == set(range(300))
    with village.opened(home) as found:
        assert village.check(found, range(300), range(300)) == 300
