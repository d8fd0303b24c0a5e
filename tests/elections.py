"""Where the real elections of Pabulib lie, if they are on this machine. They are never copied into the repository."""

import os
from pathlib import Path

WHERE = "real elections are looked for in ../shared/pabulib, or in the folder that DAUYS_PABULIB names"

SMALL = Path(__file__).parent / "ballots" / "small.pb"
"""An election of our own, invented, for machines without the real ones."""


def folder() -> Path | None:
    """The folder with the .pb files and expected.json, None if there is none."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "pabulib"
    found = Path(os.environ.get("DAUYS_PABULIB", beside))
    return found if (found / "expected.json").is_file() else None
