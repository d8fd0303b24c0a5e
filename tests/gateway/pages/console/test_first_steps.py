"""From an empty home to an aul, a message that was sent, a clerk and an akim: what the first administrator does."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gateway import claiming
from gateway.home import Home
from gateway.outbox import ABOUT
from gateway.store import areas, lines, outbox
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import Browser, Office

WORDS = "тау су көпір"
AUL = {
    "region_kk": "Абай облысы",
    "region_ru": "Абайская область",
    "district_kk": "Абай ауданы",
    "district_ru": "",
    "aul_kk": "Қарауыл",
    "aul_ru": "Караул",
    "code": "7",
    "adults": "1 200",
}


@pytest.fixture
def empty(sqlite_home: Home) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(sqlite_home, stack)


@pytest.fixture
def first(empty: Office) -> Browser:
    """The first administrator's, on a home that has nothing yet."""
    return empty.official(Role.ADMINISTRATOR)


def test_the_first_one_chooses_language_name_and_password(empty: Office) -> None:
    link = str(claiming.claim(empty.home, empty.now)).removeprefix("/console")
    browser = empty.browser(language="de")
    asked = browser.get(link)
    chosen = browser.post("/language", language="ru", to=f"{link}?step=password").headers["location"]
    form = browser.client.get(chosen).text
    done = browser.post(link, name="Б. Омаров", password=WORDS, again=WORDS)

    assert "На каком языке" in asked.text
    assert chosen == f"/console{link}?step=password"
    assert "Вы первый администратор" in form
    assert 'value="administrator"' not in form
    assert done.headers["location"] == "/console/first-steps"
    assert "Первые шаги" in browser.get("/first-steps").text
    assert empty.audited()[-2:] == [("Б. Омаров", "choose password"), ("Б. Омаров", "sign in")]
    assert claiming.claim(empty.home, empty.now) is None


def test_a_name_that_is_typed_wrong_is_asked_for_again(empty: Office) -> None:
    link = str(claiming.claim(empty.home, empty.now)).removeprefix("/console")
    browser = empty.browser()

    assert "Fill in this field." in browser.post(link, name=" ", password=WORDS, again=WORDS).text
    assert "no name" in browser.post(link, name="+7 701 000 00 01", password=WORDS, again=WORDS).text
    assert browser.post(link, name="Б. Омаров", password=WORDS, again=WORDS).status_code == 303


def test_an_invited_clerk_is_not_taken_for_the_first_one(empty: Office) -> None:
    clerk = empty.appoint(Role.CLERK)
    browser = empty.browser()
    link = empty.link(clerk)

    assert "first administrator" not in browser.get(link).text
    assert browser.post(link, name="Another", password=WORDS, again=WORDS).headers["location"] == "/console"
    assert empty.audited()[-1] == (clerk.name, "sign in")


def test_an_aul_is_made_with_its_district_and_region_once(empty: Office, first: Browser) -> None:
    made = first.post("/new-area", nonce="1", **AUL)
    again = first.get("/new-area").text
    second = first.post("/new-area", nonce="2", **AUL | {"aul_kk": "Көкбай", "aul_ru": "", "code": "8", "adults": ""})

    assert made.headers["location"] == "/console/trial-sms"
    assert second.headers["location"] == "/console/areas/8"
    assert 'value="Абай облысы"' in again
    assert 'id="code" name="code" type="text" value="8"' in again
    with empty.home.store.reading() as tx:
        found = {place.code: (place.area.names, place.parent, place.adults) for place in areas.every(tx)}
        ids = {place.code: place.id for place in areas.every(tx)}
    assert found == {
        7: ({"kk": "Қарауыл", "kk-latin": "Qarauyl", "ru": "Караул", "en": "Караул"}, ids[90], 1200),
        8: ({"kk": "Көкбай", "kk-latin": "Kokbai", "ru": "Көкбай", "en": "Көкбай"}, ids[90], 0),
        90: ({"kk": "Абай ауданы", "kk-latin": "Abai audany", "ru": "Абай ауданы", "en": "Абай ауданы"}, ids[900], 0),
        900: (
            {"kk": "Абай облысы", "kk-latin": "Abai oblysy", "ru": "Абайская область", "en": "Абайская область"},
            None,
            0,
        ),
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"aul_kk": ""}, "Fill in this field."),
        ({"code": "6"}, "between 7 and 999999"),
        ({"code": "жеті"}, "Write a number in digits."),
        ({"adults": "-1"}, "Write a number in digits."),
    ],
    ids=["no name", "a key of the first menu", "no number", "minus"],
)
def test_an_aul_that_cannot_be_made_is_told_why_and_nothing_is_lost(
    empty: Office, first: Browser, wrong: dict[str, str], told: str
) -> None:
    answer = first.post("/new-area", nonce="1", **AUL | wrong)

    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Абай облысы"' in answer.text
    with empty.home.store.reading() as tx:
        assert areas.every(tx) == ()


