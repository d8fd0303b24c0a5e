"""What systemd is told: ready, alive, stopping. Nothing without NOTIFY_SOCKET.

The protocol: sd_notify(3), sd_watchdog_enabled(3). The watchdog is fed by a probe that goes the way of a vote,
never by a timer alone: a process whose event loop or writer hangs is started anew.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import structlog

from gateway.store.writer import CannotCommit, OutcomeUnknown

log = structlog.get_logger(__name__)

PARTS = 3  # probes in the time that the watchdog waits


def notify(state: str) -> None:
    """READY=1, WATCHDOG=1 or STOPPING=1; a supervisor that is gone, or does not listen, keeps nobody waiting."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as out:
        try:
            out.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
        except OSError as error:
            log.warning("systemd could not be told", state=state, reason=str(error))


def patience() -> float | None:
    """Seconds that the watchdog waits for word; None: there is none, or it watches another process."""
    microseconds, watched = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    mine = not watched or watched in {str(os.getpid()), str(os.getppid())}  # a worker speaks for its parent
    return int(microseconds) / 1_000_000 if microseconds.isdigit() and int(microseconds) and mine else None


async def feed(probe: Callable[[], Awaitable[object]], seconds: float | None) -> None:
    """Until cancelled: word to the watchdog each time that the probe came back."""
    while seconds is not None:
        try:
            async with asyncio.timeout(seconds / PARTS):
                await probe()
        except (TimeoutError, CannotCommit, OutcomeUnknown) as error:
            log.warning("The way into the database does not answer; the watchdog is not fed", reason=repr(error))
        else:
            notify("WATCHDOG=1")
        await asyncio.sleep(seconds / PARTS)
