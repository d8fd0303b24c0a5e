"""kill -9 anywhere between the mix and the mark: the evening is finished by the next process, once for each reader."""

import multiprocessing
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from gateway.home import Home
from tests.gateway.killed import POINTS, evening
from tests.gateway.sending import put, row
from tests.gateway.voting import EVENING, open_vote, receive, rows, vote
from tests.servers import HttpServer, MailBox, africastalking_api, mail_server, webhook_receiver

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.gateway.killed"])
LATER = timedelta(minutes=3)  # the dead process's leases have run out


@pytest.fixture
def api() -> Iterator[HttpServer]:
    with africastalking_api() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[HttpServer]:
    with webhook_receiver() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


def run(home: Home, at: datetime, point: str, api: HttpServer, mail: MailBox) -> int | None:
    """How the process ended: -9 if it was killed."""
    process = FORKS.Process(target=evening, args=(home.path, at, point, api.url, mail.port))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize("point", [point for point in POINTS if point != "never"])
def test_an_evening_cut_off_is_finished(
    home: Home, point: str, api: HttpServer, receiver: HttpServer, mail: MailBox
) -> None:
    paper = open_vote(home)
    vote(home, paper, 25)
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET provider = 'africastalking'")
    for channel, address in (("sms", "+77010000009"), ("webhook", receiver.url), ("email", "akim@aul.example")):
        receive(home, channel, address)

    assert run(home, EVENING, point, api, mail) == -9
    assert run(home, EVENING + LATER, "never", api, mail) == 0
    assert run(home, EVENING + 2 * LATER, "never", api, mail) == 0

    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len({message["Message-ID"] for message in mail.messages}) == 1
    assert len({request.form["message"] for request in api.requests}) == 1
    assert len(api.requests) == (2 if point == "sent, not marked" else 1)
    assert len(rows(home, "SELECT 1 FROM bulletin")) == len(rows(home, "SELECT 1 FROM outbox")) == 3
    assert len(rows(home, "SELECT 1 FROM ballot")) == 15
    assert sorted(rows(home, "SELECT channel, state FROM outbox")) == [
        ("email", "delivered"),
        ("sms", "sent"),
        ("webhook", "delivered"),
    ]


def test_a_citizen_gets_a_reply_twice_at_most(sqlite_home: Home, api: HttpServer, mail: MailBox) -> None:
    message = put(sqlite_home, provider="africastalking", due_at=EVENING, expires_at=EVENING + 9 * LATER)

    for times in range(2):
        assert run(sqlite_home, EVENING + times * LATER, "sent, not marked", api, mail) == -9
    assert run(sqlite_home, EVENING + 2 * LATER, "never", api, mail) == 0

    assert len(api.requests) == 2
    assert row(sqlite_home, message) == ("unknown",)
