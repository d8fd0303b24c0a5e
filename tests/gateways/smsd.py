"""A real gammu-smsd with gammu's dummy phone: a folder is its SIM card, and what it sends goes nowhere."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.home import create_home
from gateway.modems import EXAMPLES, Device, smsdrc
from tests.gateways.village import opened_for
from tests.homes import skip_or_fail
from tests.modem import Modem, Sent, coding_of, parts_of
from tests.served import document

PATIENCE = 60.0  # seconds; two dozen of them share two cores
FASTER = {  # the dummy phone takes a message at once and says so never: smsd waits for it, and looks at nothing else
    "receivefrequency = 2": "receivefrequency = 1",
    "commtimeout = 20": "commtimeout = 1",
    "sendtimeout = 30": "sendtimeout = 2",
}
ZONE = {"TZ": "Asia/Almaty"}


def need() -> None:
    """Skip, or on CI fail, without the programs."""
    missing = [program for program in ("gammu-smsd", "sqlite3") if shutil.which(program) is None]
    if missing or not Path(EXAMPLES).is_dir():
        skip_or_fail("gammu-smsd is missing. On Debian: apt-get install gammu-smsd libdbd-sqlite3 sqlite3")


class Smsd(Modem):
    """One daemon in a folder, as a context. The tables are those that come with it.

    `url`: a server's empty database; `client`: the environment in which its client finds it.
    """

    def __init__(self, folder: Path, url: str = "", client: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self.sim = folder / "phone" / "sms" / "1"
        self._client = os.environ | dict(client or {})
        self._serial = count(1)
        self.configuration = folder / "smsdrc"
        super().__init__(url or f"sqlite:///{folder / 'sms.db'}")

    def create(self) -> Self:
        """Database, SIM card and configuration, the way the documentation says."""
        for number in range(1, 6):
            (self._folder / "phone" / "sms" / str(number)).mkdir(parents=True)
        text = smsdrc(self.url, Device(str(self._folder / "phone"), "none"))
        (creation,) = re.findall(f"^#   (.*{EXAMPLES}.*)$", text, re.MULTILINE)
        subprocess.run(["sh", "-ec", creation], env=self._client, check=True, capture_output=True)
        for line, faster in FASTER.items():
            assert line in text
            text = text.replace(line, faster)
        self.configuration.write_text(text, encoding="utf-8")
        return self

    def start(self) -> None:
        command = ["gammu-smsd", "-c", str(self.configuration)]
        with (self._folder / "out.log").open("ab") as out:
            self._process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=os.environ | ZONE, cwd=self._folder
            )
        met(lambda: self.count("phones") == 1, self.said)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def __enter__(self) -> Self:
        self.create()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def said(self) -> str:
        """What the daemon has said last, to a terminal: the unit of docs/box-with-modem.md keeps nothing of it."""
        return (self._folder / "out.log").read_text(errors="replace")[-2000:]

    def arrives(self, phone: str, said: str, at: datetime, udh: str = "") -> None:
        """A message lies on the SIM card. `at` is the centre's time, which has no zone there: UTC."""
        number = next(self._serial)
        written = self._folder / f"new{number}"
        written.write_text(deliver(phone, said, at, udh), encoding="ascii")
        written.rename(self.sim / str(number))  # smsd never sees half a file

    def long(self, phone: str, said: str, at: datetime, *, only: int = 0) -> None:
        """A message in parts, or one part of it alone."""
        for number, (part, udh) in enumerate(parts_of(said), 1):
            if only in {0, number}:
                self.arrives(phone, part, at, udh)

    def shorten(self, line: str, shorter: str) -> None:
        """Another line in the configuration, for its next start."""
        text = self.configuration.read_text(encoding="utf-8")
        assert line in text
        self.configuration.write_text(text.replace(line, shorter), encoding="utf-8")

    def hands_over(self, phone: str, said: str, at: datetime) -> None:
        parts = parts_of(said)
        for _ in range(2):
            for part, udh in parts:
                self.arrives(phone, part, at, udh)
        met(lambda: self.count("inbox") == 2 * len(parts), self.said)

    def sends(self, status: str = "SendingOK", at: str = "") -> tuple[Sent, ...]:
        met(lambda: self.count("outbox") == 0, self.said)
        rows = self.rows(
            'SELECT "DestinationNumber", "TextDecoded", "Coding", "UDH" FROM sentitems WHERE "TextDecoded" <> \'\' '
            'ORDER BY "ID", "SequencePosition"'
        )
        return tuple(Sent(*row) for row in rows)


def waits(home: Path) -> bool:
    """Has the gateway an answer that it has not handed over to smsd?"""
    return any(one["state"] in {"due", "leased"} for one in document(home, "outbox")["messages"])


def opened_over(modem: Smsd, path: Path, voters: Sequence[str], **more: object) -> Path:
    """A home with an open vote, these phones on its roll, texts over the modem."""
    settings = {"enabled": True, "database": modem.url, "look_every": 0.2, "rate": 50.0, **more}
    values = {f"providers.gammu.{name}": value for name, value in settings.items()}
    create_home(path, os.urandom, datetime.now(UTC), values=values).close()
    opened_for(path, voters)
    return path


def accepted(home: Path) -> int:
    """Votes that count."""
    return int(document(home, "tally", 1)["accepted"])


def answered(modem: Smsd) -> dict[str, int]:
    """How many messages each phone was sent."""
    met(lambda: modem.count("outbox") == 0, modem.said)
    return dict(modem.rows('SELECT "DestinationNumber", count(DISTINCT "ID") FROM sentitems GROUP BY 1'))


def deliver(phone: str, said: str, at: datetime, udh: str = "") -> str:
    """An incoming message as gammu keeps one in a file; whatever it writes itself is an outgoing one."""
    text = said.encode("utf-16-be").hex().upper()
    lines = [
        "[SMSBackup000]",
        "PDU = Deliver",
        'SMSC = "+77010000099"',
        f"SMSCUnicode = {'+77010000099'.encode('utf-16-be').hex().upper()}",
        f"DateTime = {at.astimezone(UTC):%Y%m%dT%H%M%S}",
        "State = UnRead",
        f'Number = "{phone}"',
        f"NumberUnicode = {phone.encode('utf-16-be').hex().upper()}",
        *(f"Text{place // 200:02d} = {text[place : place + 200]}" for place in range(0, max(1, len(text)), 200)),
        f"Coding = {coding_of(said)}",
        "Folder = 1",
        f"Length = {len(said)}",
        "Class = -1",
        "ReplySMSC = False",
        "RejectDuplicates = False",
        "ReplaceMessage = 0",
        "MessageReference = 0",
        *([f"UDH = {udh}"] if udh else []),
    ]
    return "\n".join(lines) + "\n"


def met(condition: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait for it; if it never comes, fail with what `otherwise` tells."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.2)  # smsd itself looks once a second
