"""Sending through sendsms, against a server that speaks as smsbox does; screens with their headers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from gateway.providers.base import SendFailed
from gateway.providers.kannel import Kannel, hook_url, make
from gateway.sessions import Hit
from gateway.settings import Settings
from tests.servers import GARBAGE, RESET, SILENCE, Answer, HttpServer, free_port

PHONE = "+77010000001"
SECRET = "s" * 32
TEXT = "text/html"


@pytest.fixture
def smsbox() -> Iterator[HttpServer]:
    with HttpServer(lambda _request, _no: Answer(202, b"0: Accepted for delivery", TEXT)) as server:
        yield server


def kannel(url: str = "", **more: object) -> Kannel:
    mine = {"enabled": True, "secret": SECRET, "password": "word", "sendsms_url": f"{url}/cgi-bin/sendsms", **more}
    found = make(Settings(providers={"kannel": mine}))
    assert found is not None
    found.patience = httpx.Timeout(0.5, connect=2.0)
    return found


def asked(smsbox: HttpServer) -> dict[str, str]:
    (request,) = smsbox.requests
    assert (request.method, urlsplit(request.path).path) == ("GET", "/cgi-bin/sendsms")
    return dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True, strict_parsing=True))


def failure(url: str) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        kannel(url).send(PHONE, "Түбіртек", "17")
    return raised.value


def flags(failed: SendFailed) -> str:
    names = ("permanent", "account_wide", "unknown")
    return " ".join(name for name in names if getattr(failed, name)) or "again"


def test_a_message_leaves_as_sendsms_wants_it(smsbox: HttpServer) -> None:
    assert kannel(smsbox.url).send(PHONE, "Дауысыңыз қабылданды + №3", "17") == "17"

    assert asked(smsbox) == {
        "username": "dauys",
        "password": "word",
        "from": "44135",
        "to": PHONE,
        "text": "Дауысыңыз қабылданды + №3",
        "charset": "UTF-8",
        "coding": "2",
        "dlr-mask": "31",
        "dlr-url": f"http://127.0.0.1:8000/hooks/kannel/{SECRET}/report?d=%d&said=%A&id=17",
    }


@pytest.mark.parametrize(
    ("text", "coding"),
    [("Dauysynyz qabyldandy", "0"), ("[3] {5} ~€", "0"), ("№3", "2"), ("ū", "2"), ("👍", "2")],
)
def test_what_is_not_gsm_7_leaves_as_ucs_2(smsbox: HttpServer, text: str, coding: str) -> None:
    kannel(smsbox.url).send(PHONE, text, "17")

    assert (asked(smsbox)["text"], asked(smsbox)["coding"]) == (text, coding)


def test_sender_and_hooks_may_be_others(smsbox: HttpServer) -> None:
    kannel(smsbox.url, sender="Aqbulaq", hooks_url="http://10.0.0.5:81/").send(PHONE, "a", "17")

    assert asked(smsbox)["from"] == "Aqbulaq"
    assert asked(smsbox)["dlr-url"].startswith("http://10.0.0.5:81/hooks/kannel/")


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.0.0.5", "10.0.0.5")])
def test_kannel_reaches_the_hooks_where_the_gateway_listens(host: str, reached: str) -> None:
    settings = Settings(server={"host": host, "port": 81}, providers={"kannel": {"secret": SECRET}})

    assert hook_url(settings, "sms") == f"http://{reached}:81/hooks/kannel/{SECRET}/sms"


@pytest.mark.parametrize("said", [b"0: Accepted for delivery", b"3: Queued for later delivery"])
def test_what_success_looks_like(smsbox: HttpServer, said: bytes) -> None:
    smsbox.answers.append(Answer(202, said, TEXT))

    assert kannel(smsbox.url).send(PHONE, "a", "17") == "17"


ANSWERS = [
    ("a wrong password", Answer(403, b"Authorization failed for sendsms", TEXT), "account_wide"),
    ("no link for this number", Answer(403, b"Not routable. Do not try again.", TEXT), "permanent"),
    ("a number that Kannel refuses", Answer(400, b"Missing receiver number, rejected", TEXT), "permanent"),
    ("another address", Answer(404, b"Unknown request.", TEXT), "account_wide"),
    ("a full queue", Answer(503, b"Temporal failure, try again later.", TEXT), "again"),
    ("a proxy without smsbox", Answer(502, b"", TEXT), "again"),
    ("an error inside", Answer(500, b"", TEXT), "unknown"),
    ("a proxy that lost patience", Answer(504, b"", TEXT), "unknown"),
    ("a page of somebody else", Answer(200, b"<html>", TEXT), "unknown"),
    ("a torn connection", RESET, "unknown"),
    ("no HTTP", GARBAGE, "unknown"),
    ("no answer in time", SILENCE, "unknown"),
]


@pytest.mark.parametrize(("answer", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ANSWERS])
def test_a_failure_is_told(smsbox: HttpServer, answer: Answer, expected: str) -> None:
    smsbox.answers.append(answer)

    failed = failure(smsbox.url)

    assert expected == flags(failed)
    assert not failed.unknown or failed.provider_id == "17"
    assert PHONE[1:] not in failed.reason


def test_nothing_was_sent_where_nobody_listens() -> None:
    assert flags(failure(f"http://127.0.0.1:{free_port()}")) == "again"


@pytest.mark.parametrize("url", ["no-address", "http://a:b", "ftp://127.0.0.1"])
def test_an_address_that_is_none_stops_the_account(url: str) -> None:
    assert flags(failure(url)) == "account_wide"


def test_without_a_password_nothing_is_sent() -> None:
    assert kannel(password="").rate == 0


@pytest.mark.parametrize(
    ("text", "ends", "coding", "op"),
    [("Тіл\n1 Қазақша", False, b"2", b"%02"), ("Rahmet!", False, b"0", b"%02"), ("Рахмет!", True, b"2", b"%11")],
)
def test_a_screen_says_its_coding_and_whether_the_session_goes_on(
    text: str, ends: bool, coding: bytes, op: bytes
) -> None:
    hit = Hit(
        "i7", PHONE, None, "", datetime(2026, 5, 2, tzinfo=UTC), "1", opens=True, returned="its_session_info=%07%00&"
    )

    shown = kannel().show(hit, text, ends=ends)

    assert (shown.body, shown.content_type) == (text.encode(), "text/plain; charset=utf-8")
    assert dict(shown.headers) == {
        b"x-kannel-coding": coding,
        b"x-kannel-meta-data": b"?smpp?ussd_service_op=" + op + b"&its_session_info=%07%00&",
    }
