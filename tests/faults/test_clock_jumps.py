"""A served gateway whose wall clock jumps (faketime, the monotonic clock left alone): at boot, opening, closing and mixing."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from gateway.cli.init import hooks
from gateway.store import audit, states
from gateway.store.types import to_micros
from tests.bench import villages
from tests.faults import village
from tests.faults.crowd import Crowd
from tests.faults.sizes import needs, needs_file
from tests.served import DAUYS, Served

pytestmark = pytest.mark.faults

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = 60.0  # seconds in which what waits for the clock must have happened
YEARS = 3650 * 86400
ROLL = 300
FORGOTTEN = "@1970-01-01 00:01:00"  # a box without a battery; @: and time goes on from there


class Box:
    """A home with an open vote, and a wall clock in a file."""

    def __init__(self, folder: Path) -> None:
        needs("faketime", "faketime")
        self.wall = folder / "wall"
        self.set("+0")
        self.environment = {
            "LD_PRELOAD": needs_file("/usr/lib/*/faketime/libfaketimeMT.so.1", "faketime"),
            "FAKETIME_TIMESTAMP_FILE": str(self.wall),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        home, (cycle,) = villages.made(folder / "home")
        villages.enrol(home, cycle, range(ROLL))
        self.hook = urlsplit(hooks(home)["africastalking"]["sms"]).path
        self.home = home.path
        home.close()
        self.server = Served(self.home, self.environment)

    def set(self, wall: str) -> None:
        """`+SECONDS` from the true time, or an instant."""
        fresh = self.wall.with_suffix(".new")
        fresh.write_text(wall + "\n", encoding="ascii")
        fresh.replace(self.wall)

    def texts(self, number: int, sent_at: datetime | None = None) -> None:
        """A phone votes; it is answered 200."""
        fields = {"id": village.message_id(number), "from": village.phone(number), "to": "44135", "linkId": ""}
        fields["text"] = str(village.choice(number)[0])
        fields["date"] = sent_at.strftime("%Y-%m-%dT%H:%M:%SZ") if sent_at else ""
        with urlopen(self.server.url + self.hook, urlencode(fields).encode(), timeout=20) as answer:
            assert answer.status == 200

    def clock(self) -> dict[str, Any]:
        """What `dauys clock --json` shows on this box."""
        return json.loads(self.dauys("clock", "--json"))

    def dauys(self, *words: str) -> str:
        """A command, by the same wall clock."""
        command = [str(DAUYS), "--home", str(self.home), *words]
        ran = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def change(self, sql: str, *params: object) -> None:
        """Set the poll's times, before it is served."""
        with village.opened(self.home) as home, home.store.transaction() as tx:
            tx.run(sql, *params)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with village.opened(self.home) as home, home.store.reading() as tx:
            return tx.rows(sql)

    def voted(self) -> int:
        """How many take part."""
        return int(self.rows("SELECT count(*) FROM participation")[0][0])

    def holds(self, *voters: int) -> None:
        """I1 to I6: these take part and nobody else."""
        with village.opened(self.home) as home:
            assert village.check(home, voters, voters) == len(voters)

    def acts(self) -> list[str]:
        """What the audit log holds, without what was there before."""
        with village.opened(self.home) as home, home.store.reading() as tx:
            assert audit.verify(tx, home.keys) is None
            return [entry.link.entry["act"] for entry in audit.entries(tx)]

    def phase(self) -> str:
        return str(self.rows("SELECT phase FROM poll")[0][0])

    def closes(self, at: datetime) -> None:
        """Voting ends then, without grace; told to the audit log as an extension is, though it may be earlier."""
        with village.opened(self.home) as home, home.store.transaction() as tx:
            tx.run("UPDATE poll SET closes_at = ?, grace_seconds = 0", to_micros(at))
            audit.record(tx, home.keys, now(), audit.OPERATOR, "extend", poll=village.POLL, closes_at=at.isoformat())
            states.bump_catalogue(tx)


def until(holds: Callable[[], bool], every: float = 0.25) -> None:
    """Wait for something to hold."""
    give_up = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(every)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@contextmanager
def served(box: Box) -> Iterator[None]:
    with box.server:
        yield


def now() -> datetime:
    return datetime.now(UTC)


def test_a_jump_to_2036_closes_nothing_and_one_within_the_day_does(box: Box) -> None:
    box.closes(now() + 3 * HOUR)
    with served(box):
        box.texts(1)
        box.set(f"+{YEARS}")
        box.texts(2)
        until(lambda: box.clock()["step"] == "forward")
        assert (box.phase(), box.voted()) == ("voting", 2)
        until(lambda: box.clock()["doubtful"] == {"1": 1})  # the serving process writes down what it doubts
        box.set("+0")
        until(lambda: box.clock()["trusted"])
        assert box.phase() == "voting"
        box.set(f"+{4 * 3600}")
        until(lambda: box.phase() == "closed")
        box.texts(3)

    box.holds(1, 2)
    assert box.acts()[-7:] == ["start", "clock step", "clock trusted", "clock step", "close", "mix", "stop"]


