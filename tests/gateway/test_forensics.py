"""Whoever gets hold of the box after the mix finds no phone, nobody's choice, and not the order of voting.

A village votes by SMS and USSD; then everything that lies anywhere is searched, with every key that is left. The same
search must find something as soon as the sort, the sealing or the end of the key is taken out.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from ballots.bulletin import reading
from ballots.bulletin.verifying import is_sound, verify
from ballots.casting import write_plaintext
from ballots.model import Choices, Paper, PollId
from gateway import acting, mixing, schedule
from gateway.backup import verified_copy
from gateway.envelopes import open_choices
from gateway.home import Home
from gateway.keys import Box, Keyring, Unreadable
from gateway.outbox import ABOUT
from gateway.providers import enabled
from gateway.publishing import Press, write_folder
from gateway.sender import Sender, sms_lines
from gateway.store import areas, tallies
from tests.gateway.field import Field, call, phone
from tests.gateway.store.villages import CLOSES, aul, opened

MIN = 4
A_DAY = 24  # voters
WRONG = 60  # what some choose first, and change

SPELLINGS = (re.compile(rb"700(\d{7})()"), re.compile(rb"(\d{3}) (\d\d) (\d\d)"), re.compile(rb"(\d{3})-(\d\d)-(\d\d)"))
"""What stands behind +7 or 8, and the last seven digits set apart by blanks or dashes."""

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
    village = Village(field, seven, eight, log_from=_log_at(field))
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


# the search


def search(village: Village) -> set[str]:
    """What was found: a sentence for each kind of trace."""
    files = _files(village)
    return {
        *_phones(village, files),
        *_choices(village, files),
        *_old_envelopes(village, files),
        *_keys_that_open(village),
        *_links(village),
        *_choices_in_the_outbox(village),
        *_order(village),
        *_bulletins(village),
    }


def _files(village: Village) -> dict[str, bytes]:
    """All that lies on the disk but the keys, the tables of a server, and what was logged."""
    folder = village.home.path
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent != village.home.keys.folder
    }
    found["log"] = "\n".join(map(repr, village.said)).encode()
    found["tables"] = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for row in _rows(village) for value in row
    )
    return found if village.home.store.file is not None else found | _of_server(village)


def _of_server(village: Village) -> dict[str, bytes]:
    """What PostgreSQL has written for this database: files of tables, rows that are gone among them, and its log."""
    with village.home.store.transaction() as tx:
        tx.run("CHECKPOINT")
    facts = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
    ((folder, oid),) = village.field.rows(facts)
    tables = [path for path in (Path(folder) / "base" / str(oid)).iterdir() if path.is_file()]
    assert len(tables) > 100
    logged = _logged(Path(folder) / "pg_wal", village.log_from, _log_at(village.field))
    return {"server/log": logged, "server/tables": b"\n".join(path.read_bytes() for path in tables)}


def _log_at(field: Field) -> Place:
    """Where a server's write-ahead log ends now."""
    if field.home.store.file is not None:
        return "", 0
    (place,) = field.rows("SELECT * FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())")
    return str(place[0]), int(place[1])


def _logged(folder: Path, begins: Place, ends: Place) -> bytes:
    """A log between two places: what lies behind the last one may be old, files are used again."""
    names = sorted(path.name for path in folder.iterdir() if begins[0] <= path.name <= ends[0])
    whole = b"".join((folder / name).read_bytes() for name in names[:-1])
    found = (whole + (folder / names[-1]).read_bytes()[: ends[1]])[begins[1] :]
    assert len(found) > 100_000
    return found


def _rows(village: Village) -> Iterable[tuple[Any, ...]]:
    """Every row of every table."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if village.home.store.file is not None
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for (table,) in village.field.rows(catalogue):
        for row in village.field.rows(f"SELECT * FROM {table}"):
            yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _phones(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    everybody = {phone_of(choice)[-7:].encode() for choice in range(1, 85)}
    for name, content in files.items():
        for text in (content, content.replace(b"\0", b"")):  # UTF-16
            found = {b"".join(groups) for spelling in SPELLINGS for groups in spelling.findall(text)}
            if not everybody.isdisjoint(found):
                yield f"a phone number in {name}"


def _choices(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    for (_, plain), (name, content) in product(village.seen.values(), files.items()):
        if plain in content:
            yield f"an unsealed choice in {name}"


def _old_envelopes(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    """A copy made before a mix holds what was there, and so may a server's files; what is in use now must not."""
    for envelope, (name, content) in product(village.seen, files.items()):
        if not name.startswith(("backups/", "server/")) and envelope in content:
            yield f"an old envelope in {name}"


