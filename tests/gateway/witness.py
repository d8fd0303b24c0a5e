"""Two auls vote by every way there is, before a witness who notes each envelope while it can be opened."""

import json
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from structlog.testing import capture_logs

from ballots.casting import write_plaintext
from ballots.model import Paper, PollId
from gateway import mixing, schedule
from gateway.backup import verified_copy
from gateway.envelopes import open_choices
from gateway.home import Home
from gateway.keys import Unreadable
from gateway.providers import enabled
from gateway.publishing import Press, write_folder
from gateway.sender import Sender, sms_lines
from gateway.store import areas, tallies
from tests.gateway.field import Field, call, phone
from tests.gateway.store.villages import CLOSES, aul, opened

MIN = 4
A_DAY = 24  # voters
WRONG = 60  # what some choose first, and change

Sealed = tuple[PollId, bytes, int]  # poll, tag, batch
Place = tuple[str, int]  # in a server's log: file, octets before it


@dataclass
class Village:
    """Two auls that vote, and what a witness saw while envelopes could still be opened."""

    field: Field
    seven: Paper
    eight: Paper
    chose: dict[str, int] = kept(default_factory=dict)  # phone -> number, in the order of voting
    seen: dict[bytes, tuple[Sealed, bytes]] = kept(default_factory=dict)  # envelope -> what it stood for, and held
    said: list[Any] = kept(default_factory=list)  # by the log
    published: dict[PollId, dict[str, bytes]] = kept(default_factory=dict)  # poll -> its bulletin
    log_from: Place = ("", 0)  # where a server's write-ahead log ended when the village began

    @property
    def home(self) -> Home:
        return self.field.home

    def look(self) -> None:
        """Note all envelopes, with what they hold."""
        rows = self.field.rows("SELECT poll_id, tag, batch_no, envelope FROM pending_ballot")
        for poll, tag, batch, envelope in rows:
            about = PollId(poll), bytes(tag), int(batch)
            try:
                plain = write_plaintext(*open_choices(self.home.keys, *about, bytes(envelope)))
            except Unreadable:
                plain = bytes(envelope)
            self.seen[bytes(envelope)] = about, plain

    def send(self, number: str, text: str, provider: str, id: str) -> None:  # noqa: A002
        fields = {"id": id, "from": number, "to": "44135", "text": text}
        path = self.field.path("sms", provider)
        assert self.field.run(call(self.field.hooks, "POST", path, urlencode(fields).encode())).status == 200
        self.look()
        self.field.now += timedelta(seconds=37)

    def keys(self, number: str, session: str, *texts: str) -> None:
        for text in texts:
            self.field.ussd(number, session, text)
        self.look()
        self.field.now += timedelta(seconds=37)

    def vote(self, number: str, choice: int, way: int) -> None:
        """In the aul without confirmation: by SMS of either provider or by USSD, some with a change or a repetition."""
        self.chose[number] = choice
        match way % 4:
            case 0:
                self.send(number, str(choice), "console", f"c{choice}")
            case 1:
                self.keys(number, f"u{choice}", f"7*{choice}", f"7*{choice}*1")
            case 2:
                self.send(number, str(WRONG), "africastalking", f"a{choice}")
                self.send(number, f"ӨЗГЕРТУ {choice}", "africastalking", f"b{choice}")
            case _:
                self.send(number, f"Дауыс №{choice}", "africastalking", f"r{choice}")
                self.send(number, str(WRONG), "africastalking", f"r{choice}")
                self.send(number, str(choice), "africastalking", f"s{choice}")

    def hold(self, number: str, choice: int) -> None:
        """In the aul where an SMS must be confirmed: every third is not."""
        self.send(number, str(choice), "africastalking", f"h{choice}")
        if choice % 3:
            self.chose[number] = choice
            self.keys(number, f"k{choice}", "8", "8*1")

    def deliver(self) -> None:
        """What waits at one provider leaves; half of it is reported."""
        clock = self.field.home.settings.gateway.zone
        lines = sms_lines(enabled(self.home.settings))
        sender = Sender(
            self.field.outbox,
            lines,
            owner="witness",
            clock=lambda: self.field.now,
            randomness=self.home.randomness,
            zone=clock,
            sms_per_day=1000,
        )
        assert self.field.run(sender.drain())
        sender.close()
        for (provider_id,) in self.field.rows("SELECT provider_id FROM outbox WHERE state = 'sent'")[::2]:
            body = urlencode({"id": provider_id, "fate": "delivered"}).encode()
            assert (
                self.field.run(call(self.field.hooks, "POST", self.field.path("report", "console"), body)).status == 200
            )

    def mix(self, day: int) -> None:
        for paper in (self.seven, self.eight):
            mixing.mix(self.home, paper.poll, f"day {day}", self.field.now)
        self.look()


def phone_of(choice: int) -> str:
    return phone(3_141_592 + 71_828 * choice)


def live(field: Field) -> Village:
    """Everything that happens in two auls from the first vote to the closing mix."""
    aul(field.home, 7)
    aul(field.home, 8)
    seven = opened(field.home, 7, range(1, WRONG + 1), mix_min=MIN)
    eight = opened(field.home, 8, range(61, 85), mix_min=MIN, confirm_sms=True)
    with field.home.store.reading() as tx:
        ids = {code: areas.by_code(tx, code).id for code in (7, 8)}
    field.enrol(*(phone_of(choice) for choice in range(1, WRONG)), area=ids[7])
    field.enrol(*(phone_of(choice) for choice in range(61, 85)), area=ids[8])
    village = Village(field, seven, eight, log_from=log_at(field))
    with capture_logs() as said:
        for day in (1, 2):
            for place in range(A_DAY):
                choice = (day - 1) * A_DAY + place + 1
                village.vote(phone_of(choice), choice, place)
                if place < A_DAY // 2:
                    village.hold(phone_of(60 + (day - 1) * 12 + place + 1), 60 + (day - 1) * 12 + place + 1)
            village.deliver()
            verified_copy(field.home.store, field.home.backups / f"by-hand-{day}.db")
            village.mix(day)
            field.now += timedelta(days=1)
        for paper in (seven, eight):
            mixing.close(field.home, paper.poll, CLOSES, "box")
        schedule.housekeep(field.home, CLOSES)
    village.said = said
    with field.home.store.reading() as tx:
        tally = json.dumps(tallies.of_poll(tx, seven.poll).plain())
        press = Press(field.home.keys, field.home.settings.gateway)
        for paper in (seven, eight):
            village.published[paper.poll] = press.public(tx, paper.cycle)
            write_folder(field.home.exports / f"bulletin-{paper.area.code}", village.published[paper.poll])
    (field.home.exports / "tally.json").write_text(tally, encoding="utf-8")
    (field.home.exports / "keys").write_bytes(field.home.keys.export("passphrase"))
    return village


def log_at(field: Field) -> Place:
    """Where a server's write-ahead log ends now."""
    if field.home.store.file is not None:
        return "", 0
    (place,) = field.rows("SELECT * FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())")
    return str(place[0]), int(place[1])
