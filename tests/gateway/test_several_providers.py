"""Two providers at once: replies go back the way they came, tallies by the way that the aul is bound to."""

import asyncio
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import structlog

from gateway.home import Home
from gateway.outbox import ABOUT, Outbox
from gateway.providers import enabled
from gateway.providers.base import Report
from gateway.providers.gammu import Gammu
from gateway.schedule import tick
from gateway.sender import failovers, sms_lines
from gateway.settings import Settings
from gateway.store import areas, outbox, reports
from gateway.store.writer import Books
from tests.gateway.field import Field, call, phone
from tests.gateway.outages import stop
from tests.gateway.sending import NOW, put, row, sender_of, with_books
from tests.gateway.store.villages import aul
from tests.gateway.voting import EVENING, open_vote, receive, rows, vote
from tests.modem import Modem
from tests.servers import RESET, Answer, HttpServer, Request
from tests.virtual import LoopClock

DAY, AGAIN = timedelta(days=1), timedelta(hours=1)


def test_a_reply_leaves_by_the_provider_that_the_message_came_from(sqlite_field: Field) -> None:
    home, asked = sqlite_field.home, {"africastalking": phone(1), "console": phone(2)}
    aul(home)
    for provider, sender in asked.items():
        body = urlencode({"id": "the same", "from": sender, "to": "44135", "text": "?"}).encode()
        path = sqlite_field.path("sms", provider)
        assert sqlite_field.run(call(sqlite_field.hooks, "POST", path, body)).status == 200

    replies = sqlite_field.rows("SELECT provider, recipient FROM outbox")
    assert {provider: home.keys.contacts.open(sealed, ABOUT).decode() for provider, sealed in replies} == asked


def test_a_tally_leaves_by_the_provider_of_its_aul(home: Home) -> None:
    for code, provider in ((7, "console"), (8, "africastalking"), (9, "")):
        vote(home, open_vote(home, code), 25)
        receive(home, "sms", f"+7701000000{code}", code)
        with home.store.transaction() as tx:
            areas.set_provider(tx, code, provider)

    tick(home, EVENING)

    found = rows(
        home,
        "SELECT a.code, o.provider FROM bulletin b JOIN outbox o ON o.id = b.outbox_id JOIN cycle c ON c.id = b.cycle_id "
        "JOIN area a ON a.id = c.area_id ORDER BY a.code",
    )
    assert found == [(7, "console"), (8, "africastalking"), (9, "console")]


@pytest.mark.parametrize("fate", ["comes back", "was reported undelivered"])
def test_an_older_tally_that_was_on_its_way_is_not_sent_after_a_newer_one(home: Home, fate: str) -> None:
    vote(home, open_vote(home), 25)
    receive(home, "sms", "+77010000009")
    tick(home, EVENING)
    with home.store.transaction() as tx:
        ((older,), _) = outbox.claim(tx, "console", "one", EVENING, EVENING + timedelta(minutes=1), 1)
        if fate != "comes back":
            reports.sent(tx, "console", older.id, "x1", EVENING)
    tick(home, EVENING + DAY)
    with home.store.transaction() as tx:
        if fate == "comes back":
            outbox.retry_at(tx, older.id, "one", EVENING + DAY, "no connection")
        else:
            reports.report(tx, "console", "x1", "dead", "absent", EVENING + DAY)
        found, stale = outbox.claim(tx, "console", "one", EVENING + DAY + AGAIN, EVENING + 2 * DAY, 9)

    assert ([letter.id == older.id for letter in found], stale) == ([False], 1)


def test_a_modem_carries_what_kannel_does_not_take_and_its_reports_settle_it(home: Home, tmp_path: Path) -> None:
    modem = Modem(f"sqlite:///{tmp_path / 'sms.db'}").create()
    waiting = [put(home, f"reply {place} " + "Ә" * 80, provider="kannel") for place in range(3)]
    doubtful = put(home, "perhaps it left", provider="kannel")

    def smsbox(request: Request, _no: int) -> Answer:
        return RESET if "perhaps" in request.path else Answer(503)

    async def use(books: Books) -> None:
        providers = enabled(settings)
        mine, kept = providers["gammu"], Outbox(books, home.keys)
        assert isinstance(mine, Gammu)
        sender = sender_of(
            home, books, sms_lines(providers), LoopClock(NOW), failovers=failovers(settings), sms_per_day=1000
        )
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(40 * 60)
        await stop(running)
        modem.sends("DeliveryOK")
        for found in mine.fetch("", NOW).found:
            assert isinstance(found.what, Report)
            await kept.reported("gammu", found.what, NOW)

    with HttpServer(smsbox) as server, structlog.testing.capture_logs():
        settings = Settings(
            providers={
                "kannel": {
                    "enabled": True,
                    "secret": "s" * 32,
                    "password": "word",
                    "sendsms_url": f"{server.url}/cgi-bin/sendsms",
                    "failover": {"to": "gammu", "after": 30, "replies": True},
                },
                "gammu": {"enabled": True, "database": modem.url},
            }
        )
        with_books(home, use)

    assert [row(home, message, "provider") for message in waiting] == [("delivered", "gammu")] * 3
    assert row(home, doubtful, "provider") == ("unknown", "kannel")
