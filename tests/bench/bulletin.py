"""The bulletin of a large vote: how long it takes to make, and to verify and recount with the standard library alone."""

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway import mixing
from gateway.publishing import Press, packed, write_folder
from tests.bench import villages
from tests.bench.figures import Figure, Sizes

ROOT = Path(__file__).resolve().parents[2]
PROPOSALS = 40


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    """Votes are sealed, mixed at the end, exported, verified, recounted."""
    home, (cycle,) = villages.made(folder / "home", proposals=PROPOSALS)
    villages.envelopes(home, cycle, range(sizes.recount), PROPOSALS)
    mixing.close(home, cycle.poll, datetime.now(UTC), "bench", early=True)
    began = time.perf_counter()
    with home.store.reading() as tx:
        files = Press(home.keys, home.settings.gateway).public(tx, cycle.id)
    made = time.perf_counter() - began
    write_folder(folder / "out", files)
    home.close()
    verified = [_alone(command, folder / "out") for command in ("verify", "recount")]
    ballots = f"of {sizes.recount:,} ballots"
    kib = len(packed(files, "out")) / 2**10
    return [
        Figure(f"bulletin {ballots}: gathered and signed", made, "s"),
        Figure("its zip", kib, "KiB"),
        Figure(f"verify and recount {ballots}, standard library", sum(t for t, _ in verified), "s", "< 10"),
        Figure("the same, processor time", sum(cpu for _, cpu in verified), "s"),
    ]


def _alone(command: str, bulletin: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor, with no site packages."""
    run = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); runpy.run_module('ballots', run_name='__main__')"
    before, began = _spent(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-S", "-I", "-c", run, command, str(bulletin)], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began, _spent() - before


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