def _keys_that_open(village: Village) -> Iterable[str]:
    left = [Box(path.read_bytes(), bytes) for path in village.home.keys.folder.iterdir()]
    for key, (envelope, ((poll, tag, batch), _)) in product(left, village.seen.items()):
        try:
            key.open(envelope, b"%d|%d|%s" % (poll, batch, tag))
        except Unreadable:
            continue
        yield "a key that opens an envelope"


def _links(village: Village) -> Iterable[str]:
    """A row that knows a voter and a choice."""
    rows = list(_rows(village))
    for number, choice in village.chose.items():
        paper = village.seven if choice <= WRONG else village.eight
        who = {
            village.field.tag(number),
            village.home.keys.phone_tag(number),
            village.field.receipt(paper, number),
        }
        for row in rows:
            if not who.isdisjoint(row) and _tells([value for value in row if isinstance(value, str)], choice):
                yield "a row that links a voter and a choice"


def _choices_in_the_outbox(village: Village) -> Iterable[str]:
    """Even whoever has the key of contacts, which lives on."""
    for content, poll, tag in village.field.rows("SELECT content, poll_id, tag FROM outbox"):
        if poll is not None or tag is not None:
            yield "a message that still points to a vote"
        if content is not None:
            text = village.home.keys.contacts.open(bytes(content), ABOUT).decode()
            if any(_tells([text], choice) for choice in range(1, 85)):
                yield "a message that tells a choice"


def _tells(words: Iterable[str], choice: int) -> bool:
    return any(word == str(choice) or f"Project {choice}" in word or f"№{choice}" in word for word in words)


def _order(village: Village) -> Iterable[str]:
    """Each voter chose another number, in the order of voting: so a row's place can be held against its voter's."""
    by_tag = {choice: village.field.tag(number) for number, choice in village.chose.items()}
    place = "id" if village.home.store.file is not None else "ctid"
    for batch in (None, 1, 2):
        rows = village.field.rows(
            f"SELECT choices, batch_no FROM ballot WHERE poll_id = ? ORDER BY {place}", village.seven.poll
        )
        cast = [int(choices) for choices, no in rows if batch in {None, no}]
        if len(cast) > 15 and _alike(cast, cast):
            yield "ballots in the order of voting"
        if len(cast) > 15 and _alike(cast, [by_tag.get(choice, b"") for choice in cast]):
            yield "ballots in the order of tags"
    arrivals = [due_at for (due_at,) in village.field.rows("SELECT due_at FROM outbox ORDER BY id")]
    if _alike(arrivals, arrivals):
        yield "messages in the order of arrival"
    tags = {tag: choice for choice, tag in by_tag.items()}
    voters = [tags.get(bytes(tag)) for (tag,) in village.field.rows("SELECT tag FROM participation ORDER BY tag")]
    if _alike(known := [choice for choice in voters if choice is not None], known):
        yield "voters in the order of voting"


def _bulletins(village: Village) -> Iterable[str]:
    """What everybody may read: no voter's tag, no order of voting, and no receipt beside a choice."""
    tags = {village.field.tag(number): choice for number, choice in village.chose.items()}
    for paper in (village.seven, village.eight):
        files = village.published[paper.poll]
        for tag, (name, content) in product(tags, files.items()):
            if tag in content or tag.hex().encode() in content.lower():
                yield f"a voter's tag in {name}"
        shown = reading.read(files)
        voters = {village.field.receipt(paper, number): choice for number, choice in village.chose.items()}
        for no, ballots in shown.ballots.items():
            cast = [choices[0] for _, choices in ballots]
            counted = [voters[receipt] for receipt in shown.receipts[no]]
            assert sorted(cast) == sorted(counted)
            if len(cast) > 15 and _alike(cast, cast):
                yield "published ballots in the order of voting"
            if len(cast) > 15 and _alike(counted, counted):
                yield "published receipts in the order of voting"
            if len(cast) > 15 and _alike(cast, counted):
                yield "published ballots in the order of receipts"
        if any(b"channel" in content for name, content in files.items() if name.endswith((".json", ".jsonl"))):
            yield "a channel in a bulletin"


