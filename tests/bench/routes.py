"""Votes and menu screens against an empty FastAPI route, alternated; and a kill -9 in the middle of the last votes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    empty, votes, screens = [], [], []
    at = 0
    with _empty() as nothing, Served(home.path) as served:
        sms, ussd = (address(home, served, what) for what in ("sms", "ussd"))
        for no in range(sizes.runs):
            villages.checkpoint(home)
            empty.append(load(nothing, "votes.lua", 0, "e", sizes.seconds))
            votes.append(load(sms, "votes.lua", at, "v", sizes.seconds))
            at = votes[-1].next
            screens.append(load(ussd, "screens.lua", SCREENS_FROM, f"s{no}", sizes.seconds))
        assert at + sizes.roll // (sizes.runs + 1) <= sizes.roll, "the roll is too short for this machine"
        _all_there(home, votes, villages.count(home, "participation"))
        killed = _killed(served, sms, at, sizes.seconds)
    kept = villages.count(home, "participation")
    acknowledged = sum(run.good for run in (*votes, killed))
    rates = {
        name: [run.rate for run in runs] for name, runs in (("empty", empty), ("votes", votes), ("screens", screens))
    }
    return [
        Figure("empty FastAPI route", median(rates["empty"]), "calls/s", seen=_seen(rates["empty"])),
        Figure("votes by SMS, recorded", median(rates["votes"]), "votes/s", seen=_seen(rates["votes"])),
        Figure("menu screens by USSD", median(rates["screens"]), "screens/s", seen=_seen(rates["screens"])),
        _ratio("votes to empty route", rates["votes"], rates["empty"], ">= 0.6"),
        _ratio("menu screens to empty route", rates["screens"], rates["empty"], ">= 0.8"),
        Figure("votes answered badly or lost", sum(r.refused + r.broken for r in votes), "calls", "< 1"),
        Figure("screens answered badly or lost", sum(r.refused + r.broken for r in screens), "calls", "< 1"),
        Figure("votes acknowledged, the last ones before a kill -9", acknowledged, "votes"),
        Figure("of them not there after it", max(0, acknowledged - kept), "votes", "< 1"),
    ]


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


def _ratio(what: str, ours: list[float], theirs: list[float], wanted: str) -> Figure:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Figure(what, median(ratios), "ratio", wanted, " ".join(f"{ratio:.2f}" for ratio in ratios))


def _seen(rates: list[float]) -> str:
    return " ".join(f"{rate:.0f}" for rate in rates)


@contextmanager
def _empty() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.empty", str(port)])
    try:
        while not _answers(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
