"""The clock. Only what a process starts from calls it; everything below takes `at`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Now, aware, UTC."""


def system_clock() -> datetime:
    """The wall clock of this box."""
    return datetime.now(UTC)