def _alike(rows: Sequence[Any], keys: Sequence[Any]) -> bool:
    """Do rows as they lie follow their keys, up or down? Spearman's rank correlation over 0.9."""
    assert len(rows) == len(keys) > 15
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    much = len(keys)
    apart = sum((place - ranks[key] * (much - 1) / max(1, len(ranks) - 1)) ** 2 for place, key in enumerate(keys))
    return abs(1 - 6 * apart / (much * (much**2 - 1))) > 0.9


# what must hold, and what must be noticed


def test_nothing_tells_who_chose_what_after_the_mix(field: Field, caplog: pytest.LogCaptureFixture) -> None:
    village = live(field)

    assert len(village.chose) == 2 * A_DAY + 16
    assert len(village.seen) > 2 * A_DAY + 24
    assert len(field.rows("SELECT 1 FROM batch WHERE size >= ?", MIN)) == 6
    assert search(village) == set()
    for files in village.published.values():
        assert is_sound(verify(files))
    assert "unconfirmed" in [finding.phrase for finding in verify(village.published[village.eight.poll])]
    for paper in (village.seven, village.eight):
        expected: dict[Choices, int] = {(choice,): 1 for choice in village.chose.values() if choice in paper.by_number}
        assert field.votes(paper) == expected
    assert not [number for number in village.chose if number[2:] in caplog.text]


def test_a_copy_from_before_the_mix_holds_envelopes_that_no_key_opens(sqlite_field: Field) -> None:
    village = live(sqlite_field)
    copy = (sqlite_field.home.backups / "by-hand-1.db").read_bytes()

    assert len([envelope for envelope in village.seen if envelope in copy]) >= A_DAY
    assert set(_keys_that_open(village)) == set()


def test_the_search_notices_when_ballots_are_not_sorted_by_lot(
    sqlite_field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_order_of_voting(_randomness: object, choices: Iterable[Choices]) -> list[tuple[bytes, Choices]]:
        return [(b"%016d" % chosen[0], chosen) for chosen in sorted(choices)]

    monkeypatch.setattr(mixing, "_anonymous", in_the_order_of_voting)

    assert search(live(sqlite_field)) == {
        "ballots in the order of voting",
        "published ballots in the order of voting",
    }


def test_the_search_notices_when_choices_are_not_sealed(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsealed(_keys: Keyring, _poll: PollId, _tag: bytes, _batch: int, choices: Choices, weight: int) -> bytes:
        return write_plaintext(choices, weight)

    monkeypatch.setattr(acting, "seal_choices", unsealed)

    found = search(live(field))

    if field.home.store.file is not None:
        assert {"an unsealed choice in dauys.db", "an old envelope in dauys.db"} <= found
    else:
        assert {
            "an unsealed choice in tables",
            "an old envelope in tables",
            "an unsealed choice in server/log",
        } <= found


def test_the_search_notices_when_keys_are_not_destroyed(sqlite_field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "destroy_batch", lambda *_: True)

    assert search(live(sqlite_field)) == {"a key that opens an envelope"}


@pytest.mark.parametrize("spelling", ["+7{0}{1}{2}{3}", "8{0}{1}{2}{3}", "8 {0} {1}-{2}-{3}", "+7 {0} {1} {2} {3}"])
def test_the_search_notices_a_phone_number_wherever_it_lies(sqlite_field: Field, spelling: str) -> None:
    aul(sqlite_field.home)
    paper = opened(sqlite_field.home)
    number = phone_of(3)[2:]
    parts = number[:3], number[3:6], number[6:8], number[8:]
    (sqlite_field.home.exports / "list.csv").write_text(spelling.format(*parts), encoding="utf-16-le")
    village = Village(sqlite_field, paper, paper)

    assert set(_phones(village, _files(village))) == {"a phone number in exports/list.csv"}
