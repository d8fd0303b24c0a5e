"""What was measured, and on what machine."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `wanted` says which way it should lie."""

    what: str
    value: float
    unit: str = ""
    wanted: str = ""  # like ">= 0.6" or "< 250"
    seen: str = ""  # the single runs

    @property
    def met(self) -> bool | None:
        """None where nothing is wanted."""
        if not self.wanted:
            return None
        way, bound = self.wanted.split()
        return self.value >= float(bound) if way == ">=" else self.value < float(bound)

    def plain(self) -> dict[str, Any]:
        """For --json."""
        return {
            "what": self.what,
            "value": round(self.value, 3),
            "unit": self.unit,
            "wanted": self.wanted,
            "met": self.met,
        }


def of_runs(what: str, values: Sequence[float], unit: str, wanted: str = "", note: str = "") -> Figure:
    """The median of the runs, and all of them."""
    seen = " ".join(f"{value:.0f}" if value >= 100 else f"{value:.2f}" for value in values)
    return Figure(what, median(values), unit, wanted, f"{seen}; {note}" if note else seen)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    seconds: int  # of a run of wrk
    runs: int  # of which the median counts
    roll: int
    history: int
    steady: int  # seconds
    envelopes: int
    recount: int
    auls: int
    waiting: int  # messages in the outbox


FULL = Sizes(10, 3, 600_000, 1_000_000, 60, 10_000, 100_000, 100, 5_000)
QUICK = Sizes(3, 1, 60_000, 50_000, 35, 1_000, 5_000, 20, 500)


def machine(folder: Path) -> str:
    """What it ran on."""
    cpu = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) // 2**20
    kind = subprocess.run(
        ["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=True
    ).stdout.strip()
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {cpu}, {memory} GiB, {platform.system()} {platform.release()}, files on {kind}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; load before: {busy:.1f}"
    )


def lines(figures: list[Figure]) -> list[str]:
    """A table."""
    found = [f"{'figure':<66}{'value':>10}  {'unit':<12}{'wanted':<10}{'met':<6}runs"]
    words = {True: "yes", False: "NO", None: ""}
    for one in figures:
        value = f"{one.value:>10.2f}" if one.value < 100 else f"{one.value:>10.0f}"
        found.append(f"{one.what:<66}{value}  {one.unit:<12}{one.wanted:<10}{words[one.met]:<6}{one.seen}")
    return found
