"""What a villager's message does, from the raw call to the database and back: votes, changes, slips, screens."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballots import receipts
from ballots.model import Choices, Paper, Standing
from gateway import mixing
from gateway.home import Home, create_home
from gateway.store import areas, audit, ballots, proposals, slips, states
from gateway.store.writer import CannotCommit
from handlers.phrases import LANGUAGES, PHRASES, say
from tests.gateway.field import LATER, NAME, VOTING, Field, Reply, phone
from tests.gateway.store.villages import CLOSES, OPENS, ROUND, aul, opened
from tests.homes import MADE

VOTER, OTHER, STRANGER = phone(1), phone(2), phone(999)
TODAY = "02.05"


def open_vote(field: Field, voters: int = 3, **more: Any) -> Paper:
    """An aul with an open vote and phones 1 to `voters` on its roll."""
    aul(field.home)
    paper = opened(field.home, **more)
    field.enrol(*(phone(number) for number in range(1, voters + 1)))
    return paper


def accepted(field: Field, paper: Paper, number: int, voter: str = VOTER) -> str:
    """What the phone is told of its vote."""
    shown = receipts.show(field.receipt(paper, voter))
    return say("kk", "sms_accepted", choice=f"№{number} Project {number}", receipt=shown)


def speaks(phrase: str, said: str) -> bool:
    """Is this the sentence, whatever stands in its blanks?"""
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(PHRASES["kk"][phrase])), said) is not None


def mixed(field: Field, paper: Paper, voters: Sequence[str]) -> list[str]:
    """A daily mix; the phones whose votes were opened."""
    assert mixing.mix(field.home, paper.poll, "2026-05-02", field.now)
    return [voter for voter in voters if (field.standing(paper, voter) or [None])[0] is Standing.MIXED]


# votes by SMS


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


SECOND = timedelta(seconds=1)
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


@pytest.mark.parametrize(
    ("text", "phrase", "facts"),
    [
        pytest.param("9", "no_such_number", {"number": 9}, id="an unknown number"),
        pytest.param("3 9", "no_such_number", {"number": 9}, id="an unknown number beside a known one"),
        pytest.param("1 3 4", "too_many", {"limit": 2}, id="too many numbers"),
        pytest.param("2", "withdrawn", {"number": 2}, id="a proposal that was taken back"),
        pytest.param("1 2", "withdrawn", {"number": 2}, id="a proposal that was taken back, beside another"),
        pytest.param("8*3", "sms_ask_number", {}, id="an aul that is not there"),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_made_is_refused(
    sqlite_field: Field, text: str, phrase: str, facts: dict[str, object]
) -> None:
    paper = open_vote(sqlite_field, numbers=range(1, 5), form="approval", max_choices=2)
    with sqlite_field.home.store.transaction() as tx:
        proposals.withdraw(tx, paper.cycle, 2, "built already")

    assert sqlite_field.says(VOTER, text) == say("kk", phrase, **facts)
    assert not sqlite_field.votes(paper)


def test_a_choice_over_the_budget_is_refused_and_at_the_budget_taken(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field, form="knapsack", max_choices=3, max_cost=9_000_000)

    refused = sqlite_field.says(VOTER, "1 2 3")
    sqlite_field.sms(VOTER, "2 1")

    assert refused == say("kk", "over_budget", cost="13 500 000", limit="9 000 000")
    assert sqlite_field.votes(paper) == {(1, 2): 1}


def test_a_vote_for_what_was_taken_back_later_still_stands(sqlite_field: Field) -> None:
    field = sqlite_field
    paper = open_vote(field)
    field.sms(VOTER, "2")
    with field.home.store.transaction() as tx:
        proposals.withdraw(tx, paper.cycle, 2, "built already")

    assert field.says(OTHER, "2") == say("kk", "withdrawn", number=2)
    assert field.votes(paper) == {(2,): 1}


def test_a_phone_that_is_not_on_the_roll_is_told_where_to_get_a_slip(sqlite_field: Field) -> None:
    paper = open_vote(sqlite_field)

    assert sqlite_field.says(STRANGER, "3") == say("kk", "not_on_roll")
    assert sqlite_field.says(STRANGER, "ӨЗГЕРТУ 3") == say("kk", "not_on_roll")
    assert say("kk", "ussd_decide") not in sqlite_field.ussd(STRANGER, "s1", "7*3")
    assert not sqlite_field.votes(paper)


def test_a_roll_may_grow_while_voting_is_open(sqlite_field: Field) -> None:
    field = sqlite_field
    paper = open_vote(field)
    assert field.says(STRANGER, "3") == say("kk", "not_on_roll")

    field.enrol(STRANGER)

    assert field.says(STRANGER, "3") == accepted(field, paper, 3, STRANGER)


def test_one_phone_has_one_vote_however_its_number_is_written(field: Field) -> None:
    paper = open_vote(field)
    spellings = ["+77000000001", "77000000001", "87000000001", "0077000000001", "+7 700 000 00 01", "8(700)0000001"]

    for message, sender in enumerate(spellings):
        field.sms(sender, str(message % 3 + 1), id=f"m{message}")
    screen = field.ussd("87000000001", "s1", "7*2")

    assert field.votes(paper) == {(1,): 1}
    assert len(field.rows("SELECT * FROM participation")) == 1
    assert say("kk", "ussd_already_voted") in screen or say("kk", "ussd_decide") in screen
    field.invariants()


# slips


def printed(field: Field, how_many: int = 2) -> list[str]:
    """Slips of area 7."""
    with field.home.store.transaction() as tx:
        drawn = slips.draw(tx, field.home.keys, ROUND, how_many, field.home.randomness)
        slips.keep(tx, ROUND, areas.by_code(tx, 7).id, "gathering", list(drawn))
    return list(drawn.values())


def test_a_slip_admits_one_phone_and_that_phone_votes(field: Field) -> None:
    paper = open_vote(field)
    first, second = printed(field)

    joined = field.says(STRANGER, f"ТІРКЕЛУ {first[:4]}-{first[4:8]}-{first[8]}")
    again = field.says(STRANGER, f"ТІРКЕЛУ {first}")
    spare = field.says(STRANGER, f"ТІРКЕЛУ {second}")
    spent = field.says(phone(998), f"ТІРКЕЛУ {first}")

    assert joined == say("kk", "sms_joined", area="Area 7")
    assert again == spare == say("kk", "sms_joined_before")
    assert spent == say("kk", "sms_slip_spent")
    assert field.says(STRANGER, "3") == accepted(field, paper, 3, STRANGER)
    assert field.says(phone(998), "3") == say("kk", "not_on_roll")
    assert field.rows("SELECT count(*) FROM slip WHERE state = 'spent'") == [(1,)]


def test_two_phones_with_one_slip_at_the_same_instant_are_one_voter(field: Field) -> None:
    open_vote(field)
    (slip,) = printed(field, 1)
    crowd = [phone(number) for number in range(900, 908)]

    async def join() -> None:
        await asyncio.gather(*(field.texts(sender, f"ТІРКЕЛУ {slip}", id=sender) for sender in crowd))

    field.run(join())

    assert Counter(field.outcome(sender) for sender in crowd) == {"joined": 1, "refused": 7}
    assert field.rows("SELECT count(*) FROM roll WHERE method = 'slip'") == [(1,)]


def test_after_five_wrong_slips_only_the_office_helps(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    (slip,) = printed(field, 1)

    told = [field.says(STRANGER, f"ТІРКЕЛУ {number:08d}{0}") for number in range(5)]
    right = field.says(STRANGER, f"ТІРКЕЛУ {slip}")

    assert told[:4] == [say("kk", "sms_slip_wrong", tries=left) for left in (4, 3, 2, 1)]
    assert told[4] == say("kk", "sms_slip_office")
    assert right == say("kk", "sms_slip_locked")
    assert say("kk", "sms_joined", area="Area 7") == field.says(phone(998), f"ТІРКЕЛУ {slip}")


def test_fifty_wrong_slips_pause_joining_in_the_aul_and_the_log_says_so(field: Field) -> None:
    open_vote(field)
    (slip,) = printed(field, 1)

    async def guess() -> None:
        await asyncio.gather(*(field.texts(phone(500 + number // 5), f"ТІРКЕЛУ {number:08d}0") for number in range(50)))

    field.run(guess())
    paused = field.says(phone(998), f"ТІРКЕЛУ {slip}")
    field.now += timedelta(days=1)

    assert paused == field.says(phone(998), f"ТІРКЕЛУ {slip}") == say("kk", "sms_slip_locked")
    with field.home.store.reading() as tx:
        acts = [signed.link.entry for signed in audit.entries(tx) if signed.link.entry["act"] == "pause joining"]
    assert [act["facts"] for act in acts] == [{"area": 7, "day": "2026-05-02"}]
    field.invariants()


def test_a_slip_is_keyed_in_by_ussd_too(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    (slip,) = printed(field, 1)

    way = ""
    for key in ("", "1", "1", "1", slip):
        way = f"{way}*{key}" if way else key
        screen = field.ussd(STRANGER, "s1", way)

    assert say("kk", "ussd_joined") in screen
    assert field.rows("SELECT count(*) FROM roll WHERE method = 'slip'") == [(1,)]


# votes that wait for their phone


def digits(text: str) -> str:
    """The two digits in a reply."""
    found = re.findall(r"(?<![\d*])\d\d(?![\d*#])", text)
    assert len(found) == 1, text
    return str(found[0])


def wrong(right: str) -> str:
    """Two other digits that are no proposal's number."""
    return "98" if right != "98" else "97"


