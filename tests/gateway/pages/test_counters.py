"""What /metrics counts while the gateway serves: what became of messages, what providers refused."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from gateway import slips
from gateway.home import Home
from gateway.slips import Batch
from handlers.messages import Outcome
from tests.gateway.pages.conftest import AT
from tests.gateway.pages.test_monitoring import scraped, site, texts
from tests.gateway.pages.test_monitoring import watched as watched  # noqa: PLC0414 - a fixture is used by its name
from tests.gateway.sending import put
from tests.gateway.test_slips import Printer
from tests.gateway.test_webhooks import held_elsewhere
from tests.servers import Answer, HttpServer, taken

HIT = count(1)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def counted(client: TestClient, name: str) -> Counter[tuple[str, ...]]:
    """The values of the labels -> how often; what never was is left out."""
    return Counter(
        {tuple(value for _, value in labels): int(times) for labels, times in scraped(client)[name].items() if times}
    )


def outcomes(client: TestClient) -> Counter[tuple[str, ...]]:
    return counted(client, "dauys_outcomes_total")


def keys(client: TestClient, home: Home, sender: str, session: str, *pressed: str) -> None:
    """Dial, and answer each screen."""
    for key in pressed:
        fields = {"session": session, "from": sender, "key": key, "id": f"h{next(HIT)}"}
        assert (
            client.post(f"/hooks/console/{home.settings.providers.console.secret}/ussd", data=fields).status_code == 200
        )


def books_of(client: TestClient) -> Any:
    return client.app._hooks._conversation._books  # type: ignore[attr-defined]


SAID = [  # from whom, what, what becomes of it
    ("+77010000001", "3", "accepted"),
    ("+77010000001", "3", "repeated"),
    ("+77010000001", "ӨЗГЕРТУ 4", "changed"),
    ("+77010000001", "5", "refused"),
    ("+77010000001", "ТІЗІМ", "answered"),
    ("+77010000002", "99", "refused"),
    ("+12025550100", "3", "foreign"),
]


def test_what_became_of_an_sms_is_counted_once_however_often_it_is_delivered(watched: Home) -> None:
    client = site(watched)
    for _ in range(2):
        for number, (sender, text, _) in enumerate(SAID):
            assert texts(client, watched, sender, text, f"m{number}") == 200

    expected = Counter(("sms", outcome) for _, _, outcome in SAID)
    expected["sms", "foreign"] += 1  # nothing of it is kept: the second time is a first one
    assert outcomes(client) == expected


def test_what_became_of_a_ussd_step_is_counted(watched: Home) -> None:
    client = site(watched)
    keys(client, watched, "+77010000003", "s1", "7*3", "1")
    keys(client, watched, "+77010000003", "s2", "7*99")
    keys(client, watched, "+12025550100", "s3", "7*3")

    assert outcomes(client) == {
        ("ussd", "answered"): 1,
        ("ussd", "accepted"): 1,
        ("ussd", "refused"): 1,
        ("ussd", "foreign"): 1,
    }


def test_a_screen_that_is_asked_for_again_is_counted_once(watched: Home) -> None:
    client = site(watched)
    again = {"session": "s1", "from": "+77010000003", "key": "7*3", "id": "h"}
    for _ in range(2):
        client.post(f"/hooks/console/{watched.settings.providers.console.secret}/ussd", data=again)

    assert outcomes(client) == {("ussd", "answered"): 1}


def test_joining_with_a_slip_is_told_apart_from_a_vote(watched: Home) -> None:
    printer = Printer()
    slips.make(watched, Batch(7, "gathering", 2), AT, printer.put)
    by_sms, by_ussd = (slip.number for slip in printer.made)
    client = site(watched)
    assert texts(client, watched, "+77010000201", f"ТІРКЕЛУ {by_sms}", "m1") == 200
    keys(client, watched, "+77010000202", "s1", "", "1", "1", "1", re.sub(r"\D", "", by_ussd))

    assert outcomes(client)["sms", "joined"] == 1
    assert outcomes(client)["ussd", "joined"] == 1
    assert outcomes(client).keys() & {("sms", "accepted"), ("ussd", "accepted")} == set()


def test_a_screen_that_says_not_taken_is_counted_so(watched: Home) -> None:
    client = site(watched)
    keys(client, watched, "+77010000003", "s1", "7*3")
    books_of(client)._patience = 0.01
    with held_elsewhere(watched):
        keys(client, watched, "+77010000003", "s1", "1")
        assert texts(client, watched, "+77010000001", "3", "m1") == 503

    assert outcomes(client) == {("ussd", "answered"): 1, ("ussd", "not-taken"): 1}


def test_a_screen_that_says_unsure_is_counted_so(watched: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.app._stop_process", lambda: None)
    client = site(watched)
    keys(client, watched, "+77010000003", "s1", "7*3")
    writer = books_of(client)._writer
    writer.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    writer.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
    writer.execute("CREATE TRIGGER at_commit AFTER INSERT ON participation BEGIN INSERT INTO child VALUES (1); END")
    keys(client, watched, "+77010000003", "s1", "1")

    assert outcomes(client) == {("ussd", "answered"): 1, ("ussd", "unsure"): 1}


def test_every_outcome_is_there_from_the_start(watched: Home) -> None:
    told = scraped(site(watched))["dauys_outcomes_total"]

    every = {*(outcome.value for outcome in Outcome), "foreign"}
    assert {
        (of["channel"], of["outcome"]): times for of, times in ((dict(key), times) for key, times in told.items())
    } == {
        **{("sms", outcome): 0 for outcome in every},
        **{("ussd", outcome): 0 for outcome in {*every, "not-taken", "unsure"}},
    }


def test_what_providers_refuse_is_counted_by_its_kind(watched: Home, tmp_path: Path) -> None:
    with HttpServer(lambda _request, _no: Answer(401)) as api:
        api.answers.extend((taken(403, "InvalidPhoneNumber"), Answer(504), taken(500, "InternalServerError")))
        for number in range(4):
            put(watched, due_at=AT - timedelta(seconds=9 - number), provider="africastalking")
        client = site(refused(watched, api.url, f"sqlite:///{tmp_path / 'no' / 'sms.db'}"))
        before = scraped(client)["dauys_provider_errors_total"]
        with client:
            told = waited(client, 5)

    kinds = [dict(key)["kind"] for key in before if ("provider", "africastalking") in key]
    assert (sorted(kinds), set(before.values())) == (["account-wide", "again", "permanent", "unknown"], {0})
    assert told.pop(("again", "africastalking")) >= 1  # it may be tried again before the account refuses all,
    assert told.pop(("account-wide", "africastalking")) >= 1  # and be refused with the others then
    assert told == {
        ("permanent", "africastalking"): 1,
        ("unknown", "africastalking"): 1,
        ("not-asked", "gammu"): 1,
    }


def refused(home: Home, url: str, database: str) -> Home:
    """An account at this address, and a modem whose database is not there."""
    providers = home.settings.providers
    africastalking = {"api_key": "key", "base_url": url, "fetch_every": 0.0, "rate": 1000.0}
    gammu = {"enabled": True, "database": database, "look_every": 1000.0}
    changed = {
        "africastalking": providers.africastalking.model_copy(update=africastalking),
        "gammu": providers.gammu.model_copy(update=gammu),
    }
    settings = home.settings.model_copy(update={"providers": providers.model_copy(update=changed)})
    return replace(home, settings=settings)


def waited(client: TestClient, kinds: int) -> Counter[tuple[str, ...]]:
    """The errors, once there are so many kinds of them."""
    until = monotonic() + 20
    while len(told := counted(client, "dauys_provider_errors_total")) < kinds:
        assert monotonic() < until, told
        sleep(0.05)
    return told