def test_a_box_that_wakes_up_in_1970_takes_votes_and_believes_the_operator(box: Box) -> None:
    with served(box):
        box.texts(1)
        box.server.kill()
        box.set(FORGOTTEN)
        box.server.start()
        assert box.clock()["step"] == "back"
        box.texts(2)
        box.texts(3, sent_at=now() - HOUR)
        assert not box.clock()["trusted"]
        box.texts(4, sent_at=now() + timedelta(minutes=5))
        until(lambda: "clock trusted" in box.acts())

    box.holds(1, 2, 3, 4)
    with village.opened(box.home) as home, home.store.reading() as tx:
        last = [entry.link.entry for entry in audit.entries(tx) if entry.link.entry["act"] == "clock trusted"]
    assert last[0]["facts"] == {"by": "operator", "doubtful": [[1, 2]], "late": []}
    assert abs(datetime.fromisoformat(last[0]["at"]) - now()) < HOUR


def test_before_its_opening_a_poll_lets_nobody_in_by_a_clock_in_doubt(box: Box) -> None:
    box.change("UPDATE poll SET opens_at = ?", to_micros(now() + HOUR))
    with served(box):
        box.texts(1)
        box.set(f"+{2 * 86400}")
        box.texts(2)
        assert box.voted() == 0
        box.texts(3, sent_at=now() + 2 * DAY - HOUR)
        assert box.voted() == 1
        until(lambda: box.clock()["trusted"])
        box.texts(4)

    box.holds(3, 4)


def test_a_jump_within_the_day_opens_a_poll_and_one_back_shuts_nobody_out(box: Box) -> None:
    box.change("UPDATE poll SET opens_at = ?", to_micros(now() + HOUR))
    with served(box):
        box.texts(1)
        box.set("+7200")
        box.texts(2)
        until(lambda: box.acts()[-1] == "clock step")  # what was seen is kept
        box.set("+0")
        box.texts(3)
        box.server.kill()
        box.server.start()
        assert box.clock()["step"] == "back"
        box.texts(4)

    box.holds(2, 3, 4)


def test_a_step_back_before_the_closing_puts_it_off_and_one_after_it_opens_nothing_again(box: Box) -> None:
    with served(box):
        box.texts(1)
        closes = now() + timedelta(seconds=5)
        box.closes(closes)
        box.set("-7200")
        until(lambda: now() > closes)
        box.texts(2)
        until(lambda: box.clock()["late"] == {"1": 1})
        assert box.phase() == "voting"
        box.set("+0")
        until(lambda: box.phase() == "closed")
        box.set("-7200")
        until(lambda: box.clock()["step"] == "back")
        box.texts(3)
        box.server.kill()
        box.server.start()
        box.texts(4)

    box.holds(1, 2)
    assert box.phase() == "closed"
    assert [box.acts().count(act) for act in ("close", "mix")] == [1, 1]


@pytest.mark.parametrize("wall", [f"+{YEARS}", FORGOTTEN])
def test_a_clock_that_jumps_while_a_mix_runs_costs_no_vote(box: Box, wall: str) -> None:
    begun = box.home / "keys" / "batch-1-2.key"  # made within the mix, for what it leaves sealed
    with served(box):
        Crowd(box.server.url, box.home, range(ROLL - 1)).run()
        with village.opened(box.home) as home, home.store.reading() as tx:
            tx.rows("SELECT no FROM batch")  # the mix waits for this reader before it says that it is done
            box.set(f"+{4 * 3600}")  # the evening
            until(begun.exists, every=0.001)
            box.set(wall)
        until(lambda: box.rows("SELECT state FROM batch ORDER BY no") == [("destroyed",), ("open",)])
        until(lambda: not box.clock()["trusted"])
        box.texts(ROLL - 1)

    box.holds(*range(ROLL))
    assert box.rows("SELECT count(*) FROM ballot") == [(ROLL - 1 - 10,)]
    assert box.acts().count("mix") == 1


def test_the_evenings_mix_waits_for_a_persons_word(box: Box) -> None:
    with served(box):
        for number in range(21):
            box.texts(number)
        box.set(f"+{2 * 86400}")
        until(lambda: box.clock()["step"] == "forward")
        box.texts(21)
        assert box.rows("SELECT count(*) FROM ballot") == [(0,)]
        box.dauys("clock", "confirm")
        until(lambda: box.rows("SELECT count(*) FROM ballot") == [(12,)])
        assert box.clock()["trusted"]

    box.holds(*range(22))
    assert "confirm clock" in box.acts()


def test_one_first_start_in_2036_does_not_freeze_the_box(box: Box) -> None:
    box.change("UPDATE poll SET phase = 'draft'")  # else it would be closed by then
    box.set(f"+{YEARS}")
    lease = "SELECT CAST(substr(value, 1, 20) AS INTEGER) FROM gateway_state WHERE key = 'lease:tick'"
    with served(box):
        until(lambda: bool(box.rows(lease)))
        box.set("+0")
        until(lambda: box.acts()[-1] == "clock step")
        assert box.clock()["step"] == "back"
        box.dauys("clock", "reset")
        box.change("UPDATE poll SET phase = 'voting'")
        with village.opened(box.home) as home, home.store.transaction() as tx:
            states.bump_catalogue(tx)
        box.texts(1)
        assert box.clock()["trusted"]
        until(lambda: [] != box.rows(lease) < [(to_micros(now() + DAY),)])
    with served(box):
        assert box.clock()["trusted"]
        box.texts(2)

    box.holds(1, 2)
    assert box.acts()[-5:] == ["clock step", "reset clock", "stop", "start", "stop"]