def test_a_held_vote_counts_once_its_digits_come_back(field: Field) -> None:
    paper = open_vote(field, confirm_sms=True)

    asked = digits(field.says(VOTER, "3"))
    held = (field.standing(paper, VOTER), field.votes(paper))
    told = field.says(VOTER, asked, id="a")

    assert held == ((Standing.HELD, "sms"), {})
    assert told == accepted(field, paper, 3)
    assert field.says(VOTER, asked, id="a") == ""
    assert field.says(VOTER, asked) == told
    assert field.votes(paper) == {(3,): 1}
    field.invariants()


def test_a_held_vote_is_confirmed_by_dialling(field: Field) -> None:
    paper = open_vote(field, confirm_sms=True)
    field.sms(VOTER, "3")

    shown = field.ussd(VOTER, "s1", "7")
    end = field.ussd(VOTER, "s1", "7*1")

    assert say("kk", "ussd_your_sms") in shown
    assert "№3" in shown
    assert end.startswith("END ")
    assert (field.standing(paper, VOTER), field.votes(paper)) == ((Standing.PENDING, "sms"), {(3,): 1})
    assert field.ussd(VOTER, "s1", "7*1") == end


def test_a_held_vote_gives_way_to_one_by_ussd(field: Field) -> None:
    paper = open_vote(field, confirm_sms=True)
    asked = digits(field.says(VOTER, "3"))

    field.ussd(VOTER, "s1", "7*2")
    assert field.ussd(VOTER, "s1", "7*2*1").startswith("END ")
    field.sms(VOTER, asked)

    assert (field.standing(paper, VOTER), field.votes(paper)) == ((Standing.PENDING, "ussd"), {(2,): 1})
    field.invariants()


