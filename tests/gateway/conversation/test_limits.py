"""Languages, help, six answers an hour, and whoever answers by itself."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.home import Home, create_home
from handlers.phrases import LANGUAGES, PHRASES, say
from tests.gateway.conversation.talking import (
    OTHER,
    STRANGER,
    VOTER,
    accepted,
    open_vote,
    printed,
)
from tests.gateway.field import Field, phone
from tests.homes import MADE


@pytest.mark.parametrize(
    ("text", "language"),
    [("ТІЛ ru", "ru"), ("lang en", "en"), ("список", "ru"), ("list", "en"), ("ТІЗІМ", "kk"), ("русский", "ru")],
)
def test_a_language_is_remembered_for_both_channels(sqlite_field: Field, text: str, language: str) -> None:
    open_vote(sqlite_field)

    sqlite_field.sms(VOTER, text)
    sqlite_field.restart()

    assert say(language, "ussd_main") in sqlite_field.ussd(VOTER, "s1", "")
    assert sqlite_field.says(VOTER, "9") == say(language, "no_such_number", number=9)


def test_a_language_chosen_on_a_screen_is_spoken_by_sms(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    assert "Русский" in field.ussd(VOTER, "s1", "")

    assert say("ru", "ussd_main") in field.ussd(VOTER, "s1", "3")
    assert field.says(VOTER, "9") == say("ru", "no_such_number", number=9)


def test_help_comes_once_an_hour(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)

    told = [field.says(VOTER, text) for text in ("КӨМЕК", "КӨМЕК", "help", "")]
    field.now += timedelta(hours=1)

    assert told == [say("kk", "sms_help"), "", "", ""]
    assert field.says(VOTER, "КӨМЕК") == say("kk", "sms_help")


def test_six_answers_an_hour_and_votes_count_and_are_acknowledged_beyond_them(field: Field) -> None:
    paper = open_vote(field)

    answered = [bool(field.says(VOTER, "ТІЗІМ")) for _ in range(10)]
    vote, change = field.says(VOTER, "3"), field.says(VOTER, "ӨЗГЕРТУ 2")
    repeated = field.says(VOTER, "2", id="again")
    field.now += timedelta(hours=1)

    assert answered == [True] * 6 + [False] * 4
    assert vote == accepted(field, paper, 3)
    assert change == say("kk", "sms_changed", choice="№2 Project 2")
    assert (repeated, field.outcome("again")) == ("", "repeated")
    assert field.says(VOTER, "ТІЗІМ")
    assert field.votes(paper) == {(2,): 1}


def test_joining_is_acknowledged_beyond_six_answers_too(sqlite_field: Field) -> None:
    open_vote(sqlite_field)
    (slip,) = printed(sqlite_field, 1)
    answered = [bool(sqlite_field.says(STRANGER, "ТІЗІМ")) for _ in range(7)]

    assert answered[-1] is False
    assert sqlite_field.says(STRANGER, f"ТІРКЕЛУ {slip}") == say("kk", "sms_joined", area="Area 7")


def test_a_change_to_the_same_choice_is_no_change_and_within_the_budget(sqlite_field: Field) -> None:
    field, paper = sqlite_field, open_vote(sqlite_field)
    field.sms(VOTER, "3")
    field.replies(VOTER)

    told = [field.says(VOTER, "ӨЗГЕРТУ 3") for _ in range(8)]

    assert told == [say("kk", "sms_changed", choice="№3 Project 3")] * 6 + ["", ""]
    assert field.votes(paper) == {(3,): 1}


def test_a_flood_from_one_phone_is_taken_and_six_replies_leave(sqlite_field: Field) -> None:
    open_vote(sqlite_field)

    async def flood() -> set[int]:
        replies = await asyncio.gather(*(sqlite_field.texts(STRANGER, str(number)) for number in range(1, 1001)))
        return {reply.status for reply in replies}

    assert sqlite_field.run(flood()) == {200}
    assert len(sqlite_field.replies(STRANGER)) == 6


def test_a_phone_that_refused_announcements_votes_as_before(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field)

    assert sqlite_field.says(VOTER, "ТОҚТА") == say("kk", "sms_stopped")
    assert sqlite_field.says(VOTER, "3") == accepted(sqlite_field, paper, 3)
    assert sqlite_field.rows("SELECT stopped FROM phone") == [(1,)]


def test_without_an_open_poll_there_is_an_answer(sqlite_field: Field) -> None:
    assert sqlite_field.says(VOTER, "3")
    assert sqlite_field.says(OTHER, "ТІЗІМ") == say("kk", "sms_nothing_now")
    assert sqlite_field.ussd(VOTER, "s1", "7*3").startswith("CON ")


FIRST_WORDS = ("3", "ТІЗІМ", "hello?", "нет", "ТІРКЕЛУ 123456789", "", "482 177 3529", "5 не 3")


def test_two_gateways_wired_to_each_other_fall_silent(sqlite_home: Home, tmp_path: Path) -> None:
    neighbour = create_home(tmp_path / "neighbour", os.urandom, MADE, defaults=True)
    gateways = [Field(sqlite_home), Field(neighbour)]
    numbers = [phone(1), phone(2)]
    for gateway in gateways:
        open_vote(gateway, voters=1)  # the one knows the other as a voter, and not the other way round

    said: dict[str, int] = {}
    for text in (*FIRST_WORDS, *(PHRASES[language]["sms_list_more"] for language in LANGUAGES)):
        turn, heard = 0, text
        while heard is not None and said.get(text, 0) < 10:
            asked, speaker = gateways[turn % 2], numbers[(turn + 1) % 2]
            replies = asked.says(speaker, heard)
            said[text] = said.get(text, 0) + bool(replies)
            heard, turn = replies or None, turn + 1
        for gateway in gateways:
            gateway.now += timedelta(hours=1)

    assert max(said.values()) <= 3
    for gateway in gateways:
        gateway.close()
    neighbour.close()
