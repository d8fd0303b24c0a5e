"""Webhooks and e-mails reach real servers, carry the same id at every try, and say why they did not leave."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from gateway.bulletins import BULLETINS, email, lines, webhook
from gateway.outbox import Letter
from gateway.providers.base import SendFailed
from gateway.settings import Mail, Settings
from tests.gateway.bulletins.digests import digest, to
from tests.servers import GARBAGE, RESET, Answer, free_port, mail_server, webhook_receiver

NOW = datetime.now(UTC)
MADE = datetime(2026, 5, 8, 15, 0, tzinfo=UTC)


def letter(channel: str, recipient: str, **changes: str) -> Letter:
    content = BULLETINS[channel](digest(), to(channel, "ru")) | {
        "id": "abc.4.2026-05-08.3",
        "made_at": MADE.isoformat(),
    }
    return Letter(1, recipient, content | changes, 1, MADE + timedelta(hours=75), repeatable=True)


def failure(deliver: object, *args: object) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        deliver(*args)  # type: ignore[operator]
    return raised.value


def test_a_webhook_is_signed_and_keeps_its_id() -> None:
    """By the real clock: standardwebhooks takes nothing that is older than five minutes."""
    with webhook_receiver() as receiver:
        for _ in range(2):
            webhook.deliver(letter("webhook", receiver.url + "/tally"), lambda: datetime.now(UTC))

    first, second = receiver.requests
    told = Webhook(to("webhook").secret).verify(first.body, first.headers)
    assert (told["type"], told["votes"], told["area"]) == ("tally.daily", {"P1": 12, "P2": 30, "P3": 5}, 7)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "abc.4.2026-05-08.3"
    assert first.path == "/tally"


@pytest.mark.parametrize(
    ("answer", "permanent", "after"),
    [
        (Answer(500), False, None),
        (Answer(404), False, None),
        (Answer(302, headers={"Location": "/"}), False, None),
        (Answer(410), True, None),
        (Answer(429, headers={"Retry-After": "60"}), False, timedelta(minutes=1)),
        (RESET, False, None),
        (GARBAGE, False, None),
    ],
)
def test_a_webhook_that_is_not_taken_is_tried_again(answer: Answer, permanent: bool, after: timedelta | None) -> None:
    with webhook_receiver() as receiver:
        receiver.answers.append(answer)
        failed = failure(webhook.deliver, letter("webhook", receiver.url), lambda: NOW)

    assert (failed.permanent, failed.unknown, failed.retry_after) == (permanent, False, after)


def test_a_webhook_to_no_address_is_dead() -> None:
    assert failure(webhook.deliver, letter("webhook", "http://127.0.0.1:port"), lambda: NOW).permanent


def test_a_webhook_where_nobody_listens_is_tried_again() -> None:
    failed = failure(webhook.deliver, letter("webhook", f"http://127.0.0.1:{free_port()}"), lambda: NOW)

    assert not failed.permanent


def test_a_webhook_without_a_secret_is_dead() -> None:
    assert failure(webhook.deliver, letter("webhook", "http://127.0.0.1", secret=""), lambda: NOW).permanent


def test_a_mail_is_the_same_at_every_try() -> None:
    with mail_server() as box:
        mail = Mail(host="127.0.0.1", port=box.port, starttls=False, sender="dauys@aul.example")
        for _ in range(2):
            email.deliver(letter("email", "akim@aul.example"), mail)

    first, second = box.messages
    assert first.as_bytes() == second.as_bytes()
    assert first["Message-ID"] == "<abc.4.2026-05-08.3@aul.example>"
    assert (first["From"], first["To"], first["Subject"]) == (
        "dauys@aul.example",
        "akim@aul.example",
        "Карагайлы: голосование, 08.05",
    )
    text, table = first.iter_parts()
    assert "1. Водопровод: 12" in text.get_content()
    assert table.get_filename() == "dauys-4-2026-05-08.csv"
    assert table.get_payload(decode=True).decode("utf-8-sig").splitlines()[1] == "1;P1;Водопровод;12;1"


def test_a_spreadsheet_does_not_reckon_with_a_name() -> None:
    content = BULLETINS["email"](digest(), to("email", "en"))

    assert "1;P1;'=Water;12;1" in content["csv"]


def test_a_refused_mail_is_tried_again() -> None:
    with mail_server() as box:
        box.refusals.append("451 4.3.0 Try later")
        mail = Mail(host="127.0.0.1", port=box.port, starttls=False)
        failed = failure(email.deliver, letter("email", "akim@aul.example"), mail)

    assert (failed.permanent, failed.account_wide, failed.reason) == (False, False, "SMTPDataError")


def test_a_server_without_tls_is_not_trusted_with_a_tally() -> None:
    with mail_server() as box:
        failed = failure(email.deliver, letter("email", "akim@aul.example"), Mail(host="127.0.0.1", port=box.port))

    assert (failed.account_wide, box.messages) == (True, [])


def test_a_mail_server_that_is_off() -> None:
    mail = Mail(host="127.0.0.1", port=free_port(), starttls=False)

    assert failure(email.deliver, letter("email", "akim@aul.example"), mail).permanent is False


def test_a_line_break_in_a_name_makes_no_header() -> None:
    mail = Mail(host="127.0.0.1", port=1)
    with pytest.raises(ValueError, match="linefeed"):
        email.message(letter("email", "akim@aul.example", subject="a\r\nBcc: all@aul.example"), mail)


def test_without_a_mail_server_there_is_no_line_for_mail() -> None:
    assert [line.name for line in lines(Settings(), lambda: NOW)] == ["webhook"]
    assert [line.name for line in lines(Settings(mail={"host": "mail.example"}), lambda: NOW)] == ["webhook", "email"]
