"""Who has a home open: every process that opened it, until it closes it or dies; a restore wants to be alone.

An flock on the folder of the keys: the kernel lets go of it when a process is killed, so nothing stale
stands in the way.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):  # noqa: N818
    """Another process has this home open in a way that excludes ours."""


class Presence:
    """This process has the home open, beside others. Raises InUse while one is alone in it."""

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = _locked(folder, fcntl.LOCK_SH)

    def end(self) -> None:
        """Let go; a second time does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else has the home open, and nobody can open it meanwhile. Raises InUse."""
    descriptor = _locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(folder: Path, how: int) -> int:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InUse(f"{folder.parent} is in use by another process") from error
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
