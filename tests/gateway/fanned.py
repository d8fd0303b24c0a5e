"""A look at announcements in a process of its own, killed with SIGKILL at a named point."""

import os
from datetime import datetime
from pathlib import Path

from gateway import fanout
from gateway.home import open_home
from gateway.store import announcements
from tests.gateway.killed import after, before

POINTS = {
    "nothing is in": before(announcements, "put"),
    "copies are in, the cursor stands": after(announcements, "put"),
    "the cursor has moved, not committed": after(announcements, "advance"),
    "a slice is committed": after(fanout, "_slice"),
}


def look(home_path: Path, at: datetime, point: str) -> None:
    """Put in what is due at `at`, until the point."""
    POINTS[point]()
    fanout.tick(open_home(home_path, os.urandom), at)
