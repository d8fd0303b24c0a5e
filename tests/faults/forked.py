"""`dauys serve` in a process forked from one that has imported all: up in a fraction of the time, killed as often."""

import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from gateway.home import open_home
from gateway.serving import serve
from tests.servers import free_port

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.forked", "tests.faults.writer"])
READY = 60.0  # seconds
LOG = "serve.log"


class Forked:
    """A served home, known by the instance in its /health."""

    def __init__(self, home: Path, instance: str) -> None:
        self.home = home
        self._instance = instance
        self._process: BaseProcess | None = None
        self.url = ""

    @property
    def exit_code(self) -> int | None:
        """How it ended."""
        assert self._process is not None
        return self._process.exitcode

    def start(self) -> float:
        """Serve; seconds until it was ready."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._process = FORKS.Process(target=_serve, args=(self.home, port))
        began = time.monotonic()
        self._process.start()
        while not self._ready():
            assert self._process.is_alive(), (self.home / LOG).read_text(errors="replace")[-2000:]
            assert time.monotonic() < began + READY, "the server does not come up"
            time.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.join()

    def stop(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(60)

    def ended(self, seconds: float = 30) -> bool:
        """Has it ended by itself?"""
        assert self._process is not None
        self._process.join(seconds)
        return not self._process.is_alive()

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.load(answer)["instance"] == self._instance)
        except (OSError, ValueError, KeyError):
            return False


def log_into(home: Path) -> None:
    """What this process says from now on is kept in the home."""
    log = os.open(home / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)


def _serve(path: Path, port: int) -> None:
    log_into(path)
    serve(open_home(path, os.urandom, migrating=True), "127.0.0.1", port)
