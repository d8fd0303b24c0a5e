"""/live, /ready and /metrics: what is true, for those who may know it."""

import asyncio
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from gateway import mixing
from gateway.app import build
from gateway.home import Home
from gateway.meters import BUCKETS, Histogram
from gateway.pages.metrics import COMMITS, METRICS
from gateway.store import lines, officials, states
from gateway.store.officials import Role
from tests.gateway.pages.conftest import AT, POLL
from tests.gateway.sending import put

monitoring = import_module("gateway.pages.monitoring")  # the package has its router under that name
TOKEN = "m" * 40


@pytest.fixture
def watched(home: Home) -> Home:
    """A home with a monitoring token."""
    server = home.settings.server.model_copy(update={"metrics_token": TOKEN})
    return replace(home, settings=home.settings.model_copy(update={"server": server}))


def site(home: Home) -> TestClient:
    """The whole gateway, hooks and all; nothing starts by itself."""
    return TestClient(build(home, lambda: AT))  # type: ignore[arg-type]


def scraped(client: TestClient, token: str = TOKEN) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Name -> labels -> value."""
    answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def texts(client: TestClient, home: Home, sender: str, text: str, message: str) -> int:
    secret = home.settings.providers.console.secret
    fields = {"id": message, "from": sender, "to": "44135", "text": text}
    return client.post(f"/hooks/console/{secret}/sms", data=fields).status_code


def test_a_gateway_is_alive_and_ready(home: Home) -> None:
    client = site(home)

    assert client.get("/live").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok", "reasons": []}


def test_it_is_not_ready_while_another_holds_the_database(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "PATIENCE", 0.1)
    client = site(home)
    with closing(sqlite3.connect(home.path / "dauys.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["writer: no answer in time"]
    assert client.get("/live").status_code == 200


def test_it_is_not_ready_on_a_full_disk_or_before_a_migration(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site(home)
    monkeypatch.setattr(monitoring, "ROOM", 2**60)
    with home.store.transaction() as tx:
        tx.run("UPDATE alembic_version SET version_num = '9999'")

    assert client.get("/ready").json()["reasons"] == [
        "migrations: a newer version has written the database",
        "disk: full",
    ]


def token_of(home: Home, area_id: int | None) -> str:
    with home.store.transaction() as tx:
        return officials.appoint(
            tx, (f"official {area_id}", Role.OBSERVER), AT, os.urandom, None if area_id is None else {area_id}
        )


def test_figures_are_for_the_monitoring_server_and_officials_of_the_whole_gateway(watched: Home) -> None:
    client = site(watched)
    allowed, refused = (TOKEN, token_of(watched, None)), (token_of(watched, 1), "", "x", TOKEN[:-1])

    for token in allowed:
        assert client.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == 200
    for token in refused:
        assert client.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert client.get("/metrics").status_code == 401


def test_without_a_token_in_the_settings_an_empty_one_opens_nothing(home: Home) -> None:
    server = home.settings.server.model_copy(update={"metrics_token": None})
    without = replace(home, settings=home.settings.model_copy(update={"server": server}))

    assert site(without).get("/metrics", headers={"authorization": "Bearer "}).status_code == 401


def test_every_figure_is_told_with_its_words(watched: Home) -> None:
    answer = site(watched).get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})

    assert answer.headers["content-type"].startswith("text/plain")
    told = dict(re.findall(r"^# HELP (dauys_\w+?)(?:_total)? (.+)$", answer.text, flags=re.MULTILINE))
    assert set(told) == {*METRICS, COMMITS}
    assert {name: told[name] for name in METRICS} == {name: figure.says for name, figure in METRICS.items()}


def test_votes_messages_and_calls_are_counted(watched: Home) -> None:
    client = site(watched)
    before = scraped(client)
    assert texts(client, watched, "+77010000001", "3", "m1") == 200
    assert texts(client, watched, "+77010000001", "ТІЗІМ", "m2") == 200
    assert (
        client.post(f"/hooks/console/{watched.settings.providers.console.secret}/sms", data={"id": "x"}).status_code
        == 400
    )
    after = scraped(client)

    pending = (("channel", "sms"), ("state", "pending"))
    assert after["dauys_votes"][pending] == before["dauys_votes"][pending] + 1
    assert after["dauys_messages"][("outcome", "accepted"),] == before["dauys_messages"][("outcome", "accepted"),] + 1
    assert after["dauys_envelopes_pending"][()] == before["dauys_envelopes_pending"][()] + 1
    answered = after["dauys_hook_answers_total"]
    assert answered == {
        (("hook", "sms"), ("provider", "console"), ("status", "200")): 2,
        (("hook", "sms"), ("provider", "console"), ("status", "400")): 1,
    }
    assert after[f"{COMMITS}_count"][()] >= 2
    assert after["dauys_polls_open"][()] == 1


def test_the_mix_the_outbox_backups_and_the_clock_are_told(watched: Home) -> None:
    mixing.close(watched, POLL, AT, "test", early=True)  # type: ignore[arg-type]
    put(watched, due_at=AT - timedelta(minutes=5), provider="africastalking")
    with watched.store.transaction() as tx:
        lines.down(tx, "africastalking", "405 InsufficientBalance", AT - timedelta(minutes=10))
        states.put(tx, states.BACKUP, (AT - timedelta(hours=2)).isoformat())
        states.reset_clock(tx, AT + timedelta(days=3))
        (ballots,) = tx.row("SELECT count(*) FROM ballot") or (0,)
    told = scraped(site(watched))

    assert told["dauys_ballots"][()] == ballots > 0
    assert told["dauys_envelopes_pending"][()] == 0
    assert told["dauys_outbox_messages"][("provider", "africastalking"), ("state", "due")] == 1
    seen = timedelta(days=3).total_seconds()  # the gateway goes on from the highest instant that it saw
    assert told["dauys_outbox_oldest_seconds"][("provider", "africastalking"),] >= seen + 300
    assert told["dauys_line_down_seconds"][("provider", "africastalking"),] >= seen + 600
    assert told["dauys_backup_age_seconds"][()] >= seen + 7200
    assert told["dauys_clock_trusted"][()] == 0
    assert told["dauys_disk_free_bytes"][()] > 0


def test_figures_hold_no_phone_and_no_choice(watched: Home) -> None:
    client = site(watched)
    texts(client, watched, "+77010000002", "5", "m3")
    text = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text

    assert "7701000" not in text
    assert not re.findall(r'(?:number|choice|poll|area)="', text)


def test_a_histogram_counts_each_time_once() -> None:
    took = Histogram()
    for seconds in (0.0005, 0.001, 0.0011, 99):
        took.observe(seconds)

    told = dict(took.cumulated())
    assert (told["0.001"], told["0.0025"], told[str(BUCKETS[-1])], told["+Inf"]) == (2, 3, 3, 4)


def test_postgresql_tells_the_same_figures(postgresql_home: Home) -> None:
    server = postgresql_home.settings.server.model_copy(update={"metrics_token": TOKEN})
    home = replace(postgresql_home, settings=postgresql_home.settings.model_copy(update={"server": server}))
    put(home)
    client = site(home)

    assert client.get("/ready").status_code == 200
    told = scraped(client)
    asyncio.run(client.app._hooks._conversation._books.close())
    assert told["dauys_outbox_messages"][("provider", "console"), ("state", "due")] == 1
    assert told[f"{COMMITS}_count"][()] >= 1
