"""Sending through the SDK, against a server that speaks Africa's Talking's wire format."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.providers.africastalking import AfricasTalking, make
from gateway.providers.base import SendFailed
from gateway.settings import Settings
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
