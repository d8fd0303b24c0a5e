"""A real `dauys serve` in a process of its own, on a free port, known by the instance in its /health."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from gateway.cli import main
from tests.servers import free_port

READY = 60.0  # seconds; a busy machine imports slowly
ENDS = 30.0
DAUYS = Path(sys.executable).with_name("dauys")


def dauys(home: Path, *arguments: object, code: int = 0) -> str:
    """`dauys --home DIR …` in this process; what it printed. It must end with `code`."""
    out = StringIO()
    with redirect_stdout(out):
        ended = main(["--home", str(home), *map(str, arguments)])
    assert ended == code, (arguments, ended, out.getvalue())
    return out.getvalue()


def document(home: Path, *arguments: object, code: int = 0) -> Any:
    """The one JSON document that `dauys … --json` prints."""
    return json.loads(dauys(home, *arguments, "--json", code=code))


class Served:
    """A home that is being served, as a context."""

    prefix: tuple[str, ...] = ()  # what stands before the command

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None, log: Path | None = None) -> None:
        """`environment`: variables beside our own; `log`: where what the server says is kept, if not in its home."""
        self.home = home
        self.log = log or home / "serve.log"
        self._environment = os.environ | {"PYTHONFAULTHANDLER": "1"} | dict(environment or {})
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Serve, and wait until it is this home that answers."""
        command = [*self.prefix, str(DAUYS), "--home", str(self.home), "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self._environment
            )
        until = time.monotonic() + READY
        while not self._ready():
            assert self._process.poll() is None, self.log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, "the server does not come up"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it politely."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would, but for what the kernel still holds."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(ENDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGABRT)  # it tells where its threads stand, and ends
                self._process.wait(ENDS)
                raise AssertionError(f"it does not end:\n{self.log.read_text(errors='replace')[-5000:]}") from None
        self._process = None

    def _ready(self) -> bool:
        """Health of the right home: another server on this port would be told by its instance."""
        try:
            with urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.load(answer)["status"] == "ok")
        except (URLError, OSError, ValueError):
            return False
