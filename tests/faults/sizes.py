"""How often each fault is tried: CI by default, DAUYS_FAULTS=nightly for the long run; DAUYS_SEED repeats one."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.homes import skip_or_fail


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of one run."""

    kills: int
    cuts: int  # clean, and as many torn
    points: int  # fail-at-Nth
    steps: int  # of each act at which the power fails
    flood: int


CI = Sizes(kills=60, cuts=60, points=200, steps=24, flood=2_000)
NIGHTLY = Sizes(kills=1_000, cuts=2_000, points=2_000, steps=10_000, flood=50_000)

SIZES = NIGHTLY if os.environ.get("DAUYS_FAULTS") == "nightly" else CI
SEED = os.environ.get("DAUYS_SEED") or str(int.from_bytes(os.urandom(4)))


def told(what: str) -> None:
    """A figure of this run, for the table in docs/faults.md."""
    print(f"faults: {what}; DAUYS_SEED={SEED}", file=sys.stderr)


def needs(program: str, package: str) -> str:
    """Where a program is; a skip, on CI a failure, without it."""
    found = shutil.which(program)
    if found is None:
        skip_or_fail(f"{program} is missing: apt-get install {package}")
    return str(found)


def needs_file(path: str, package: str) -> str:
    """The same for a file; `*` stands for the machine's folder of libraries."""
    found = next(iter(sorted(Path("/").glob(path.lstrip("/")))), None)
    if found is None:
        skip_or_fail(f"{path} is missing: apt-get install {package}")
    return str(found)
