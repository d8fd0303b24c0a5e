"""A test message goes the way of a tally and holds no figure; what became of it and of the tallies is told."""

import json
from datetime import timedelta

import pytest

from gateway import trials
from gateway.bulletins import BULLETINS, TRIALS
from gateway.bulletins.digest import Trial
from gateway.errors import NotNow, NotThere
from gateway.home import Home
from gateway.outbox import Outbox
from gateway.schedule import tick
from gateway.store import audit, bulletins, outbox, recipients
from gateway.store.bulletins import TRIALS_A_DAY
from gateway.store.recipients import Recipient
from handlers.phrases import LANGUAGES
from handlers.segments import sms_parts
from tests.gateway.bulletins.digests import digest, to
from tests.gateway.sending import with_books
from tests.gateway.voting import EVENING, OPENS, open_vote, receive, vote

ADDRESSES = {"sms": "+77010000009", "webhook": "http://127.0.0.1/tally", "email": "akim@aul.example"}


def send(home: Home, recipient: int, at=OPENS) -> int:
    with home.store.transaction() as tx:
        return trials.send(tx, home, recipient, "Айгүл", at)


def sent(home: Home, to: Recipient, at=OPENS) -> list[tuple[int, str, str]]:
    with home.store.reading() as tx:
        found = bulletins.sent(tx, to.id, trials.last_days(at, home.settings.gateway.zone))
    return [(one.cycle, one.slot, one.state) for one in found]


@pytest.mark.parametrize("channel", TRIALS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_message_holds_no_figure(channel: str, language: str) -> None:
    area = digest().paper.area
    content = TRIALS[channel](Trial(area), to(channel, language))

    said = content.get("text") or content["body"]
    assert not any(sign.isdigit() for sign in said.replace('"area":7', ""))
    assert channel != "sms" or sms_parts(said) == 1


def test_every_way_of_a_tally_has_its_test() -> None:
    assert TRIALS.keys() == BULLETINS.keys()
    assert TRIALS["sms"](Trial(digest().paper.area), to("sms", form="observer")) == {"text": "A7 TEST"}


@pytest.mark.parametrize("channel", ADDRESSES)
def test_it_leaves_by_the_way_of_tallies(home: Home, channel: str) -> None:
    open_vote(home)
    recipient = receive(home, channel, ADDRESSES[channel], language="ru")
    send(home, recipient.id)

    provider = "console" if channel == "sms" else channel
    (letter,) = with_books(
        home,
        lambda books: Outbox(books, home.keys).claim(
            provider, "x", now=OPENS, lease=timedelta(minutes=1), limit=9, day="", per_day=9
        ),
    )
    assert letter.recipient == ADDRESSES[channel]
    assert letter.repeatable
    said = letter.content.get("text") or json.loads(letter.content["body"])["type"]
    assert said.strip() in {"Area 7: проверка связи. Итоги будут приходить сюда.", "tally.test"}


def test_tests_and_tallies_are_told_with_their_fate_the_newest_first(home: Home) -> None:
    on = open_vote(home)
    first, other = receive(home, "webhook", "http://127.0.0.1/a"), receive(home, "email", "a@b.example")
    send(home, first.id)
    vote(home, on, 25)
    tick(home, EVENING)
    with home.store.transaction() as tx:
        (message,) = tx.row("SELECT id FROM outbox WHERE substr(dedupe, 1, 5) = 'trial'") or (0,)
        outbox.mark_delivered(tx, message)

    assert sent(home, first, EVENING) == [(on.cycle, "2026-05-01", "due"), (0, "", "delivered")]
    assert sent(home, other, EVENING) == [(on.cycle, "2026-05-01", "due")]
    assert sent(home, first, EVENING + timedelta(days=3)) == [(on.cycle, "2026-05-01", "due")]


def test_so_many_a_day_and_every_one_in_the_log(home: Home) -> None:
    open_vote(home)
    recipient = receive(home, "sms", "+77010000009")

    assert [send(home, recipient.id) for _ in range(TRIALS_A_DAY)] == [1, 2, 3, 4, 5]
    with pytest.raises(NotNow, match="wait until tomorrow"):
        send(home, recipient.id)
    assert send(home, recipient.id, OPENS + timedelta(days=1)) == 1
    with home.store.reading() as tx:
        acts = [signed.link.entry for signed in audit.entries(tx) if signed.link.entry["act"] == "test recipient"]
    assert len(acts) == TRIALS_A_DAY + 1
    assert acts[0]["facts"] == {"recipient": recipient.id, "channel": "sms"}


def test_nobody_who_was_removed_gets_one(home: Home) -> None:
    open_vote(home)
    recipient = receive(home, "sms", "+77010000009")
    with home.store.transaction() as tx:
        recipients.remove(tx, recipient.id)

    for unknown in (recipient.id, 99):
        with pytest.raises(NotThere, match="no recipient"):
            send(home, unknown)
