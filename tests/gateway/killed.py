"""A gateway's evening in a process of its own, killed with SIGKILL at a named point: for tests of what survives."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway import daily, mixing
from gateway.bulletins import email, webhook
from gateway.home import open_home
from gateway.outbox import Letter
from gateway.providers.africastalking import make
from gateway.schedule import tick
from gateway.sender import Line, sms_lines
from gateway.settings import Mail, Settings
from gateway.store import jobs, outbox
from tests.gateway.sending import Clock, drain


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> Callable[[], None]:
    def arm() -> None:
        setattr(owner, name, lambda *_args, **_more: die())

    return arm


def after(owner: Any, name: str) -> Callable[[], None]:
    def arm() -> None:
        real = getattr(owner, name)

        def call(*args: Any, **more: Any) -> None:
            real(*args, **more)
            die()

        setattr(owner, name, call)

    return arm


POINTS: dict[str, Callable[[], None]] = {
    "never": lambda: None,
    "before the mix": before(mixing, "mix"),
    "mixed, not counted": after(mixing, "mix"),
    "one bulletin of three is in": after(outbox, "enqueue"),
    "all bulletins are in, not marked": before(jobs, "mark"),
    "marked, not committed": after(jobs, "mark"),
    "committed": after(daily, "tally"),
    "claimed, not sent": lambda: None,
    "sent, not marked": lambda: None,
    "webhook claimed, not sent": lambda: None,
    "webhook taken, not marked": lambda: None,
    "mail claimed, not sent": lambda: None,
    "mail taken, not marked": lambda: None,
}

LINES: dict[str, tuple[str, bool]] = {  # the line that dies, and: has it delivered before?
    "claimed, not sent": ("africastalking", False),
    "sent, not marked": ("africastalking", True),
    "webhook claimed, not sent": ("webhook", False),
    "webhook taken, not marked": ("webhook", True),
    "mail claimed, not sent": ("email", False),
    "mail taken, not marked": ("email", True),
}


def armed(line: Line, point: str) -> Line:
    name, delivers = LINES.get(point, ("", False))
    if line.name != name:
        return line

    def deliver(letter: Letter) -> None:
        if delivers:
            line.deliver(letter)
        die()

    return replace(line, deliver=deliver)


def evening(home_path: Path, at: datetime, point: str, api: str, mail_port: int) -> None:
    """What is due at `at` is tallied, and leaves."""
    POINTS[point]()
    home, clock = open_home(home_path, os.urandom), Clock(at)
    mail = Mail(host="127.0.0.1", port=mail_port, starttls=False)
    mine = {"enabled": True, "secret": "s" * 32, "api_key": "key", "base_url": api, "rate": 1000}
    provider = make(Settings(providers={"africastalking": mine}))
    assert provider is not None
    tick(home, clock())
    ways = (
        *sms_lines({"africastalking": provider}),
        Line("webhook", 100, lambda letter: webhook.deliver(letter, clock)),
        Line("email", 100, lambda letter: email.deliver(letter, mail)),
    )
    drain(home, [armed(line, point) for line in ways], clock)
    home.close()
