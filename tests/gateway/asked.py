"""A village whose text messages come and leave by a modem; what it dials reaches us by hooks, as everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from gateway.home import Home
from gateway.outbox import Letter
from gateway.polling import Polling
from gateway.providers.gammu import NAME, Gammu
from gateway.sender import Line, Sender
from gateway.settings import Settings
from tests.dialogues import TRANSCRIPTS, Step, read, village_of
from tests.gateway.hooked import AT_ONCE, OPERATOR, Hooked
from tests.gateway.laying import settled
from tests.modem import Sent
from tests.village import Village
from tests.villages import VILLAGES

DIALLED = "africastalking"


TEXTED = tuple(path for path in TRANSCRIPTS if any(step.does == ">" for step in read(path)))
"""Transcripts in which somebody sends a text message: a modem carries nothing else."""


class Modem(Protocol):
    """smsd's database, and the operator behind it: real, or played by tests.modem."""

    @property
    def url(self) -> str: ...
    def hands_over(self, phone: str, said: str, at: datetime) -> None: ...
    def sends(self) -> tuple[Sent, ...]: ...
    def reports(self, status: str) -> None: ...
    def count(self, name: str) -> int: ...


class Asked(Hooked):
    """Text messages over gammu's database, everything twice; all else as in Hooked."""

    def __init__(self, village: Village, home: Home, modem: Modem) -> None:
        super().__init__(village, home, DIALLED)
        self.modem = modem
        mine = {"enabled": True, "database": modem.url}
        self.provider = Gammu(Settings(gateway=home.settings.gateway, providers={"gammu": mine}))
        self.polling = Polling(
            self.field.books,
            self.field.conversation,
            self.field.outbox,
            owner="asked",
            clock=lambda: self.at,
            randomness=home.randomness,
        )
        self.sender = Sender(
            self.field.outbox,
            (Line(NAME, AT_ONCE, self._put),),
            owner="asked",
            clock=lambda: self.at,
            randomness=home.randomness,
            zone=home.settings.gateway.zone,
            sms_per_day=home.settings.limits.sms_per_day,
        )

    def sms(self, phone: str, text: str) -> str:
        """Send a text message; the one reply ('' is silence)."""
        self.at += OPERATOR
        self.modem.hands_over(phone, text, self.at)
        self.look()
        sent = self.modem.sends()
        self.modem.reports("DeliveryOK")
        assert {to for to, *_ in sent} <= {phone}
        return "".join(part.text for part in sent)

    def look(self) -> None:
        """Ask the modem until it has nothing, then let leave what waits."""
        while self.field.run(self.polling.look(self.provider)) or self.modem.count("inbox"):
            pass
        self.field.run(self.sender.drain())

    def leave(self) -> None:
        """Every reply is reported delivered, and nothing of a message lies with the modem any more."""
        self.look()
        assert {state for (state,) in self.field.rows("SELECT state FROM outbox WHERE provider = ?", NAME)} <= {
            "delivered"
        }
        assert [self.modem.count(name) for name in ("inbox", "outbox", "outbox_multipart", "sentitems")] == [0, 0, 0, 0]
        super().leave()

    def _put(self, letter: Letter) -> str:
        return self.provider.send(letter.recipient, letter.content["text"], str(letter.id))


@contextmanager
def asked(home: Home, steps: tuple[Step, ...], modem: Modem) -> Iterator[Asked]:
    """The village of these steps behind a modem."""
    village = VILLAGES[village_of(steps)]()
    found = Asked(village, settled(home, village), modem)
    try:
        yield found
        found.leave()
    finally:
        found.field.close()
        home.close()
