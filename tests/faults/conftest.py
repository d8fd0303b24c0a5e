"""A disk that forgets and fails, with a home on it, and what this process says to its log."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from gateway.logs import STEPS
from tests.faults import village
from tests.faults.sizes import needs
from tests.homes import skip_or_fail

MOUNTED = 20.0  # seconds


class Disk:
    """A mounted file system that forgets, and a home on it."""

    def __init__(self, folder: Path) -> None:
        self.mount = folder
        self.home = folder / "home"

    def settle(self) -> None:
        """All is durable."""
        os.setxattr(self.mount, "user.settle", b"1")

    def fail(self, rule: str) -> None:
        """Calls fail from now on, as forgetful.py says; '' heals the disk."""
        os.setxattr(self.mount, "user.fail", rule.encode())

    def calls(self) -> Counter[str]:
        """How often each operation was called."""
        pairs = (pair.split("=") for pair in os.getxattr(self.mount, "user.calls").decode().split())
        return Counter({operation: int(times) for operation, times in pairs})

    def cut(self, how: str) -> None:
        """The power fails and comes back."""
        os.setxattr(self.mount, "user.cut", how.encode())


@pytest.fixture
def said() -> Iterator[list[str]]:
    """The lines that would be logged, as they would be written."""
    lines: list[str] = []

    def keep(_logger: object, _method: str, line: str) -> str:
        lines.append(line)
        raise structlog.DropEvent

    used = structlog.get_config()["processors"]  # loggers that were used before keep this very list
    before = used.copy()
    used[:] = [*STEPS, keep]
    yield lines
    used[:] = before


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an open vote."""
    path = tmp_path_factory.mktemp("power") / "home"
    village.made(path).close()
    return path


@pytest.fixture
def bare_disk(tmp_path: Path) -> Iterator[Disk]:
    """Nothing is on it yet."""
    unmount = needs("fusermount3", "fuse3")
    if not os.access("/dev/fuse", os.W_OK):
        skip_or_fail("/dev/fuse is missing: load the fuse module, or give it to the container")
    mount = tmp_path / "disk"
    mount.mkdir()
    serving = subprocess.Popen([sys.executable, "-m", "tests.faults.forgetful", str(mount)])
    try:
        until = time.monotonic() + MOUNTED
        while not os.path.ismount(mount):
            assert serving.poll() is None
            assert time.monotonic() < until, "the file system is not mounted"
            time.sleep(0.02)
        yield Disk(mount)
    finally:
        subprocess.run([unmount, "-u", "-z", str(mount)], check=False)
        serving.kill()  # whoever still holds a file of it would keep it alive
        serving.wait(30)


@pytest.fixture
def disk(bare_disk: Disk, template: Path) -> Disk:
    """With a home on it, in which a vote is open."""
    village.copied(template, bare_disk.home)
    bare_disk.settle()
    return bare_disk
