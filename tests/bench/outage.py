"""50 votes a second while what waited for a line for days drains: the line is back, and ten times as fast as usual."""

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


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    waiting, votes = sizes.waiting, PER_SECOND * sizes.steady
    rate = 1.5 * waiting / sizes.steady  # messages a second: what waits is gone before the voting ends
    with _api() as url:
        mine = {"api_key": "bench", "base_url": url, "rate": rate}
        values = {f"providers.africastalking.{name}": value for name, value in mine.items()}
        home, (cycle,) = villages.made(folder / "outage", values=values)
        villages.enrol(home, cycle, range(ROLL))
        villages.outbox(home, waiting)
        with Served(home.path) as served:
            took = asyncio.run(steady(address(home, served, "sms"), votes))
            left = villages.count(home, "outbox WHERE state = 'sent'")
    assert left >= waiting // 2, f"only {left} left: there was hardly a drain to be disturbed by"
    assert villages.count(home, "participation") == votes
    took.sort()
    what = f"{PER_SECOND} votes/s for {sizes.steady} s while {waiting:,} waiting messages drain: p99"
    seen = f"longest {took[-1] * 1000:.0f} ms; {left:,} left at {rate:.0f} a second at most"
    return [Figure(what, took[len(took) * 99 // 100] * 1000, "ms", "< 250", seen)]


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
