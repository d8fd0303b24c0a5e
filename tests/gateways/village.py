"""A served gateway with an open vote, a real Kannel in front of it, and the operator at the other end."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.home import Home, create_home, open_home
from tests.elections import SMALL
from tests.gateways.kannel import Kannel, Operator, Ports, until
from tests.homes import MADE
from tests.served import Served, dauys, document


@dataclass(frozen=True, slots=True)
class Rig:
    """All that stands."""

    served: Served
    home: Home
    kannel: Kannel
    operator: Operator

    def accepted(self) -> int:
        """Votes that count."""
        return int(document(self.served.home, "tally", 1)["accepted"])

    def counted(self, number: int) -> None:
        """Wait until so many votes count."""
        until(lambda: self.rows("SELECT count(*) FROM participation")[0][0] >= number, f"{number} votes arrive")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What lies in the database now."""
        with self.home.store.reading() as tx:
            return tx.rows(sql)


def home_for(folder: Path, ports: Ports, url: str, **more: object) -> Path:
    """A new home whose Kannel is on these ports; the gateway listens at `url`."""
    settings = {"enabled": True, "sendsms_url": ports.sendsms_url, "hooks_url": url, "rate": 200.0, **more}
    values = {f"providers.kannel.{name}": value for name, value in settings.items()}
    create_home(folder, os.urandom, MADE, defaults=True, values=values).close()
    return folder


def opened_for(home: Path, phones: Sequence[str]) -> None:
    """A vote (small.pb: 5 proposals, approval of up to 3) is open for these phones."""
    dauys(home, "load", "election", SMALL, "--aul", 7, "--open")
    roll = home / "roll.csv"
    roll.write_text("phone\n" + "\n".join(phones) + "\n")
    dauys(home, "load", "roll", roll, "--cycle", 1)


@contextmanager
def village(folder: Path, phones: Sequence[str], *, boxes: Path | None = None, **more: object) -> Iterator[Rig]:
    """Everything up; ended with the block. Kannel's files lie in `boxes`, or beside the home."""
    ports = Ports.free()
    served = Served(folder / "home")
    home_for(served.home, ports, served.url, **more)
    opened_for(served.home, phones)
    with (
        served,
        Kannel(served.home, boxes or folder / "kannel", ports) as kannel,
        Operator(ports.smsc) as operator,
    ):
        home = open_home(served.home, os.urandom)
        try:
            yield Rig(served, home, kannel, operator)
        finally:
            home.close()
