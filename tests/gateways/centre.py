"""The USSD centre of centre.js: phones dial and answer, screens come back."""

import json
import subprocess
from pathlib import Path
from queue import Empty, Queue
from shutil import which
from threading import Thread
from typing import Any, Self

from tests.gateways.kannel import PATIENCE, until
from tests.homes import skip_or_fail
from tests.phones.base import Screen

HERE = Path(__file__).parent
DIALS, ANSWERS, GOES_ON, LAST = 1, 18, 2, 17  # ussd_service_op, SMPP 3.4 section 5.3.2.44


class Centre:
    """One SMPP server on a port; Kannel binds to it. `refers`: its dialogues have a reference and no session info."""

    def __init__(self, port: int, *, refers: bool = False) -> None:
        if which("node") is None or not (HERE / "node_modules" / "smpp").exists():
            skip_or_fail("The USSD centre is missing: install nodejs and npm, then make centre")
        self._screens: Queue[dict[str, Any]] = Queue()
        self.listening = self.bound = False
        self._refers = refers
        self._process = subprocess.Popen(
            ["node", str(HERE / "centre.js"), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reading = Thread(target=self._read)
        self._reading.start()
        until(lambda: self.listening, "the USSD centre listens: Kannel tries again only after 10 s")

    def step(self, phone: str, text: str, op: int, session: int) -> Screen:
        """The next screen."""
        self.say(phone, text, op, session)
        try:
            came = self._screens.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"no screen in {PATIENCE:.0f} s") from None
        assert came["to"].lstrip("+") == phone.lstrip("+"), came
        assert {name: came[name] for name in ("session", "reference") if came.get(name)} == self._known_by(session), (
            came
        )
        assert came["op"] in {GOES_ON, LAST}, came
        return Screen(came["text"], ends=came["op"] == LAST)

    def say(self, phone: str, text: str, op: int, session: int) -> None:
        """A step, without waiting for the screen."""
        self._write({"from": phone.lstrip("+"), "to": "44135", "text": text, "op": op, **self._known_by(session)})

    def _known_by(self, session: int) -> dict[str, object]:
        return {"reference": session << 8} if self._refers else {"session": f"{session:02x}00"}

    def text(self, phone: str, text: str) -> dict[str, Any]:
        """A text message; the message that comes back."""
        self._write({"from": phone.lstrip("+"), "to": "44135", "text": text})
        return self._screens.get(timeout=PATIENCE)

    def _write(self, step: dict[str, object]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(step) + "\n")
        self._process.stdin.flush()

    def wait_for_kannel(self) -> None:
        until(lambda: self.bound, "Kannel binds to the USSD centre")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._reading.join(PATIENCE)
        self._process.wait(PATIENCE)
        assert self._process.stdout
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            said = json.loads(line)
            if "listening" in said:
                self.listening = True
            elif "bound" in said:
                self.bound = True
            else:
                self._screens.put(said)
