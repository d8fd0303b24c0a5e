"""USSD from the raw hit to the screen: repeated, cut off, restarted, beside SMS."""

import asyncio
from datetime import datetime, timedelta

import pytest

from ballots import receipts
from gateway.home import Home
from gateway.store.writer import CannotCommit
from handlers.phrases import say
from tests.gateway.conversation.talking import OTHER, VOTER, open_vote
from tests.gateway.field import NAME, Field, Reply


def test_a_step_that_is_delivered_twice_shows_the_same_screen(field: Field) -> None:
    paper = open_vote(field)

    ways = ("7*3", "7*3*2", "7*3*2*1", "7*3*2*1*2", "7*3*2*1*2*1")
    screens = [(field.ussd(VOTER, "s1", way), field.ussd(VOTER, "s1", way)) for way in ways]
    end = screens[-1][0]

    assert all(first == again for first, again in screens)
    assert end.startswith("END ")
    assert receipts.show(field.receipt(paper, VOTER)) in end
    assert [field.ussd(VOTER, "s1", way) for way in (ways[-1], ways[-2], ways[-1] + "*1")] == [end] * 3
    assert field.votes(paper) == {(2,): 1}
    field.invariants()


@pytest.mark.parametrize("way", ["7*3", "7*3*1", "7*3*1*1", "7*3**1", "*7*3*1#", "7*3*1*2*1"])
def test_a_first_hit_never_records_a_vote_whatever_it_carries(sqlite_field: Field, way: str) -> None:
    field = sqlite_field
    paper = open_vote(field)

    shown = field.ussd(VOTER, "s1", way)

    assert shown.startswith("CON ")
    assert "№3" in shown
    assert not field.votes(paper)
    assert field.ussd(VOTER, "s1", f"{way}*1").startswith("END ")
    assert field.votes(paper) == {(3,): 1}


@pytest.mark.parametrize(
    "way", ["1", "1*3", "1*3*1", "2*1", "6*3*1", "x", "7x*3*1", "**1", "1" * 400, "٣*1", "-7*3", "7" * 300]
)
def test_a_session_that_nobody_knows_begins_at_the_main_menu(sqlite_field: Field, way: str) -> None:
    paper = open_vote(sqlite_field)

    assert say("kk", "ussd_main").split("\n")[0] in sqlite_field.ussd(VOTER, "s1", way)
    assert not sqlite_field.votes(paper)


def test_a_restart_in_one_session_begins_anew(sqlite_field: Field) -> None:
    field = sqlite_field
    paper = open_vote(field)
    field.ussd(VOTER, "s1", "7*3")

    assert "№2" in field.ussd(VOTER, "s1", "7*2")
    assert field.ussd(VOTER, "s1", "7*2*1").startswith("END ")
    assert field.votes(paper) == {(2,): 1}


def test_a_late_repetition_of_an_earlier_step_costs_no_vote_and_makes_none(field: Field) -> None:
    paper = open_vote(field)
    for way in ("", "1", "1*1", "1*1*3", ""):
        field.ussd(VOTER, "s1", way)

    screen = field.ussd(VOTER, "s1", "1*1*3*1")

    assert screen.startswith("CON ")
    assert not field.votes(paper)


def test_a_process_that_dies_in_mid_dialogue_costs_no_vote_and_makes_none(sqlite_field: Field) -> None:
    field, paper = sqlite_field, open_vote(sqlite_field)
    for way in ("", "1", "1*1", "1*1*3"):
        shown = field.ussd(VOTER, "s1", way)
    assert say("kk", "ussd_decide") in shown

    field.restart()
    lost = field.ussd(VOTER, "s1", "1*1*3*1")

    assert say("kk", "ussd_main") in lost
    assert not field.votes(paper)


