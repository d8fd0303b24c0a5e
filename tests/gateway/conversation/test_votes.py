"""A vote by text message: counted once, in any order, whatever is delivered again."""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballots.model import Choices
from gateway.store import ballots, states
from handlers.phrases import say
from tests.gateway.conversation.talking import (
    OTHER,
    SECOND,
    TODAY,
    VOTER,
    accepted,
    mixed,
    open_vote,
)
from tests.gateway.field import VOTING, Field, phone


def test_a_vote_is_counted_once_and_answered_once_whatever_is_delivered_again(field: Field) -> None:
    paper = open_vote(field)

    first = field.says(VOTER, "3", id="a")
    again = [field.says(VOTER, "3", id="a"), field.says(VOTER, "2", id="a"), field.says(OTHER, "1", id="a")]
    under_another_id = field.says(VOTER, "дауыс №3", id="b")
    second = field.says(VOTER, "2", id="c")

    assert first == accepted(field, paper, 3)
    assert again == ["", "", ""]
    assert under_another_id == first
    assert second == say("kk", "already_voted", voted_on=TODAY)
    assert [field.outcome(message) for message in "abc"] == ["accepted", "repeated", "refused"]
    assert field.votes(paper) == {(3,): 1}
    field.invariants()


def test_a_vote_costs_one_look_and_one_statement(sqlite_field: Field) -> None:
    open_vote(sqlite_field)
    sqlite_field.sms(OTHER, "3")
    looks: list[str] = []
    writes = set[str]()  # SQLite tells a statement again for each act of its trigger
    sqlite_field.books._reader.raw.set_trace_callback(looks.append)
    sqlite_field.books._writer.set_trace_callback(writes.add)

    sqlite_field.sms(VOTER, "3")

    assert [statement.split()[0] for statement in (*looks, *writes)] == ["SELECT", "INSERT"]


@pytest.mark.parametrize("close", [True, False])
def test_a_vote_made_ready_before_a_close_falls_before_it_or_is_refused(sqlite_field: Field, close: bool) -> None:
    paper = open_vote(sqlite_field)

    async def vote_while_another_writes() -> None:
        with sqlite_field.home.store.transaction() as tx:
            vote = asyncio.create_task(sqlite_field.texts(VOTER, "3", id="late"))
            while not sqlite_field.books._draining:  # noqa: ASYNC110 - it is ready, and waits for the lock
                await asyncio.sleep(0)
            if close:
                assert ballots.close_poll(tx, paper.poll, sqlite_field.now, early=True)
                states.bump_catalogue(tx)
        await vote

    sqlite_field.run(vote_while_another_writes())

    assert sqlite_field.outcome("late") == ("refused" if close else "accepted")
    assert sqlite_field.votes(paper) == ({} if close else {(3,): 1})


def test_replies_that_draw_the_same_id_both_leave(field: Field) -> None:
    paper = open_vote(field)
    same = [b"id!", b"id!"]

    def drawn(length: int) -> bytes:
        return same.pop() if length == 3 and same else os.urandom(length)

    field.conversation._randomness = drawn
    field.sms(VOTER, "3", id="first")
    field.sms(OTHER, "3", id="second")

    assert same == []
    assert [field.outcome(message) for message in ("first", "second")] == ["accepted", "accepted"]
    assert field.votes(paper) == {(3,): 2}
    assert field.rows("SELECT count(*) FROM outbox") == [(2,)]


def test_two_votes_of_one_phone_made_ready_at_once_are_one(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field)

    async def both() -> None:
        await asyncio.gather(*(sqlite_field.texts(VOTER, number, id=number) for number in "12"))

    sqlite_field.run(both())

    assert [sqlite_field.outcome(number) for number in "12"] == ["accepted", "refused"]
    assert sqlite_field.votes(paper) == {(1,): 1}
    sqlite_field.invariants()


def test_after_a_mix_the_same_vote_was_given_already_and_nothing_changes_it(field: Field) -> None:
    voters = [phone(number) for number in range(1, 4)]
    paper = open_vote(field, mix_min=1)
    for voter in voters:
        field.sms(voter, "3", id=voter)
    field.restart()

    final = mixed(field, paper, voters)
    told = [field.says(voter, text) for voter in final for text in ("3", "2", "ӨЗГЕРТУ 2")]
    repeated = field.says(final[0], "2", id=final[0])
    shown = field.ussd(final[0], "s1", "7*2")

    assert len(final) == 2
    assert told == [say("kk", "already_mixed", voted_on=TODAY)] * 6
    assert repeated == ""
    assert say("kk", "ussd_already_voted") in shown
    assert field.votes(paper) == {(3,): 3}
    field.invariants()


def test_a_change_without_a_vote_before_it_is_the_vote(sqlite_field: Field) -> None:
    field = sqlite_field
    paper = open_vote(field)

    assert field.says(VOTER, "ӨЗГЕРТУ 2") == accepted(field, paper, 2)
    assert field.says(VOTER, "3") == say("kk", "already_voted", voted_on=TODAY)
    field.now += SECOND
    assert field.says(VOTER, "ӨЗГЕРТУ 3") == say("kk", "sms_changed", choice="№3 Project 3")
    assert field.votes(paper) == {(3,): 1}
    field.invariants()


Message = tuple[str, str, datetime, bool]  # id, number, the operator's time, is it a change?


def wins(messages: Sequence[Message]) -> Choices:
    """The rule of the house over a list: the change that was sent last, its id deciding between equals; or the vote."""
    best = max(messages, key=lambda sent: (sent[3], sent[2], sha256(sent[0].encode()).digest()[:3]))
    return (int(best[1]),)


NUMBERED = count(1000)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Message], list[int]]:
    """A vote and some changes, and an order in which they arrive, each once or twice."""
    case = next(NUMBERED)
    times = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    numbers = draw(st.lists(st.sampled_from("123"), min_size=len(times) + 1, max_size=len(times) + 1))
    changes = [
        (f"c{case}-{place}", numbers[place], VOTING - timedelta(minutes=10 - minute), True)
        for place, minute in enumerate(times)
    ]
    plain = [(f"v{case}", numbers[-1], VOTING - timedelta(minutes=10), False)] if draw(st.booleans()) else []
    messages = changes + plain
    twice = draw(st.lists(st.integers(0, len(messages) - 1), max_size=3))
    return messages, draw(st.permutations([*range(len(messages)), *twice]))


def test_any_order_of_a_vote_and_its_changes_leaves_the_same_ballot(field: Field) -> None:
    paper = open_vote(field)
    model: dict[str, Choices] = {}

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(deliveries())
    def arrive(case: tuple[list[Message], list[int]]) -> None:
        messages, order = case
        voter = phone(next(NUMBERED))
        field.enrol(voter)
        model[voter] = wins(messages)
        for message, number, sent_at, change in (messages[place] for place in order):
            text = f"ӨЗГЕРТУ {number}" if change else number
            field.sms(voter, text, id=f"{voter}{message}", date=sent_at.strftime("%Y-%m-%d %H:%M:%S"))
        # ids differ from the model's by a prefix that is the same for all of one voter
        model[voter] = wins([(f"{voter}{message}", *rest) for message, *rest in messages])  # type: ignore[misc]
        assert field.choice(paper, voter) == model[voter]

    arrive()

    assert field.votes(paper) == Counter(model.values())
    field.invariants()