def test_digits_of_an_older_held_vote_confirm_no_newer_one(sqlite_field: Field) -> None:
    field, paper = sqlite_field, open_vote(sqlite_field, confirm_sms=True)
    older = digits(field.says(VOTER, "3"))
    newer = digits(field.says(VOTER, "2"))
    if older == newer:  # one in ninety
        newer = digits(field.says(VOTER, "1"))

    field.sms(VOTER, older)
    before = field.votes(paper)
    field.sms(VOTER, newer)

    assert not before
    assert sum(field.votes(paper).values()) == 1


def test_after_three_wrong_tries_only_the_phone_itself_confirms_also_a_newer_vote(sqlite_field: Field) -> None:
    field, paper = sqlite_field, open_vote(sqlite_field, confirm_sms=True)
    asked = digits(field.says(VOTER, "3"))

    told = [field.says(VOTER, wrong(asked)) for _ in range(3)]
    late = field.says(VOTER, asked)
    newer = field.says(VOTER, "2")

    by_dial = say("kk", "sms_confirm_dial", dial="*384*44135*7#")
    assert told == [*(say("kk", "sms_confirm_wrong", tries=left) for left in (2, 1)), by_dial]
    assert late == newer == by_dial
    assert not field.votes(paper)
    field.ussd(VOTER, "s1", "7")
    assert field.ussd(VOTER, "s1", "7*1").startswith("END ")
    assert field.votes(paper) == {(2,): 1}


def test_a_held_vote_expires_at_closing(field: Field) -> None:
    paper = open_vote(field, confirm_sms=True, mix_min=1)
    asked = digits(field.says(VOTER, "3"))
    field.now = CLOSES

    assert "аяқталды" in field.says(VOTER, asked)
    assert say("kk", "ussd_voting_over") in field.ussd(VOTER, "s1", "7") + field.ussd(VOTER, "s1", "7*1")
    mixing.close(field.home, paper.poll, field.now, "box")
    assert field.rows("SELECT count(*) FROM pending_ballot") == [(0,)]
    assert not field.votes(paper)


def test_a_confirmed_vote_is_changed_by_dialling_alone(sqlite_field: Field) -> None:
    field, paper = sqlite_field, open_vote(sqlite_field, confirm_sms=True)
    field.sms(VOTER, digits(field.says(VOTER, "3")))

    assert field.says(VOTER, "ӨЗГЕРТУ 2") == say("kk", "sms_change_dial", dial="*384*44135*7#")
    assert field.votes(paper) == {(3,): 1}


# languages, help, budgets, robots


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


# screens


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
