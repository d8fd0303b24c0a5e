"""wrk (Debian: apt-get install wrk), the load generator; one thread, so that the server has the other core."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gateway.replaying.client import Request

HERE = Path(__file__).parent
CONNECTIONS = 32
MISSING = "wrk is missing: apt-get install wrk"
SPARE = 60  # seconds in which it must end by itself


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk saw."""

    answered: int  # calls with a whole answer
    refused: int  # of them with a status of 400 or more
    broken: int  # connections lost
    seconds: float
    p99: float  # seconds
    next: int  # where the script's counter stands

    @property
    def good(self) -> int:
        """Calls answered well."""
        return self.answered - self.refused

    @property
    def rate(self) -> float:
        """Calls answered well in a second."""
        return self.good / self.seconds


class Load:
    """A script against an address."""

    def __init__(self, url: str, script: str, first: int, word: str, seconds: int) -> None:
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(HERE / script)]
        self._seconds = seconds
        self._process = subprocess.Popen([*command, url, "--", str(first), word], stdout=subprocess.PIPE, text=True)

    def result(self) -> Run:
        """When it has ended."""
        out, _ = self._process.communicate(timeout=self._seconds + SPARE)
        told = next(line for line in out.splitlines() if line.startswith("JSON "))
        found = json.loads(told.removeprefix("JSON "))
        seconds, p99 = found.pop("microseconds") / 1e6, found.pop("p99") / 1e6
        return Run(seconds=seconds, p99=p99, **found)


def there() -> bool:
    """Is wrk on this machine?"""
    return shutil.which("wrk") is not None


def load(url: str, script: str, first: int, word: str, seconds: int) -> Run:
    """One run, from beginning to end."""
    return Load(url, script, first, word, seconds).result()


def message(number: int, word: str) -> Request:
    """One call of votes.lua, for other loads."""
    body = f"id=ATXid_{word}{number:024d}&from=%2B7700{number:07d}&to=44135&text={1 + number % 9}&date=&linkId="
    return Request("", body.encode())
