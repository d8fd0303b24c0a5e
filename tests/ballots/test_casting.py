from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import casting
from ballots.errors import BadPlaintext, NoSuchNumber, OverBudget, StrayNumber, TooFew, TooMany, Withdrawn
from ballots.model import BallotForm
from tests.ballots.papers import paper, proposal

AT = datetime(2026, 5, 2, 9, 0, 0, tzinfo=UTC)
CHOICES = st.sets(st.integers(1, 127)).map(lambda numbers: tuple(sorted(numbers)))


def test_numbers_are_put_in_order_once_each():
    assert casting.normalise([5, 3, 5, 1]) == (1, 3, 5)


@pytest.mark.parametrize(
    ("rules", "choices", "refusal", "facts"),
    [
        pytest.param({}, (4,), NoSuchNumber, {"number": 4}, id="a number that is not on the paper"),
        pytest.param({}, (1, 3), Withdrawn, {"number": 3}, id="a proposal that was taken back"),
        pytest.param({"max_choices": 1}, (1, 2), TooMany, {"limit": 1, "chosen": 2}, id="more than the limit"),
        pytest.param(
            {"form": BallotForm.CHOOSE_1, "max_choices": 5}, (1, 2), TooMany, {"limit": 1, "chosen": 2}, id="choose-1"
        ),
        pytest.param({"min_choices": 2}, (1,), TooFew, {"limit": 2, "chosen": 1}, id="fewer than the limit"),
        pytest.param({}, (), TooFew, {"limit": 1, "chosen": 0}, id="nothing at all"),
        pytest.param(
            {"form": BallotForm.KNAPSACK, "max_cost": 299}, (1, 2), OverBudget, {"cost": 300, "limit": 299}, id="costs"
        ),
        pytest.param(
            {"form": BallotForm.KNAPSACK, "budget": 250}, (1, 2), OverBudget, {"cost": 300, "limit": 250}, id="budget"
        ),
    ],
)
def test_an_invalid_ballot_is_refused_with_the_facts(rules, choices, refusal, facts):
    asked = paper(proposal(1, 100), proposal(2, 200), proposal(3, withdrawn=True), **rules)

    with pytest.raises(refusal) as refused:
        casting.check(asked, choices)

    assert refused.value.facts == facts


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({}, id="approval"),
        pytest.param({"max_cost": 1}, id="approval does not look at costs"),
        pytest.param({"form": BallotForm.KNAPSACK, "max_cost": 300}, id="knapsack filled to the brim"),
    ],
)
def test_a_valid_ballot_passes(rules):
    casting.check(paper(proposal(1, 100), proposal(2, 200), **rules), (1, 2))


@given(CHOICES)
def test_choices_come_back_from_their_127_bytes(choices):
    cells = casting.encode(choices)

    assert len(cells) == 127
    assert casting.decode(cells) == choices


@pytest.mark.parametrize("number", [0, 128, -1])
def test_only_numbers_from_1_to_127_have_a_byte(number):
    with pytest.raises(StrayNumber):
        casting.encode((number,))


@pytest.mark.parametrize(
    "cells", [bytes(126), bytes(128), b"", bytes(126) + b"\x02"], ids=["short", "long", "empty", "a byte of 2"]
)
def test_other_bytes_are_no_ballot(cells):
    with pytest.raises(BadPlaintext):
        casting.decode(cells)


@given(CHOICES, st.integers(0, 2**64 - 1))
def test_a_plaintext_has_135_bytes_and_gives_back_choices_and_precedence(choices, weight):
    plaintext = casting.write_plaintext(choices, weight)

    assert len(plaintext) == casting.PLAINTEXT_BYTES == 135
    assert casting.read_plaintext(plaintext) == (choices, weight)


def test_a_plaintext_of_another_length_is_refused():
    with pytest.raises(BadPlaintext, match="134"):
        casting.read_plaintext(bytes(134))


def test_precedence_is_one_bit_change_39_bits_seconds_24_bits_of_the_id():
    weight = casting.precedence(datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC), "abc", change=True)

    # printf abc | sha256sum -> ba7816…
    assert weight == (1 << 63) | (2 << 24) | 0xBA7816


def test_a_change_beats_a_plain_vote_that_was_sent_later():
    vote = casting.precedence(AT + timedelta(days=9), "b", change=False)
    change = casting.precedence(AT, "a", change=True)

    assert change > vote


def test_the_later_of_two_changes_wins_in_every_order_of_arrival():
    changes = [casting.precedence(AT + timedelta(seconds=s), f"id{s % 2}", change=True) for s in (0, 1, 1, 2)]

    assert {max(order) for order in permutations(changes)} == {changes[-1]}


@pytest.mark.parametrize("year", [1969, 1])
def test_no_vote_is_sent_before_1970(year):
    with pytest.raises(ValueError, match="no vote is sent"):
        casting.precedence(datetime(year, 1, 1, tzinfo=UTC), "a", change=False)


def test_a_time_without_a_zone_is_an_error_of_ours():
    with pytest.raises(TypeError):
        casting.precedence(AT.replace(tzinfo=None), "a", change=False)
