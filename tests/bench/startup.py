"""How long a command takes until it does something, as processor time next to that of an interpreter that does nothing."""

import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure, Sizes
from tests.served import dauys

COMMANDS: dict[str, tuple[str, ...]] = {
    "dauys --help": ("--help",),
    "dauys version": ("version",),
    "dauys phone --help": ("phone", "--help"),
    "dauys replay --help": ("replay", "--help"),
    "dauys cycle list": ("cycle", "list"),
}


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    """Ratios to `python -c pass`, alternated."""
    home = folder / "home"
    dauys(home, "init", "--defaults")
    program = str(Path(sys.executable).with_name("dauys"))
    figures = []
    for what, arguments in COMMANDS.items():
        ratios = [
            _seconds([program, "--home", str(home), *arguments]) / _seconds([sys.executable, "-c", "pass"])
            for _ in range(2 * sizes.runs + 1)
        ]
        seen = " ".join(f"{ratio:.0f}" for ratio in ratios)
        figures.append(
            Figure(f"{what}: processor time to that of python -c pass", statistics.median(ratios), seen=seen)
        )
    return figures


def _seconds(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
