"""When a vote counts: by its arrival, by the operator's time within the grace, and beside a close."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from gateway import mixing
from handlers.phrases import say
from tests.gateway.conversation.talking import (
    OTHER,
    SECOND,
    VOTER,
    accepted,
    open_vote,
    speaks,
)
from tests.gateway.field import LATER, VOTING, Field, phone
from tests.gateway.store.villages import CLOSES, OPENS

INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "sent_at", "phrase"),
    [
        pytest.param(OPENS - INSTANT, None, "not_voting_yet", id="an instant before opening"),
        pytest.param(OPENS - SECOND, OPENS, "not_voting_yet", id="before opening, whatever the operator's clock says"),
        pytest.param(OPENS, None, "sms_accepted", id="the opening instant"),
        pytest.param(OPENS, OPENS - SECOND * 90, "sms_accepted", id="sent before opening, arrived at it"),
        pytest.param(VOTING, OPENS - timedelta(days=9), "sms_accepted", id="sent days before opening"),
        pytest.param(VOTING, VOTING + timedelta(days=1), "sms_accepted", id="sent tomorrow"),
        pytest.param(CLOSES - INSTANT, None, "sms_accepted", id="an instant before closing"),
        pytest.param(CLOSES, None, "voting_over", id="the closing instant, without the operator's time"),
        pytest.param(CLOSES, CLOSES - SECOND, "sms_accepted", id="sent before the closing instant, arrived at it"),
        pytest.param(CLOSES, CLOSES, "voting_over", id="sent at the closing instant"),
        pytest.param(CLOSES + timedelta(minutes=30), CLOSES - SECOND, "sms_accepted", id="late, inside the grace"),
        pytest.param(CLOSES + timedelta(minutes=30), None, "voting_over", id="late, without the operator's time"),
        pytest.param(CLOSES + timedelta(minutes=30), CLOSES + SECOND, "voting_over", id="late, sent after closing"),
        pytest.param(CLOSES + timedelta(minutes=30), OPENS - SECOND, "voting_over", id="late, sent before opening"),
        pytest.param(LATER - INSTANT, CLOSES - SECOND, "sms_accepted", id="the last instant of the grace"),
        pytest.param(LATER, CLOSES - SECOND, "voting_over", id="the end of the grace"),
        pytest.param(LATER + timedelta(days=400), OPENS, "voting_over", id="a year later"),
    ],
)  # fmt: skip
def test_when_a_vote_counts(sqlite_field: Field, at: datetime, sent_at: datetime | None, phrase: str) -> None:
    field = sqlite_field
    paper = open_vote(field, grace_seconds=3600)
    field.now = at

    said = field.says(VOTER, "3", date=sent_at.strftime("%Y-%m-%dT%H:%M:%SZ") if sent_at else "")

    assert speaks(phrase, said)
    assert sum(field.votes(paper).values()) == (phrase == "sms_accepted")
    field.invariants()


@pytest.mark.parametrize("date", ["", "soon", "2026-05-20", "1970-01-01 00:00:00"])
def test_without_an_operators_time_there_is_no_grace(sqlite_field: Field, date: str) -> None:
    paper = open_vote(sqlite_field, grace_seconds=3600)
    sqlite_field.now = CLOSES

    sqlite_field.sms(VOTER, "3", id="a", date=date)

    assert sqlite_field.outcome("a") == "refused"
    assert not sqlite_field.votes(paper)


def test_a_phone_that_voted_in_time_and_asks_again_late_is_told_so(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field)
    sqlite_field.sms(VOTER, "3")
    sqlite_field.now = LATER

    assert sqlite_field.says(VOTER, "3") == accepted(sqlite_field, paper, 3)
    assert "аяқталды" in sqlite_field.says(VOTER, "ӨЗГЕРТУ 2")
    assert sqlite_field.votes(paper) == {(3,): 1}


def test_grace_is_for_messages_and_not_for_screens(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field, grace_seconds=3600)
    sqlite_field.now = CLOSES - SECOND
    assert say("kk", "ussd_decide") in sqlite_field.ussd(VOTER, "s1", "7*3")
    sqlite_field.now = CLOSES

    assert say("kk", "ussd_voting_over") in sqlite_field.ussd(VOTER, "s1", "7*3*1")
    assert say("kk", "ussd_voting_over") in sqlite_field.ussd(OTHER, "s2", "7*3")
    assert not sqlite_field.votes(paper)


def test_an_early_close_has_no_grace_and_takes_no_more_votes(field: Field) -> None:
    paper = open_vote(field, grace_seconds=3600)
    field.sms(VOTER, "3")
    assert field.ussd(OTHER, "s1", "7*2").startswith("CON ")

    mixing.close(field.home, paper.poll, field.now, "operator", early=True)
    field.sms(phone(3), "3", id="late", date=(field.now - SECOND).strftime("%Y-%m-%d %H:%M:%S"))
    screen = field.ussd(OTHER, "s1", "7*2*1")

    assert field.outcome("late") == "refused"
    assert say("kk", "ussd_voting_over") in screen
    assert field.votes(paper) == {(3,): 1}
    field.invariants()


def test_no_vote_that_was_acknowledged_falls_behind_a_close(field: Field) -> None:
    voters = [phone(number) for number in range(1, 61)]
    paper = open_vote(field, voters=60)

    async def vote_while_it_closes() -> None:
        closing = asyncio.create_task(
            asyncio.to_thread(mixing.close, field.home, paper.poll, field.now, "operator", early=True)
        )
        for some in range(0, 60, 6):
            await asyncio.gather(*(field.texts(voter, "3", id=voter) for voter in voters[some : some + 6]))
        await closing

    field.run(vote_while_it_closes())

    outcomes = Counter(field.outcome(voter) for voter in voters)
    assert outcomes.keys() <= {"accepted", "refused"}
    assert field.rows("SELECT count(*) FROM pending_ballot") == [(0,)]
    assert field.rows("SELECT count(*) FROM ballot") == [(outcomes["accepted"],)]
    field.invariants()
