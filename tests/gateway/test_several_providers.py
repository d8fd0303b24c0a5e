"""Two providers at once: replies go back the way they came, tallies by the way that the aul is bound to."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from gateway.home import Home
from gateway.outbox import ABOUT
from gateway.schedule import tick
from gateway.store import areas, outbox, reports
from tests.gateway.field import Field, call, phone
from tests.gateway.store.villages import aul
from tests.gateway.voting import EVENING, open_vote, receive, rows, vote

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
