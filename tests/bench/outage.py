"""50 votes a second while what waited for a line for days drains: the line is back, and thirty times as fast as usual.

Just before it the same votes come with their own replies alone: the part of the figure that is not the drain.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import villages
from tests.bench.figures import Figure, Sizes, of_runs
from tests.bench.routes import address
from tests.bench.steady import PER_SECOND, steady
from tests.served import Served
from tests.servers import free_port

ROLL = 20_000
WAITING = "outbox WHERE state = 'due' AND priority = 1"  # announcements may wait for the morning
RATE = 150  # messages a second: thirty times the default, so that all that waited leaves while votes come in


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    seconds = sizes.steady
    with _api() as url:
        runs = [_drained(folder / str(run), url, sizes.waiting, seconds) for run in range(sizes.runs)]
    what = f"{PER_SECOND} votes/s for {seconds} s while {sizes.waiting:,} waiting messages drain: p99"
    longest = " ".join(f"{took[-1] * 1000:.0f}" for _, took in runs)
    before = " ".join(f"{_p99(calm):.0f}" for calm, _ in runs)
    note = f"longest {longest}; just before, with their own replies alone: p99 {before}"
    return [of_runs(what, [_p99(took) for _, took in runs], "ms", "< 250", note)]


def _drained(folder: Path, url: str, waiting: int, seconds: int) -> tuple[list[float], list[float]]:
    """Seconds of each vote before the line is back and while it drains, the quickest first."""
    mine = {"api_key": "bench", "base_url": url, "rate": RATE}
    values = {f"providers.africastalking.{name}": value for name, value in mine.items()}
    home, (cycle,) = villages.made(folder, values=values)
    villages.enrol(home, cycle, range(ROLL))
    with Served(home.path) as served:
        sms = address(home, served, "sms")
        calm = asyncio.run(steady(sms, PER_SECOND * seconds // 2))
        villages.outbox(home, waiting)
        took = asyncio.run(steady(sms, PER_SECOND * seconds, PER_SECOND * seconds // 2))
        still = villages.count(home, WAITING)
    assert still < 2 * PER_SECOND, f"{still} replies still wait: it did not drain"
    assert villages.count(home, "participation") == PER_SECOND * seconds * 3 // 2
    return sorted(calm), sorted(took)


def _p99(seconds: list[float]) -> float:
    """Milliseconds; they are sorted."""
    return seconds[len(seconds) * 99 // 100] * 1000


@contextmanager
def _api() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.api", str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
