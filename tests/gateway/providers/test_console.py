"""The development provider keeps messages until their phone fetches them."""

import json
from datetime import UTC, datetime

from gateway.providers.console import PHONES, WAITING, Console
from gateway.sessions import Hit

PHONE = "+77010000001"
AT = datetime(2026, 5, 2, 6, 5, tzinfo=UTC)


def test_a_message_is_handed_out_once() -> None:
    console = Console("s" * 32)

    assert console.send(PHONE, "Рахмет", "17") == "17"
    assert console.fetch(PHONE) == ("Рахмет",)
    assert console.fetch(PHONE) == ()


def test_only_the_newest_messages_and_phones_are_kept() -> None:
    console = Console("s" * 32)
    for place in range(WAITING + 1):
        console.send(PHONE, str(place), "")
    assert console.fetch(PHONE)[0] == "1"

    for place in range(PHONES + 1):
        console.send(f"+7701{place:07}", "a", "")
    assert console.fetch("+77010000000") == ()


def test_a_screen_is_json() -> None:
    shown = Console("s" * 32).show(Hit("", "", None, "", AT), "Тіл", ends=True)

    assert json.loads(shown.body) == {"text": "Тіл", "ends": True}
