"""What is refused: choices that cannot be made, phones on no roll."""

import pytest

from gateway.store import proposals
from handlers.phrases import say
from tests.gateway.conversation.talking import OTHER, STRANGER, VOTER, accepted, open_vote
from tests.gateway.field import Field


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
