"""Rows of gammu's tables in, messages and reports out; messages in, rows out. On SQLite, and once on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from gateway.providers.base import Fate, FetchFailed, Found, Report, SendFailed
from gateway.providers.gammu import FATES, WAITING, Gammu, make
from gateway.providers.parts import Header, read_header
from gateway.settings import BadSettings, Settings
from handlers.messages import InboundSms
from handlers.segments import split_sms
from tests.homes import Postgres
from tests.modem import Modem, Sent

PHONE = "+77010000001"
AT = datetime(2026, 5, 2, 6, 5, tzinfo=UTC)
SENT = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
LONG = "Ауылымызға су құбыры керек, сондықтан мен үшінші жобаға дауыс беремін! " * 2 + "3"


@pytest.fixture
def modem(tmp_path: Path) -> Modem:
    return Modem(f"sqlite:///{tmp_path / 'sms.db'}").create()


def gammu(modem: Modem, **settings: object) -> Gammu:
    found = make(Settings(providers={"gammu": {"enabled": True, "database": modem.url, **settings}}))
    assert found is not None
    return found


def texts(found: tuple[Found, ...]) -> list[str]:
    return [one.what.text for one in found if isinstance(one.what, InboundSms)]


def reports(found: tuple[Found, ...]) -> list[Report]:
    return [one.what for one in found if isinstance(one.what, Report)]


def long(modem: Modem, *numbers: int, reference: int = 0x7F, at: datetime = SENT, said: str = LONG) -> int:
    """Parts of a long message, in this order; how many it has."""
    parts = split_sms(said)
    for number in numbers or range(1, len(parts) + 1):
        udh = f"050003{reference:02X}{len(parts):02X}{number:02X}"
        modem.receives(PHONE, parts[number - 1], at, udh, decoded=said if number == 1 else "")
    return len(parts)


ROWS = [
    ("a vote", "3", "", "3"),
    ("a vote in Kazakh", "Дауыс 3", "", "Дауыс 3"),
    ("an emoji", "3 👍", "", "3 👍"),
    ("nothing", "", "", ""),
    ("another header", "3", "0504158A0000", "3"),
    ("a header cut off", "3", "050003", "3"),
    ("no hex in the header", "3", "zz", "3"),
    ("one part of one", "3", "0500030A0101", "3"),
    ("longer than a phone sends", "3" * 501, "", ""),
]


@pytest.mark.parametrize(("said", "udh", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_row_means(modem: Modem, said: str, udh: str, expected: str) -> None:
    modem.receives(PHONE, said, SENT, udh)

    (found,) = gammu(modem).fetch("", AT).found

    assert InboundSms("gammu", f"{SENT}#1", PHONE, "", expected, AT, SENT) == found.what


def test_binary_messages_have_no_text(modem: Modem) -> None:
    modem.receives(PHONE, "3", SENT)
    modem.run("UPDATE inbox SET \"Coding\" = '8bit', \"Text\" = '33', \"TextDecoded\" = ''")

    assert texts(gammu(modem).fetch("", AT).found) == [""]


@pytest.mark.parametrize("hexed", ["", "zz"])
def test_where_the_hex_is_missing_the_decoded_text_is_read(modem: Modem, hexed: str) -> None:
    modem.receives(PHONE, "Дауыс 3", SENT)
    modem.run('UPDATE inbox SET "Text" = :hexed', hexed=hexed)

    assert texts(gammu(modem).fetch("", AT).found) == ["Дауыс 3"]


def test_the_operators_time_is_smsds_local_time(modem: Modem) -> None:
    modem.receives(PHONE, "3", SENT)  # 11:00 in Kazakhstan

    (found,) = gammu(modem, time_zone="UTC").fetch("", AT).found

    assert isinstance(found.what, InboundSms)
    assert datetime(2026, 5, 2, 11, tzinfo=UTC) == found.what.sent_at


def test_a_time_that_is_none_is_left_out(modem: Modem) -> None:
    modem.receives(PHONE, "3", SENT)
    modem.run("UPDATE inbox SET \"ReceivingDateTime\" = '0000-00-00 00:00:00'")

    (found,) = gammu(modem).fetch("", AT).found

    assert isinstance(found.what, InboundSms)
    assert found.what.sent_at is None


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 1, 1, 3, 2)], ids=str)
def test_parts_are_joined_in_any_order_also_when_some_come_twice(modem: Modem, order: tuple[int, ...]) -> None:
    assert long(modem, *order) == 3

    (found,) = gammu(modem).fetch("", AT).found

    assert texts((found,)) == [LONG]
    assert tuple(range(1, len(order) + 1)) == found.rows


def test_a_letter_torn_over_two_parts_is_whole(modem: Modem) -> None:
    high, low = "\ud83d", "\udc4d"
    modem.receives(PHONE, "3 " + high, SENT, "0500030A0201", decoded="3 👍")
    modem.receives(PHONE, low, SENT, "0500030A0202", decoded="")

    assert texts(gammu(modem).fetch("", AT).found) == ["3 👍"]


def test_references_of_two_octets_are_read(modem: Modem) -> None:
    modem.receives(PHONE, "six", SENT, "06080401230201")
    modem.receives(PHONE, "teen", SENT, "06080401230202")

    assert texts(gammu(modem).fetch("", AT).found) == ["sixteen"]


def test_half_a_message_waits_and_then_holds_nothing(modem: Modem) -> None:
    long(modem, 1)
    polled = gammu(modem)

    assert polled.fetch("", AT).found == ()
    assert polled.fetch("", AT + timedelta(seconds=599)).found == ()
    (found,) = polled.fetch("", AT + timedelta(seconds=600)).found
    assert isinstance(found.what, InboundSms)
    assert (found.what.text, found.rows) == ("", (1,))


def test_a_part_that_comes_in_time_completes_its_message(modem: Modem) -> None:
    polled = gammu(modem)
    long(modem, 2, 3)
    assert polled.fetch("", AT).found == ()

    long(modem, 1)

    assert texts(polled.fetch("", AT + timedelta(seconds=300)).found) == [LONG]


def test_a_whole_message_is_another_than_its_half_that_could_not_be_deleted(modem: Modem) -> None:
    polled = gammu(modem, part_wait=0)
    long(modem, 1, 2)
    (half,) = polled.fetch("", AT).found

    long(modem, 3)
    (whole,) = polled.fetch("", AT).found

    assert isinstance(half.what, InboundSms)
    assert isinstance(whole.what, InboundSms)
    assert half.what.id != whole.what.id


def test_halves_of_two_messages_are_not_one(modem: Modem) -> None:
    modem.receives(PHONE, "vote for 1", SENT, "0500030A0201")
    modem.receives(PHONE, "2 please", SENT + timedelta(minutes=11), "0500030A0202")  # the same reference, later
    modem.receives("+77010000002", "2 please", SENT, "0500030A0202")  # another phone
    modem.receives(PHONE, "2 please", SENT, "0500030A0302")  # one of three
    modem.receives(PHONE, "2 please", SENT, "0500030B0202")  # another reference

    assert gammu(modem).fetch("", AT).found == ()
    assert texts(gammu(modem, part_wait=0).fetch("", AT).found) == [""] * 5


def test_another_text_under_the_same_number_is_another_message(modem: Modem) -> None:
    modem.receives(PHONE, "vote ", SENT, "0500030A0201")
    modem.receives(PHONE, "take ", SENT, "0500030A0201")
    modem.receives(PHONE, "3", SENT, "0500030A0202")

    assert texts(gammu(modem).fetch("", AT).found) == ["vote 3"]


@pytest.mark.parametrize("udh", ["0500030A0200", "0500030A0203", "0500030A0000"])
def test_a_part_that_cannot_be_is_never_a_message(modem: Modem, udh: str) -> None:
    modem.receives(PHONE, "3", SENT, udh)

    assert texts(gammu(modem, part_wait=0).fetch("", AT).found) == [""]


@given(st.binary(max_size=20))
def test_no_header_breaks_the_reading(octets: bytes) -> None:
    read_header(octets.hex())


def test_a_header_behind_another_element_is_found() -> None:
    assert Header(0x55, 3, 2) == read_header("0B0504158A0000000355" + "0302")


def test_a_row_that_is_read_again_has_the_same_id(modem: Modem) -> None:
    modem.receives(PHONE, "3", SENT)
    long(modem)

    assert gammu(modem).fetch("", AT).found == gammu(modem).fetch("", AT).found


def test_the_same_message_under_a_new_row_keeps_its_first_id(modem: Modem) -> None:
    polled = gammu(modem)
    for _ in range(2):
        modem.receives(PHONE, "3", SENT)
    twice = polled.fetch("", AT).found
    polled.forget(twice)

    modem.receives(PHONE, "3", SENT)  # and again, after it was deleted
    again = polled.fetch("", AT + timedelta(minutes=30)).found

    assert {f"{SENT}#1"} == {one.what.id for one in (*twice, *again) if isinstance(one.what, InboundSms)}
    assert [one.rows for one in (*twice, *again)] == [(1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("phone", "said", "at"),
    [("+77010000002", "3", SENT), (PHONE, "4", SENT), (PHONE, "3", SENT + timedelta(seconds=1))],
    ids=["another phone", "another text", "another second"],
)
def test_what_differs_is_another_message(modem: Modem, phone: str, said: str, at: datetime) -> None:
    modem.receives(PHONE, "3", SENT)
    modem.receives(phone, said, at)

    first, second = gammu(modem).fetch("", AT).found

    assert isinstance(first.what, InboundSms)
    assert isinstance(second.what, InboundSms)
    assert first.what.id != second.what.id


def test_a_database_begun_anew_uses_no_id_again(tmp_path: Path) -> None:
    def first(name: str, at: datetime) -> str:
        modem = Modem(f"sqlite:///{tmp_path / name}").create()
        modem.receives(PHONE, "3", at)
        (found,) = gammu(modem).fetch("", AT).found
        assert isinstance(found.what, InboundSms)
        return found.what.id

    assert first("old.db", SENT) != first("new.db", SENT + timedelta(seconds=1))


def test_what_is_forgotten_is_gone_from_the_file_too(modem: Modem) -> None:
    polled = gammu(modem)
    modem.receives(PHONE, "дауыс 3", SENT)
    modem.receives("+77010000002", "other", SENT)
    first, second = polled.fetch("", AT).found

    polled.forget((first,))

    content = Path(modem.url.removeprefix("sqlite:///")).read_bytes()
    assert (PHONE.encode() in content, b"+77010000002" in content) == (False, True)
    assert (second,) == polled.fetch("", AT).found


def test_a_long_queue_is_read_in_looks(modem: Modem) -> None:
    for number in range(501):
        modem.receives(f"+7701{number:07d}", "3", SENT)
    polled = gammu(modem)

    first = polled.fetch("", AT)
    polled.forget(first.found)
    second = polled.fetch("", AT)

    assert ((len(first.found), first.more), (len(second.found), second.more)) == ((500, True), (1, False))


SENDING = [
    ("GSM-7", "OK 3", [Sent(PHONE, "OK 3", "Default_No_Compression", "")]),
    ("Kazakh", "Дауысыңыз", [Sent(PHONE, "Дауысыңыз", "Unicode_No_Compression", "")]),
    (
        "two parts",
        "Ә" * 71,
        [
            Sent(PHONE, "Ә" * 67, "Unicode_No_Compression", "050003010201"),
            Sent(PHONE, "Ә" * 4, "Unicode_No_Compression", "050003010202"),
        ],
    ),
]


@pytest.mark.parametrize(("said", "expected"), [pytest.param(*row[1:], id=row[0]) for row in SENDING])
def test_a_message_leaves_as_smsd_wants_it(modem: Modem, said: str, expected: list[Sent]) -> None:
    assert gammu(modem).send(PHONE, said, "257") == "257"

    (row,) = modem.rows(
        'SELECT "CreatorID", "DeliveryReport", "MultiPart", "SendingDateTime", "SendingTimeOut" FROM outbox'
    )
    long_ago = "2000-01-01 00:00:00"
    assert ("dauys 257", "yes", str(len(expected) > 1).lower(), long_ago, long_ago) == row
    assert tuple(expected) == modem.sends()


def test_a_message_that_is_there_or_has_left_is_not_put_there_again(modem: Modem) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "3", "7")
    polled.send(PHONE, "3", "7")
    assert len(modem.sends()) == 1

    polled.send(PHONE, "3", "7")

    assert modem.sends() == ()


@pytest.mark.parametrize(("word", "fate"), FATES)
def test_a_status_means(modem: Modem, word: str, fate: Fate) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "3", "7")
    modem.sends(word)

    fetched = polled.fetch("", AT)
    polled.forget(fetched.found)

    assert [Report("7", fate, word)] == reports(fetched.found)
    assert modem.count("sentitems") == 0


@pytest.mark.parametrize("word", WAITING)
def test_what_waits_for_its_report_keeps_its_number_but_not_its_text(modem: Modem, word: str) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "№3 Су құбыры", "7")
    modem.sends(word)

    assert polled.fetch("", AT).found == ()

    assert modem.rows('SELECT "Text", "TextDecoded", "DestinationNumber" FROM sentitems') == [("", "", PHONE)]
    modem.run("UPDATE sentitems SET \"Status\" = 'DeliveryOK'")
    assert [Report("7", Fate.DELIVERED, "DeliveryOK")] == reports(polled.fetch("", AT).found)


def test_votes_are_read_also_where_nothing_can_be_written(modem: Modem) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "№3", "7")
    modem.sends()
    modem.run("CREATE TRIGGER full BEFORE UPDATE ON sentitems BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
    modem.receives(PHONE, "3", SENT)

    found = polled.fetch("", AT).found
    polled.forget(found)

    assert texts(found) == ["3"]
    with pytest.raises(FetchFailed, match="the disk is full"):
        polled.fetch("", AT)


def test_without_hope_of_a_report_the_number_is_forgotten(modem: Modem) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "3", "7")
    modem.sends("SendingOK", at="2026-05-02 11:05:00")

    polled.fetch("", AT + timedelta(hours=76))
    assert modem.count("sentitems") == 1
    polled.fetch("", AT + timedelta(hours=76, seconds=1))
    assert modem.count("sentitems") == 0


PARTLY = [
    (("DeliveryOK", "SendingOK"), []),
    (("DeliveryOK", "DeliveryOK"), [Report("7", Fate.DELIVERED, "DeliveryOK")]),
    (("DeliveryOK", "DeliveryFailed"), [Report("7", Fate.DEAD, "DeliveryFailed")]),
    (("DeliveryOK", "SendingOKNoReport"), [Report("7", Fate.UNDER_WAY, "SendingOKNoReport")]),
    (("SendingOK", "SendingError"), [Report("7", Fate.UNSENT, "SendingError")]),
]


@pytest.mark.parametrize(("words", "expected"), PARTLY, ids=str)
def test_a_message_in_parts_has_one_fate(modem: Modem, words: tuple[str, str], expected: list[Report]) -> None:
    polled = gammu(modem)
    polled.send(PHONE, "Ә" * 71, "7")
    modem.sends()
    for position, word in enumerate(words, 1):
        modem.run('UPDATE sentitems SET "Status" = :word WHERE "SequencePosition" = :at', word=word, at=position)

    found = polled.fetch("", AT).found
    polled.forget(found)

    assert expected == reports(found)
    assert (0 if expected else 2) == modem.count("sentitems")


def test_what_others_send_by_this_modem_is_left_alone(modem: Modem) -> None:
    modem.run(
        'INSERT INTO outbox ("DestinationNumber", "TextDecoded", "Coding", "CreatorID") '
        "VALUES ('+77010000009', 'a', 'Default_No_Compression', 'Gammu 1.42')"
    )
    modem.sends("SendingError")

    assert gammu(modem).fetch("", AT).found == ()
    assert modem.count("sentitems") == 1


def test_a_silent_smsd_is_told_once(modem: Modem) -> None:
    polled = gammu(modem)

    def told(at: datetime) -> list[str]:
        with structlog.testing.capture_logs() as logs:
            polled.fetch("", at)
            polled.fetch("", at)
        return [entry["event"] for entry in logs]

    silent, heard = "gammu-smsd is silent, or keeps the time of another zone", "gammu-smsd is heard again"
    assert told(AT) == [silent]
    modem.run("INSERT INTO phones VALUES ('9', '2026-05-02 11:05:10')")  # ten seconds ahead, as smsd writes it
    assert told(AT) == [heard]
    assert told(AT + timedelta(minutes=6)) == [silent]
    modem.run("UPDATE phones SET \"TimeOut\" = '2026-05-02 06:05:10'")  # UTC, where our zone is expected
    assert told(AT) == []
    assert told(AT - timedelta(hours=5)) == [heard]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    modem = Modem(f"sqlite:///{tmp_path / 'none.db'}")

    with pytest.raises(FetchFailed, match="unable to open"):
        gammu(modem).fetch("", AT)
    with pytest.raises(SendFailed) as raised:
        gammu(modem).send(PHONE, "3", "7")

    assert (raised.value.account_wide, raised.value.unknown) == (False, False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    with pytest.raises(FetchFailed, match="no such table: inbox"):
        gammu(Modem(f"sqlite:///{tmp_path / 'empty.db'}")).fetch("", AT)


@pytest.mark.parametrize(
    "url",
    [
        "no address",
        "nosuch://host/name",
        "mariadb+pymysql://u@h/n",
        "mysql+nosuchdriver://u@h/n",
        "mysql+mysqldb://u@h/n",
    ],
)
def test_an_address_that_cannot_be_used_is_a_mistake_in_the_settings(url: str) -> None:
    with pytest.raises(BadSettings, match=r"providers\.gammu\.database"):
        gammu(Modem("sqlite://"), database=url)


def test_on_postgresql_it_is_the_same(postgres: Postgres) -> None:
    modem = Modem(postgres.database()).create()
    polled = gammu(modem)
    modem.receives("+77010000002", "Дауыс 3", SENT)
    long(modem)
    polled.send(PHONE, "Ә" * 71, "7")

    assert len(modem.sends()) == 2
    assert polled.fetch("", AT).found == gammu(modem).fetch("", AT).found
    found = polled.fetch("", AT).found
    assert texts(found) == ["Дауыс 3", LONG]
    assert isinstance(found[0].what, InboundSms)
    assert (SENT, f"{SENT}#1") == (found[0].what.sent_at, found[0].what.id)
    modem.reports("DeliveryOK")
    everything = polled.fetch("", AT).found
    polled.forget(everything)
    assert [Report("7", Fate.DELIVERED, "DeliveryOK")] == reports(everything)
    assert (modem.count("inbox"), modem.count("sentitems"), modem.count("outbox_multipart")) == (0, 0, 0)
    assert (polled.fetch("", AT)).found == ()


def test_smsd_is_heard_whatever_the_zone_of_its_server(postgres: Postgres) -> None:
    modem = Modem(postgres.database()).create()
    modem.run(f"ALTER DATABASE {make_url(modem.url).database} SET timezone TO 'America/Lima'")
    modem.run("INSERT INTO phones VALUES ('1', LOCALTIMESTAMP)")
    at = datetime.now(UTC)

    with structlog.testing.capture_logs() as logs:
        gammu(modem).fetch("", at)

    heard = gammu(modem).heard(at)
    assert logs == []
    assert heard is not None
    assert abs(at - heard) < timedelta(minutes=1)
