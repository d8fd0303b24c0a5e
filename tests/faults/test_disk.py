"""A disk that refuses: no false acknowledgement, nothing lost, and where the outcome is unknown the process ends."""

import errno
import os
import random  # noqa: TID251 - seeded, and the seed is printed
import subprocess
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
from handlers.phrases import say
from tests.faults import village
from tests.faults.conftest import Disk
from tests.faults.crowd import Crowd, dials
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
        assert box.field.ussd(village.phone(box.sent), "s1", "7*3").startswith("CON")
        disk.fail(READ_ONLY)
        unsure = say(box.home.settings.gateway.languages[0], "ussd_unsure", dial=box.home.settings.gateway.service_code)
        assert box.field.ussd(village.phone(box.sent), "s1", "7*3*1") == f"END {unsure}"
        assert box.texts(range(box.sent, box.sent + 5)) == set()
        assert box.field.died
    with pytest.raises(BadHome, match=r"readonly|read-only|writable|unable to open|disk I/O error"):
        open_home(disk.home, os.urandom)
    disk.fail("")
    with box:
        box.check()


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        pytest.param(FULL, False, id="full"),
        pytest.param(READ_ONLY, True, id="read-only"),
        pytest.param(BROKEN, True, id="broken"),
    ],
)
def test_a_served_gateway_on_a_bad_disk(disk: Disk, rule: str, ends: bool) -> None:
    with village.opened(disk.home) as home, home.store.reading() as tx:
        served = Forked(disk.home, states.instance(tx))
        not_taken = "END " + say(home.settings.gateway.languages[0], "ussd_not_taken")
    served.start()
    first = Crowd(served.url, disk.home, range(50))
    first.run()
    disk.fail(rule)
    second = Crowd(served.url, disk.home, range(50, 150))
    second.run()
    screen = "" if ends else dials(served.url, disk.home, 150)
    disk.fail("")
    assert served.ended(15 if ends else 0) is ends
    if ends:
        served.start()
    third = Crowd(served.url, disk.home, range(150))
    third.run()
    taken = dials(served.url, disk.home, 150)
    served.kill()

    assert len(first.acknowledged) == 50
    assert len(second.acknowledged) < 100
    assert second.refused
    assert second.statuses <= {200, 503}
    assert screen == ("" if ends else not_taken)
    assert len(third.acknowledged) == 150
    assert taken.startswith("END")
    assert taken != not_taken
    with village.opened(disk.home) as home:
        assert village.check(home, range(151), range(150)) == 151


class UnderFiu(Served):
    """`dauys serve`, whose calls of the C library can be made to fail."""

    def __init__(self, home: Path, folder: Path) -> None:
        super().__init__(home)
        self._pipes = folder / "fiu"
        self.prefix = (needs("fiu-run", "fiu-utils"), "-x", "-f", str(self._pipes))
        needs_file("/usr/lib/fiu/fiu_posix_preload.so", "fiu-utils")

    def fail(self, name: str, probability: float) -> None:
        """From now on, so often, with EIO."""
        rule = f"enable_random name=posix/io/{name},probability={probability},failinfo={errno.EIO}"
        subprocess.run([needs("fiu-ctrl", "fiu-utils"), "-f", str(self._pipes), "-c", rule, str(self.pid)], check=True)


@pytest.mark.parametrize("name", ["sync/fdatasync", "rw/pwrite", "rw/pread"])
def test_calls_of_the_c_library_that_fail(tmp_path: Path, template: Path, name: str) -> None:
    """Those that SQLite makes of its files while votes come; a probability of 1 fails whatever chance does."""
    home, sure = village.copied(template, tmp_path / "home"), set[int]()
    for life, probability in enumerate((1, 0.3, 0.05)):
        served = UnderFiu(home, tmp_path)
        served.start()
        well = Crowd(served.url, home, range(life * 100, life * 100 + 20))
        well.run()
        served.fail(name, probability)
        badly = Crowd(served.url, home, [n for n in range((life + 1) * 100) if n not in sure | well.acknowledged])
        badly.run()
        served.kill()
        assert len(well.acknowledged) == 20
        assert badly.statuses <= {200, 503}
        assert badly.refused or probability < 1
        sure |= well.acknowledged | badly.acknowledged
        with village.opened(home) as found:
            village.check(found, range(300), sure)
    with Served(home) as served:
        crowd = Crowd(served.url, home, range(300))
        crowd.run()
    assert crowd.acknowledged == set(range(300))
    with village.opened(home) as found:
        assert village.check(found, range(300), range(300)) == 300