def test_a_code_that_is_taken_makes_neither_district_nor_region(empty: Office, first: Browser) -> None:
    first.post("/new-area", nonce="1", aul_kk="Қарауыл", code="7")
    answer = first.post("/new-area", nonce="2", **AUL | {"aul_kk": "Көкбай"})

    assert "belongs to another area" in answer.text
    with empty.home.store.reading() as tx:
        assert [place.code for place in areas.every(tx)] == [7]


def test_an_administrator_of_one_aul_adds_none(office: Office) -> None:
    browser = office.official(Role.ADMINISTRATOR, 7)

    assert "Only an administrator of the whole gateway" in browser.get("/new-area").text
    assert browser.post("/new-area", nonce="1", **AUL | {"code": "9"}).status_code != 303


def test_a_trial_message_waits_for_its_provider_and_tells_its_fate(empty: Office, first: Browser) -> None:
    sent = first.post("/trial-sms", nonce="1", phone="8 (701) 000-00-01", provider="console")
    page = sent.headers["location"].removeprefix("/console")
    message = int(page.partition("=")[2])
    seen = first.get(page).text
    with empty.home.store.transaction() as tx:
        (row,) = tx.rows("SELECT provider, channel, recipient, content FROM outbox WHERE id = ?", message)
        outbox.mark_dead(tx, message, "no balance")
    box = empty.home.keys.contacts

    assert "The message waits." in seen
    assert 'hx-trigger="every 3s"' in seen
    assert row[:2] == ("console", "sms")
    assert box.open(row[2], ABOUT) == b"+77010000001"
    assert json.loads(box.open(row[3], ABOUT)) == {
        "text": "Dauys: this is a test message. The line works. You need not answer."
    }
    assert "The message did not leave. Reason: no balance" in first.get(page).text
    assert "hx-trigger" not in first.get(page).text
    assert empty.audited()[-1] == ("Test administrator", "trial sms")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"phone": "8 727 250 00 00", "provider": "console"}, "no mobile number of Kazakhstan"),
        ({"phone": "8 701 000 00 0", "provider": "console"}, "no mobile number of Kazakhstan"),
        ({"phone": "", "provider": "console"}, "Fill in this field."),
        ({"phone": "8 701 000 00 01", "provider": "pigeon"}, "No provider of this name"),
    ],
    ids=["a landline", "a digit short", "empty", "another provider"],
)
def test_a_trial_that_cannot_be_made_is_told_why(
    empty: Office, first: Browser, fields: dict[str, str], told: str
) -> None:
    answer = first.post("/trial-sms", nonce="1", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    with empty.home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM outbox") == []


def test_a_provider_that_is_down_is_named_with_its_reason(empty: Office, first: Browser) -> None:
    with empty.home.store.transaction() as tx:
        lines.down(tx, "console", "no balance", empty.now)

    assert re.search(r"console takes no messages \(.+\)\. Reason: no balance", first.get("/trial-sms").text)


def test_messages_of_others_are_not_told_of(empty: Office, first: Browser) -> None:
    for message in ("1", "x", "9" * 30, "٣"):
        assert 'id="fate"' not in first.get(f"/trial-sms?message={message}").text


def test_steps_are_done_as_they_are_taken(empty: Office, first: Browser) -> None:
    def done() -> int:
        return first.get("/first-steps").text.count('class="done"')

    counts = [done()]
    first.post("/new-area", nonce="1", **AUL)
    counts.append(done())
    first.post("/trial-sms", nonce="2", phone="87010000001", provider="console")
    counts.append(done())
    for number, role in enumerate(("clerk", "akim")):
        first.post("/officials", nonce=f"n{number}", name=f"New {role}", role=role, areas="7")
        counts.append(done())

    assert counts == [0, 1, 2, 3, 4]
