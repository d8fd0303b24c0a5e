"""A clerk looks at an announcement, sends it, and stops it; nothing leaves unseen, nothing twice."""

import re

import pytest

from gateway import fanout
from gateway.store import announcements
from gateway.store.announcements import Announcement
from gateway.store.officials import Role
from gateway.store.outreach import Kind, State
from tests.gateway.lists import area_of, copies, enlist, numbers, stop
from tests.gateway.pages.conftest import AT
from tests.gateway.pages.console.conftest import Browser, Office

PAGE = "/cycles/1/announcements"


@pytest.fixture
def clerk(office: Office) -> Browser:
    """A clerk of an aul with ten contacts, one of whom refused."""
    with office.home.store.transaction() as tx:
        tx.run("DELETE FROM contact")
    enlist(office.home, numbers(10), area_of(office.home, 7), languages=("kk", "ru"))
    stop(office.home, numbers(1)[0])
    return office.official(Role.CLERK, 7)


def every(office: Office) -> list[Announcement]:
    with office.home.store.reading() as tx:
        return list(announcements.every(tx))


def send(browser: Browser, **fields: str) -> int:
    return browser.post(PAGE, do="send", nonce=browser.nonce(PAGE), **({"kind": "reminder"} | fields)).status_code


def test_an_announcement_is_looked_at_first_and_then_sent(office: Office, clerk: Browser) -> None:
    seen = clerk.post(PAGE, do="preview", kind="reminder")

    assert seen.status_code == 200
    assert "Phones: 9" in seen.text
    assert "Refused announcements: 1" in seen.text
    assert "SMS parts" not in seen.text
    assert every(office) == []

    fields = dict(re.findall(r'type="hidden" name="(\w[\w-]*)" value="([^"]*)"', seen.text))
    answers = [clerk.post(PAGE, do="send", **fields).status_code for _ in range(2)]
    (one,) = every(office)
    assert (answers, one.wanted.kind, one.wanted.contacts) == ([303, 303], Kind.REMINDER, 9)
    assert ("Test clerk", "announce") in office.audited()

    fanout.tick(office.home, AT)
    page = clerk.get(PAGE).text
    assert "Put in the queue: 9, on the list: 9." in page
    assert "Waiting: 9, on the way: 0, arrived: 0, lost: 0." in page
    assert not any(phone in page for phone, _ in copies(office.home))


def test_buttons_pause_resume_and_cancel(office: Office, clerk: Browser) -> None:
    send(clerk)
    states = []
    for act in ("pause", "resume", "cancel"):
        assert clerk.post(PAGE, do=act, announcement="1", nonce=clerk.nonce(PAGE)).status_code == 303
        states.append(every(office)[0].state)

    assert states == [State.PAUSED, State.SENDING, State.CANCELLED]
    refused = clerk.post(PAGE, do="pause", announcement="1", nonce=clerk.nonce(PAGE))
    assert refused.status_code == 422
    assert "This announcement has ended." in refused.text


@pytest.mark.parametrize("do", ["preview", "send"])
def test_a_text_like_a_swindlers_comes_back_with_the_reason_at_its_field(
    office: Office, clerk: Browser, do: str
) -> None:
    refused = clerk.post(PAGE, do=do, kind="reminder", text_kk="Ертең жиналыс.", text_ru="Код на abc.kz", nonce="1")

    assert refused.status_code == 422
    assert 'href="#text_ru"' in refused.text
    assert "The text holds a link" in refused.text
    assert "Код на abc.kz" in refused.text
    assert every(office) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "results"}, "Results are sent after the final tally."),
        ({"kind": "gossip"}, "Choose from the list."),
        ({"budget": "many"}, "Write a number in digits."),
        ({"budget": "100"}, "needs the price of an SMS"),
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_said_in_the_reader_s_language(
    office: Office, clerk: Browser, fields: dict[str, str], said: str
) -> None:
    refused = clerk.post(PAGE, **({"do": "send", "kind": "reminder", "nonce": "1"} | fields))

    assert refused.status_code == 422
    assert said in refused.text
    assert every(office) == []


def test_a_second_one_of_a_day_is_refused(office: Office, clerk: Browser) -> None:
    assert [send(clerk), send(clerk)] == [303, 422]


def test_an_announcement_that_is_not_there_is_no_mistake_of_ours(office: Office, clerk: Browser) -> None:
    send(clerk)

    for number in ("2", "x", "", "9" * 30):
        assert clerk.post(PAGE, do="cancel", announcement=number, nonce=clerk.nonce(PAGE)).status_code == 422
    assert every(office)[0].state is State.SENDING
