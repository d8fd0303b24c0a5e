"""50 votes a second while what waited for a line for days drains: the line is back, and ten times as fast as usual.

Just before it the same votes come with their own replies alone: the part of the figure that is not the drain.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import villages
from tests.bench.figures import Figure, Sizes
from tests.bench.routes import address
from tests.bench.steady import PER_SECOND, steady
from tests.served import Served
from tests.servers import free_port

ROLL = 20_000
SENT = "outbox WHERE state = 'sent'"
RATE = 50  # messages a second: ten times the default


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    seconds = sizes.steady // 2
    with _api() as url:
        mine = {"api_key": "bench", "base_url": url, "rate": RATE}
        values = {f"providers.africastalking.{name}": value for name, value in mine.items()}
        home, (cycle,) = villages.made(folder / "outage", values=values)
        villages.enrol(home, cycle, range(ROLL))
        with Served(home.path) as served:
            sms = address(home, served, "sms")
            calm = sorted(asyncio.run(steady(sms, PER_SECOND * seconds)))
            villages.outbox(home, sizes.waiting)
            before = villages.count(home, SENT)
            took = sorted(asyncio.run(steady(sms, PER_SECOND * seconds, PER_SECOND * seconds)))
            left = villages.count(home, SENT) - before
    assert left >= min(sizes.waiting, RATE * seconds) // 2, f"only {left} left: there was hardly a drain"
    assert villages.count(home, "participation") == 2 * PER_SECOND * seconds
    what = f"{PER_SECOND} votes/s for {seconds} s while {sizes.waiting:,} waiting messages drain: p99"
    seen = f"longest {took[-1] * 1000:.0f} ms; {left:,} left; just before, with their own replies alone: p99 {_p99(calm):.0f} ms"
    return [Figure(what, _p99(took), "ms", "< 250", seen)]


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
