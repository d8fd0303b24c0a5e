"""Sending and fetching through the SDK, against a server that speaks Africa's Talking's wire format."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from gateway.providers.africastalking import AfricasTalking, make
from gateway.providers.base import Fetched, FetchFailed, Posted, SendFailed
from gateway.settings import Settings
from handlers.messages import InboundSms
from tests.servers import GARBAGE, RESET, SILENCE, Answer, HttpServer, africastalking_api, free_port, said, taken

PHONE = "+77010000001"


@pytest.fixture
def api() -> Iterator[HttpServer]:
    with africastalking_api() as server:
        yield server


def account(url: str) -> AfricasTalking:
    mine = {
        "enabled": True,
        "secret": "s" * 32,
        "username": "aul",
        "api_key": "key",
        "sender": "44135",
        "base_url": url,
    }
    found = make(Settings(providers={"africastalking": mine}))
    assert found is not None
    found.patience = (2.0, 0.3)
    return found


def failure(url: str, phone: str = PHONE) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        account(url).send(phone, "Түбіртек", "1")
    return raised.value


def flags(failed: SendFailed) -> str:
    names = ("permanent", "account_wide", "unknown")
    return " ".join(name for name in names if getattr(failed, name)) or "again"


def test_a_message_leaves_as_the_api_wants_it(api: HttpServer) -> None:
    assert account(api.url).send(PHONE, "Дауысыңыз қабылданды", "1") == "ATXid_1"

    (request,) = api.requests
    assert (request.method, request.path, request.headers["apikey"]) == ("POST", "/version1/messaging", "key")
    expected = {"username": "aul", "to": PHONE, "from": "44135", "message": "Дауысыңыз қабылданды", "bulkSMSMode": "1"}
    assert expected == request.form


@pytest.mark.parametrize("code", [100, 101, 102])
def test_codes_of_success(api: HttpServer, code: int) -> None:
    api.answers.append(taken(code, message_id="ATXid_9"))

    assert account(api.url).send(PHONE, "a", "1") == "ATXid_9"


def test_json_with_a_charset_comes_back_as_text_and_is_read(api: HttpServer) -> None:
    usual = taken(message_id="ATXid_7")
    api.answers.append(Answer(201, usual.body, "application/json; charset=utf-8"))

    assert account(api.url).send(PHONE, "a", "1") == "ATXid_7"


ANSWERS = [
    ("risk hold", taken(401, "RiskHold"), "again"),
    ("a sender code", taken(402, "InvalidSenderId"), "permanent account_wide"),
    ("no number", taken(403, "InvalidPhoneNumber"), "permanent"),
    ("a landline", taken(404, "UnsupportedNumberType"), "permanent"),
    ("no money", taken(405, "InsufficientBalance"), "account_wide"),
    ("refused by the phone's owner", taken(406, "UserInBlacklist", message_id="None"), "permanent"),
    ("no route", taken(407, "CouldNotRoute"), "permanent"),
    ("do not disturb", taken(409, "DoNotDisturbRejection"), "permanent"),
    ("their error", taken(500, "InternalServerError"), "again"),
    ("their gateway", taken(501, "GatewayError"), "again"),
    ("rejected there", taken(502, "RejectedByGateway"), "again"),
    ("a code that is new", taken(777, "Teleported"), "unknown"),
    ("taken without an id", taken(101, message_id="None"), "unknown"),
    ("a bad sender leaves nobody", said("InvalidSenderId", []), "permanent account_wide"),
    ("accepted but garbled", Answer(201, b"{"), "unknown"),
    ("accepted, another shape", Answer(201, b'{"SMSMessageData": []}'), "unknown"),
    ("accepted, not JSON", Answer(201, b"OK", "text/plain"), "unknown"),
    ("a bad key", Answer(401, b"The supplied authentication is invalid", "text/plain"), "account_wide"),
    ("forbidden", Answer(403, b"", "text/plain"), "account_wide"),
    ("another address", Answer(404, b"", "text/plain"), "account_wide"),
    ("a bad request", Answer(400, b"Must have sms message", "text/plain"), "permanent"),
    ("too many", Answer(429, b"slow down", "text/plain"), "again"),
    ("an error page", Answer(500, b"<html>", "text/html"), "again"),
    ("unavailable", Answer(503, b"", "text/html"), "again"),
    ("a gateway's timeout", Answer(504, b"", "text/html"), "unknown"),
    ("a torn connection", RESET, "unknown"),
    ("no HTTP", GARBAGE, "unknown"),
    ("no answer in time", SILENCE, "unknown"),
]


@pytest.mark.parametrize(("answer", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ANSWERS])
def test_a_failure_is_told(api: HttpServer, answer: Answer, expected: str) -> None:
    api.answers.append(answer)

    failed = failure(api.url)

    assert expected == flags(failed)
    assert PHONE[1:] not in failed.reason


def test_nothing_was_sent_where_nobody_listens() -> None:
    assert flags(failure(f"http://127.0.0.1:{free_port()}")) == "again"


def test_a_server_without_tls_is_given_no_key(api: HttpServer) -> None:
    assert flags(failure(api.url.replace("http:", "https:"))) == "account_wide"
    assert api.requests == []


@pytest.mark.parametrize("url", ["no-address", "http://"])
def test_an_address_that_is_none_stops_the_account(url: str) -> None:
    assert flags(failure(url)) == "account_wide"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        (
            {"Retry-After": "Sat, 02 May 2026 06:10:00 GMT", "Date": "Sat, 02 May 2026 06:05:00 GMT"},
            timedelta(minutes=5),
        ),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_a_wish_to_wait_is_told(api: HttpServer, headers: dict[str, str], expected: timedelta | None) -> None:
    api.answers.append(Answer(429, b"", "text/plain", {**headers}))

    assert expected == failure(api.url).retry_after


@pytest.mark.parametrize(
    "phone", ["", "77010000001", "+7701", "+7701000000x", "+77010000001,+77010000002", "+٧٧٠١٠٠٠٠٠٠١"]
)
def test_only_e164_is_handed_to_the_sdk(api: HttpServer, phone: str) -> None:
    assert flags(failure(api.url, phone)) == "permanent"
    assert api.requests == []


def test_two_accounts_do_not_mix(api: HttpServer) -> None:
    with africastalking_api() as other:
        account(api.url).send(PHONE, "a", "1")
        account(other.url).send(PHONE, "b", "2")

        assert ([r.form["message"] for r in api.requests], [r.form["message"] for r in other.requests]) == (
            ["a"],
            ["b"],
        )


FIRST_LOOK = "2026-05-02T06:00:00+00:00"
AT = datetime(2026, 5, 2, 6, 30, tzinfo=UTC)


def entry(number: object, text: str = "3", date: str = "2026-05-02T06:10:00.445Z", **more: object) -> dict[str, object]:
    """A message as the inbox tells it: ids there are numbers."""
    return {"linkId": "", "text": text, "to": "44135", "id": number, "date": date, "from": PHONE} | more


def inbox(*entries: object, content_type: str = "application/json") -> Answer:
    content = {"SMSMessageData": {"Messages": list(entries)}}
    return Answer(200, json.dumps(content).encode(), content_type)


def texts(fetched: Fetched) -> list[tuple[str, str]]:
    return [(one.what.id, one.what.text) for one in fetched.found if isinstance(one.what, InboundSms)]


def test_the_first_look_only_notes_when_it_was(api: HttpServer) -> None:
    assert account(api.url).fetch("", AT) == Fetched((), f"{AT.isoformat()} 0", more=True)
    assert api.requests == []


def test_messages_are_fetched_page_by_page(api: HttpServer) -> None:
    mine = account(api.url)
    api.answers.extend([inbox(entry(15071), entry(15072, "4")), inbox(entry(15080, "5")), inbox()])

    pages = [mine.fetch(f"{FIRST_LOOK} 0", AT)]
    while pages[-1].more:
        pages.append(mine.fetch(pages[-1].cursor, AT))

    assert [one for page in pages for one in texts(page)] == [("15071", "3"), ("15072", "4"), ("15080", "5")]
    assert f"{FIRST_LOOK} 15080" == pages[-1].cursor
    asked = [parse_qs(urlsplit(request.path).query) for request in api.requests]
    assert [{"username": ["aul"], "lastReceivedId": [last]} for last in ("0", "15072", "15080")] == asked


def test_a_fetched_message_is_what_its_hook_would_have_brought(api: HttpServer) -> None:
    api.answers.append(inbox(entry("ATXid_9", "Дауыс 3", "2026-05-02 06:10:00")))
    fields = {"id": "ATXid_9", "from": PHONE, "to": "44135", "text": "Дауыс 3", "date": "2026-05-02 06:10:00"}

    (found,) = account(api.url).fetch(f"{FIRST_LOOK} 0", AT).found

    assert account(api.url).read_sms(hook(fields)) == found.what


def test_what_a_hook_brought_under_another_id_keeps_it(api: HttpServer) -> None:
    mine = account(api.url)
    mine.read_sms(hook({"id": "8f2c", "from": PHONE, "text": "3", "date": "2026-05-02T06:10:00Z"}))
    api.answers.append(inbox(entry(15071), entry(15072, "4")))

    assert texts(mine.fetch(f"{FIRST_LOOK} 0", AT)) == [("8f2c", "3"), ("15072", "4")]


def test_the_same_page_again_ends_the_reading(api: HttpServer) -> None:
    api.answers.append(inbox(entry(15071), entry(15072)))

    assert not account(api.url).fetch(f"{FIRST_LOOK} 15072", AT).more


def test_what_was_sent_before_our_first_look_was_not_sent_to_us(api: HttpServer) -> None:
    api.answers.append(inbox(entry(1, date="2025-05-02T06:10:00Z"), entry(2, date="2026-05-02T05:59:59Z"), entry(3)))

    fetched = account(api.url).fetch(f"{FIRST_LOOK} 0", AT)

    assert ([("3", "3")], f"{FIRST_LOOK} 3") == (texts(fetched), fetched.cursor)


def test_an_entry_that_cannot_be_read_is_passed_over(api: HttpServer) -> None:
    api.answers.append(inbox(entry(None), entry(2, **{"from": ""}), entry(3, date="soon"), entry(4, text=None)))

    assert texts(account(api.url).fetch(f"{FIRST_LOOK} 0", AT)) == [("3", "3"), ("4", "")]


def test_json_with_a_charset_is_read_here_too(api: HttpServer) -> None:
    api.answers.append(inbox(entry(3), content_type="application/json; charset=utf-8"))

    assert texts(account(api.url).fetch(f"{FIRST_LOOK} 0", AT)) == [("3", "3")]


UNFETCHED = [
    ("a bad key", Answer(401, b"The supplied authentication is invalid", "text/plain"), "HTTP 401"),
    ("an error page", Answer(500, b"<html>", "text/html"), "HTTP 500"),
    ("garbled", Answer(200, b"{"), "cannot be read"),
    ("text", Answer(200, b"OK", "text/plain"), "cannot be read"),
    ("another shape", Answer(200, b'{"SMSMessageData": []}'), "cannot be read"),
    ("entries that are none", Answer(200, b'{"SMSMessageData": {"Messages": [3]}}'), "cannot be read"),
    ("a torn connection", RESET, "broke off"),
    ("no HTTP", GARBAGE, "broke off"),
    ("no answer in time", SILENCE, "broke off"),
]


@pytest.mark.parametrize(("answer", "reason"), [pytest.param(*row[1:], id=row[0]) for row in UNFETCHED])
def test_an_inbox_that_cannot_be_fetched_is_told(api: HttpServer, answer: Answer, reason: str) -> None:
    api.answers.append(answer)

    with pytest.raises(FetchFailed, match=reason):
        account(api.url).fetch(f"{FIRST_LOOK} 0", AT)


def test_nobody_listens() -> None:
    with pytest.raises(FetchFailed, match="no connection"):
        account(f"http://127.0.0.1:{free_port()}").fetch(f"{FIRST_LOOK} 0", AT)


def hook(fields: dict[str, str]) -> Posted:
    return Posted(
        "africastalking", "POST", "sms", b"", urlencode(fields).encode(), "application/x-www-form-urlencoded", AT
    )