def test_several_processes_go_on_with_one_anothers_dialogues(postgresql_home: Home) -> None:
    one = Field(postgresql_home)
    paper = open_vote(one)
    other = Field(postgresql_home)

    for gateway, way in zip((one, other, one, other, one), ("", "1", "1*1", "1*1*3", "1*1*3*1"), strict=True):
        end = gateway.ussd(VOTER, "s1", way)

    assert end.startswith("END ")
    assert other.ussd(VOTER, "s1", "1*1*3*1") == end
    assert one.votes(paper) == {(3,): 1}
    one.close()
    other.close()


def test_who_was_cut_off_goes_on_where_it_was(field: Field) -> None:
    paper = open_vote(field)
    field.ussd(VOTER, "s1", "7*3")
    field.now += timedelta(minutes=4)

    assert say("kk", "ussd_resume") in field.ussd(VOTER, "s2", "")
    assert "№3" in field.ussd(VOTER, "s2", "1")
    assert not field.votes(paper)
    assert field.ussd(VOTER, "s2", "1*1").startswith("END ")
    assert field.votes(paper) == {(3,): 1}


def test_who_was_cut_off_long_ago_begins_anew(sqlite_field: Field) -> None:
    open_vote(sqlite_field)
    sqlite_field.ussd(VOTER, "s1", "7*3")
    sqlite_field.now += timedelta(minutes=5)

    assert say("kk", "ussd_resume") not in sqlite_field.ussd(VOTER, "s2", "")


def test_who_missed_the_last_screen_and_dials_again_sees_that_the_vote_arrived(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    field.ussd(VOTER, "s1", "")
    field.ussd(VOTER, "s1", "1")
    for way in ("1*1", "1*1*3", "1*1*3*1"):
        end = field.ussd(VOTER, "s1", way)
    assert end.startswith("END ")

    assert say("kk", "ussd_voted") in field.ussd(VOTER, "s2", "")


def test_the_same_key_from_two_sessions_of_one_phone_is_one_vote(field: Field) -> None:
    paper = open_vote(field)
    field.ussd(VOTER, "s1", "7*3")

    async def both() -> list[Reply]:
        return await asyncio.gather(*(field.dials(VOTER, "s1", "7*3*1") for _ in range(5)))

    replies = field.run(both())

    assert len({reply.body for reply in replies}) == 1
    assert replies[0].body.startswith("END ")
    assert field.votes(paper) == {(3,): 1}


def test_a_phone_votes_by_one_channel_and_changes_by_the_other(field: Field) -> None:
    paper = open_vote(field)
    field.sms(VOTER, "3")
    field.now += timedelta(minutes=1)

    field.ussd(VOTER, "s1", "7*2")
    assert field.ussd(VOTER, "s1", "7*2*1").startswith(("END ", "CON "))
    by_ussd = field.votes(paper)
    field.now += timedelta(minutes=1)
    field.sms(VOTER, "ӨЗГЕРТУ 1")

    assert sum(by_ussd.values()) == 1
    assert field.votes(paper) == {(1,): 1}
    field.invariants()


class Forgetful:
    """A place for sessions whose database has just gone."""

    async def get(self, phone: bytes, at: datetime) -> None:
        return None

    async def put(self, phone: bytes, dialogue: object) -> None:
        raise CannotCommit("the database is gone")


def test_a_session_that_cannot_be_kept_does_not_deny_what_its_key_did(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    printed_screen = field.ussd(VOTER, "s1", "")
    assert "Русский" in printed_screen
    kept = field.conversation._sessions
    put, kept.put = kept.put, Forgetful().put  # type: ignore[method-assign]

    chosen = field.ussd(VOTER, "s1", "3")
    nothing_done = field.ussd(OTHER, "s2", "")
    kept.put = put  # type: ignore[method-assign]

    assert say("ru", "ussd_main") in chosen
    assert nothing_done == f"END {say('kk', 'ussd_not_taken')}"


def test_a_provider_is_told_nothing_of_the_choice(sqlite_field: Field) -> None:
    open_vote(sqlite_field)

    assert sqlite_field.sms(VOTER, "3", id="a") == Reply(200, "")
    assert sqlite_field.rows("SELECT provider, channel FROM outbox") == [(NAME, "sms")]
