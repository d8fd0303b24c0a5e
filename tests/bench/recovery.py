"""After a kill under load, with a history in the database: seconds until the gateway answers again."""

import os
import time
from pathlib import Path
from statistics import median

from tests.bench import villages
from tests.bench.figures import Figure, Sizes
from tests.bench.routes import address
from tests.bench.wrk import load
from tests.served import Served

BALLOTS = 100_000
VOTERS = range(5_000_000, 5_060_000)
SECONDS = 3  # of load before each kill: what it wrote waits in the write-ahead log


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    home, (cycle,) = villages.made(folder / "recovery")
    villages.enrol(home, cycle, VOTERS)
    villages.history(home, cycle, BALLOTS)
    took: list[float] = []
    worked: list[float] = []
    served, first = Served(home.path), VOTERS.start
    served.start()
    for _ in range(sizes.runs):
        run = load(address(home, served, "sms"), "votes.lua", first, "k", SECONDS)
        assert run.refused + run.broken == 0, run
        first = run.next
        served.kill()
        began = time.monotonic()
        served.start()
        took.append(time.monotonic() - began)
        worked.append(_processor_time(served.pid))
    served.stop()
    seen = " ".join(f"{seconds:.2f}" for seconds in took)
    return [
        Figure(f"ready after a kill under load, {BALLOTS:,} ballots", median(took), "s", "< 3", seen),
        Figure("of it at work on a processor: the rest is waiting for one, and for the disk", median(worked), "s"),
    ]


def _processor_time(pid: int) -> float:
    """Seconds, user and system, of a process so far (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
