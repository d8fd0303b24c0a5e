"""A real Kannel on free ports, with the configuration that our command prints; the test is the operator."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from shutil import which
from threading import Thread
from typing import Self
from urllib.parse import quote_from_bytes, unquote_to_bytes

from handlers.segments import septets
from tests.homes import skip_or_fail
from tests.served import dauys
from tests.servers import free_port

PATIENCE = 30.0  # seconds; for a busy machine
BOXES = ("bearerbox", "smsbox")


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s: {what}"
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Does somebody?"""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Ports:
    """Of one Kannel."""

    admin: int
    box: int
    sendsms: int
    smsc: int

    @classmethod
    def free(cls) -> Self:
        return cls(*(free_port() for _ in range(4)))

    @property
    def sendsms_url(self) -> str:
        return f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms"


class Kannel:
    """bearerbox and smsbox, each a process that can be killed and started again."""

    def __init__(self, home: Path, folder: Path, ports: Ports, *options: object, link: str = "fake") -> None:
        if not all(map(which, BOXES)):
            skip_or_fail("Kannel is missing: apt-get install kannel")
        self.ports, self.folder = ports, folder
        for name in ("log", "spool"):
            (folder / name).mkdir(parents=True)
        self.configuration = folder / "kannel.conf"
        places = ("--folder", folder, "--admin-port", ports.admin, "--box-port", ports.box, "--port", ports.smsc)
        self.configuration.write_text(dauys(home, "kannel-config", link, *places, *options))
        self._boxes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *boxes: str) -> None:
        """Start these boxes, or both, and wait until they listen."""
        for box in boxes or BOXES:
            with (self.folder / f"{box}.out").open("ab") as out:
                self._boxes[box] = subprocess.Popen(
                    [box, "-v", "4", str(self.configuration)], stdout=out, stderr=out, stdin=subprocess.DEVNULL
                )
            port = self.ports.box if box == "bearerbox" else self.ports.sendsms
            until(lambda box=box, port=port: self._listens(box, port), f"{box} listens")

    def _listens(self, box: str, port: int) -> bool:
        assert not self.ended(box), f"{box} has ended: {self.logged()[-800:]}"
        return listens(port)

    def ended(self, box: str) -> bool:
        """Has it ended by itself?"""
        return self._boxes[box].poll() is not None

    def hold(self, box: str) -> None:
        """It does nothing from now on, and is still there."""
        self._boxes[box].send_signal(signal.SIGSTOP)

    def kill(self, box: str) -> None:
        """As a power cut would."""
        self._boxes[box].kill()
        self._boxes[box].wait(PATIENCE)

    def stop(self) -> None:
        """End both: what they still had in mind is of no use to a test that is over."""
        for box in BOXES:
            if box in self._boxes and not self.ended(box):
                self.kill(box)

    def spooled(self) -> bytes:
        """All that lies in the spool and can be read there."""
        torn, found = self._torn_files(), b""
        for path in (self.folder / "spool").rglob("*"):
            try:
                found += path.read_bytes() if path.is_file() and path not in torn else b""
            except FileNotFoundError:  # handed on meanwhile
                continue
        return found

    def torn(self) -> bytes:
        """What bearerbox was writing when it was killed: it says so when it starts, and leaves it where it is."""
        return b"".join(path.read_bytes() for path in self._torn_files())

    def _torn_files(self) -> set[Path]:
        return {Path(name) for name in re.findall(r"Could not unpack message `(.+)'", self.logged())}

    def logged(self) -> str:
        """All that both have said."""
        return "".join(
            path.read_text(errors="replace") for path in (*self.folder.glob("log/*"), *self.folder.glob("*.out"))
        )

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


@dataclass(frozen=True, slots=True)
class Delivered:
    """A whole message that came to a phone."""

    sender: str
    phone: str
    text: str


class Operator:
    """The other end of the fake SMSC: villagers' messages go in, replies come out, parts joined as a phone joins them."""

    def __init__(self, port: int) -> None:
        until(lambda: self._connects(port), "bearerbox takes the operator's call")
        self._messages: Queue[Delivered] = Queue()
        self._parts: dict[tuple[str, bytes], dict[int, str]] = {}
        self._reading = Thread(target=self._read)
        self._reading.start()

    def text(self, sender: str, text: str, to: str = "44135") -> None:
        """A villager writes; UCS-2 where a phone would use it."""
        if septets(text) is None or not text.strip() or "\n" in text:
            self.line(sender, to, "ucs2", quote_from_bytes(text.encode("utf-16-be")))
        else:
            self.line(sender, to, "text", text)

    def line(self, *words: str) -> None:
        """Anything of its protocol: sender, receiver, type, payload."""
        self._socket.sendall(" ".join(words).encode() + b"\n")

    def delivered(self, seconds: float = PATIENCE) -> Delivered:
        """The next message to a phone."""
        try:
            return self._messages.get(timeout=seconds)
        except Empty:
            raise AssertionError(f"no message came to any phone in {seconds:.0f} s") from None

    @property
    def silent(self) -> bool:
        """Has nothing come that was not taken?"""
        return self._messages.empty()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):  # bearerbox was killed: the line is cut already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reading.join()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _connects(self, port: int) -> bool:
        try:
            self._socket = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            return False
        return True

    def _read(self) -> None:
        got = b""
        while True:
            try:
                more = self._socket.recv(65536)
            except ConnectionError:  # bearerbox was killed
                return
            if not more:
                return
            got += more
            if got.endswith(b"\n"):  # a text may have lines of its own: they belong to the message above
                for message in re.split(rb"\n(?=\S+ \+7\d{10} )", got[:-1]):
                    self._take(message.decode("latin-1"))
                got = b""

    def _take(self, line: str) -> None:
        sender, phone, kind, rest = line.split(" ", 3)
        if kind != "udh":
            self._messages.put(Delivered(sender, phone, _decoded(kind, rest)))
            return
        header, kind, payload = rest.split(" ", 2)
        udh = unquote_to_bytes(header.replace("+", " "))
        reference, parts, place = udh[3:4], udh[4], udh[5]  # 3GPP TS 23.040 section 9.2.3.24.1
        joined = self._parts.setdefault((phone, reference), {})
        joined[place] = _decoded(kind, payload)
        if len(joined) == parts:
            del self._parts[phone, reference]
            self._messages.put(Delivered(sender, phone, "".join(joined[part] for part in sorted(joined))))


def _decoded(kind: str, payload: str) -> str:
    """It says `data` for parts in either alphabet: bytes that no GSM-7 text has tell UCS-2."""
    if kind == "text":
        return payload.encode("latin-1").decode("utf-8")
    raw = unquote_to_bytes(payload.replace("+", " "))
    return raw.decode("utf-16-be" if {0, 4} & set(raw) else "utf-8")
