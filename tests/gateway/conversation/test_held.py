"""Votes that wait for a word of the phone that they name."""

import re

from ballots.model import Standing
from gateway import mixing
from handlers.phrases import say
from tests.gateway.conversation.talking import VOTER, accepted, open_vote
from tests.gateway.field import Field
from tests.gateway.store.villages import CLOSES


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
