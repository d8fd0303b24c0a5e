"""Votes and menu screens against an empty FastAPI route, alternated; and a kill -9 in the middle of the last votes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from gateway.cli.init import hooks
from gateway.home import Home
from tests.bench import villages
from tests.bench.figures import Figure, Sizes
from tests.bench.wrk import Load, Run, load
from tests.served import Served
from tests.servers import free_port

SCREENS_FROM = 9_000_000  # phones of the menus
DIALLING = 512


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    home, (cycle,) = villages.made(folder / "routes")
    villages.enrol(home, cycle, range(sizes.roll))
    villages.enrol(home, cycle, range(SCREENS_FROM, SCREENS_FROM + DIALLING), language="kk")
    empty, votes, screens = Series(), Series(), Series()
    at = 0
    with _empty() as (nothing, nothing_pid), Served(home.path) as served:
        sms, ussd = (address(home, served, what) for what in ("sms", "ussd"))
        for no in range(sizes.runs):
            villages.checkpoint(home)
            empty.add(nothing_pid, partial(load, nothing, "votes.lua", 0, "e", sizes.seconds))
            at = votes.add(served.pid, partial(load, sms, "votes.lua", at, "v", sizes.seconds)).next
            screens.add(served.pid, partial(load, ussd, "screens.lua", SCREENS_FROM, f"s{no}", sizes.seconds))
        assert at + sizes.roll // (sizes.runs + 1) <= sizes.roll, "the roll is too short for this machine"
        _all_there(home, votes.runs, villages.count(home, "participation"))
        killed = _killed(served, sms, at, sizes.seconds)
    acknowledged = sum(run.good for run in (*votes.runs, killed))
    lost = max(0, acknowledged - villages.count(home, "participation"))
    return [
        Figure("empty FastAPI route", median(empty.rates), "calls/s", seen=empty.seen),
        Figure("votes by SMS, recorded", median(votes.rates), "votes/s", seen=votes.seen),
        Figure("menu screens by USSD", median(screens.rates), "screens/s", seen=screens.seen),
        _ratio("votes to empty route", votes, empty, ">= 0.6"),
        _ratio("menu screens to empty route", screens, empty, ">= 0.8"),
        Figure("processor time of an empty call, all threads", median(empty.costs), "µs"),
        Figure("processor time of a vote", median(votes.costs), "µs"),
        Figure("processor time of a menu screen", median(screens.costs), "µs"),
        Figure("votes answered badly or lost", votes.bad, "calls", "< 1"),
        Figure("screens answered badly or lost", screens.bad, "calls", "< 1"),
        Figure("votes acknowledged, the last ones before a kill -9", acknowledged, "votes"),
        Figure("of them not there after it", lost, "votes", "< 1"),
    ]


@dataclass(frozen=True, slots=True)
class Series:
    """Runs of one kind, and what each call of them cost the server."""

    runs: list[Run] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)  # µs of processor time per call: hardly disturbed by neighbours

    def add(self, pid: int, run: Callable[[], Run]) -> Run:
        """Do one more."""
        before = _processor(pid)
        done = run()
        self.runs.append(done)
        self.costs.append((_processor(pid) - before) / done.answered * 1e6)
        return done

    @property
    def rates(self) -> list[float]:
        """Calls per second, run by run."""
        return [run.rate for run in self.runs]

    @property
    def seen(self) -> str:
        """The rates in words."""
        return " ".join(f"{rate:.0f}" for rate in self.rates)

    @property
    def bad(self) -> int:
        """Calls without a good answer."""
        return sum(run.refused + run.broken for run in self.runs)


def address(home: Home, served: Served, what: str) -> str:
    """Of a hook of Africa's Talking on this server."""
    found = hooks(home)["africastalking"][what]
    return served.url + found[found.index("/hooks/") :]


def _killed(served: Served, sms: str, first: int, seconds: int) -> Run:
    running = Load(sms, "votes.lua", first, "v", seconds)
    time.sleep(seconds / 2)
    served.kill()
    return running.result()


def _all_there(home: Home, votes: list[Run], kept: int) -> None:
    """Every acknowledged vote is recorded, and nothing that was not posted."""
    assert sum(run.good for run in votes) <= kept <= votes[-1].next, (votes, kept, home.path)


def _ratio(what: str, ours: Series, theirs: Series, wanted: str) -> Figure:
    ratios = [one / other for one, other in zip(ours.rates, theirs.rates, strict=True)]
    return Figure(what, median(ratios), "ratio", wanted, " ".join(f"{ratio:.2f}" for ratio in ratios))


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _empty() -> Iterator[tuple[str, int]]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.empty", str(port)])
    try:
        while not _answers(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/hook", process.pid
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
