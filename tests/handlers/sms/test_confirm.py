"""A vote by SMS that its handset must confirm."""

from dataclasses import replace

import pytest

from ballots.model import PollId, Standing
from handlers.messages import Cast, Confirm, InboundSms, Outcome, WrongConfirm
from handlers.sms import answer
from tests.papers import CLOSES, aul_paper, district_paper
from tests.village import Village
from tests.villages import VILLAGES

PHONE = "+77010000001"


@pytest.fixture
def village() -> Village:
    village = VILLAGES["confirm"]()
    village.sms(PHONE, "3")
    return village


def standing(village: Village) -> Standing:
    return village.votes[PollId(1), PHONE].standing


def test_a_vote_is_held_until_it_is_confirmed(village: Village) -> None:
    assert village.turns[-1].outcome is Outcome.HELD
    assert village.turns[-1].echo is None
    assert standing(village) is Standing.HELD


@pytest.mark.parametrize(
    ("vote", "said"),
    [
        ("Дауыс 3", "СЫНАҚ. Дауысыңызды растау үшін 47 деп жіберіңіз."),
        ("Dauys 3", "SYNAQ. Dauysynyzdy rastau ushin 47 dep jiberiniz."),
        ("голос 3", "ПРОБА. Чтобы подтвердить голос, отправьте 47."),
        ("vote 3", "REHEARSAL. To confirm your vote send 47."),
    ],
)
def test_in_a_rehearsal_the_invitation_says_so(vote: str, said: str) -> None:
    assert VILLAGES["confirm-in-a-rehearsal"]().sms(PHONE, vote) == said


@pytest.mark.parametrize("text", ["47", "47.", "№47", "иә 47", "растау 47", "да, 47", "yes 47", "подтверждаю 47"])
def test_its_two_digits_confirm_it(village: Village, text: str) -> None:
    village.sms(PHONE, text)

    assert village.turns[-1].outcome is Outcome.CONFIRMED
    assert standing(village) is Standing.PENDING


@pytest.mark.parametrize("text", ["47", "иә 47"])
def test_digits_that_confirmed_before_are_answered_as_the_first_time(village: Village, text: str) -> None:
    first = village.sms(PHONE, "47")

    assert village.sms(PHONE, text, at=CLOSES) == first
    assert village.turns[-1].outcome is Outcome.REPEATED
    assert not any(isinstance(act, Confirm) for act in village.turns[-1].acts)


def test_digits_of_a_vote_that_is_mixed_are_no_confirmation(village: Village) -> None:
    village.sms(PHONE, "47")
    village.mix()

    assert village.sms(PHONE, "47").startswith("№47 ")


@pytest.mark.parametrize(
    "text", ["не 47", "47?", "47 жоқ", "да", "иә", "растау", "иә 4 7", "иә 147", "7*47", "иә 7*47"]
)
def test_this_does_not_confirm_it(village: Village, text: str) -> None:
    village.sms(PHONE, text)

    assert standing(village) is Standing.HELD
    assert not any(isinstance(act, Confirm) for act in village.turns[-1].acts)


@pytest.mark.parametrize("text", ["48", "07", "растау 48", "иә 12"])
def test_other_digits_cost_a_try(village: Village, text: str) -> None:
    village.sms(PHONE, text)

    assert village.turns[-1].acts[-1:] == (WrongConfirm(PollId(1)),)


def test_two_digits_that_are_a_proposal_are_a_newer_vote(village: Village) -> None:
    village.sms(PHONE, "12")

    assert village.turns[-1].acts == (Cast(PollId(1), (12,), "4821773530", held=True),)


def test_a_newer_vote_has_digits_of_its_own(village: Village) -> None:
    assert "58" in village.sms(PHONE, "1")

    village.sms(PHONE, "47")
    assert standing(village) is Standing.HELD
    village.sms(PHONE, "58")
    assert standing(village) is Standing.PENDING


def test_where_there_are_no_new_digits_a_newer_vote_keeps_those_it_had(village: Village) -> None:
    known = village.known(PHONE)
    known = replace(known, entries=(replace(known.entries[0], new_confirm_digits=""),))

    turn = answer(InboundSms("village", "1", PHONE, "44135", "1", village.at, None), known)

    assert "47" in turn.text
    assert turn.acts == (Cast(PollId(1), (1,), "4821773525", held=True),)


def test_after_three_wrong_tries_the_right_digits_come_too_late(village: Village) -> None:
    for digits in ("48", "49", "50"):
        village.sms(PHONE, digits)

    village.sms(PHONE, "47")

    assert (village.turns[-1].acts, standing(village)) == ((), Standing.HELD)


def test_a_newer_vote_renews_no_tries(village: Village) -> None:
    for digits in ("48", "49", "50"):
        village.sms(PHONE, digits)

    assert "58" not in village.sms(PHONE, "1")
    assert (village.turns[-1].outcome, standing(village)) == (Outcome.HELD, Standing.HELD)
    village.sms(PHONE, "58")
    assert standing(village) is Standing.HELD


def test_a_held_vote_ends_with_the_voting(village: Village) -> None:
    assert "аяқталды" in village.sms(PHONE, "47", at=CLOSES)
    assert standing(village) is Standing.HELD


def test_a_change_of_a_held_vote_is_held_too(village: Village) -> None:
    village.sms(PHONE, "ӨЗГЕРТУ 1")

    assert village.turns[-1].outcome is Outcome.HELD


def test_a_confirmed_vote_is_not_changed_by_a_text_message(village: Village) -> None:
    village.sms(PHONE, "47")
    village.sms(PHONE, "ӨЗГЕРТУ 1")

    assert village.turns[-1].outcome is Outcome.REFUSED
    assert village.tally()[3] == 1


def test_without_digits_a_vote_is_confirmed_by_the_dial() -> None:
    village = VILLAGES["confirm"]()
    village.digits = ("", "")

    assert village.sms(PHONE, "3") == "Растау үшін *384*44135*7# теріңіз."


def test_of_two_held_votes_the_digits_say_which() -> None:
    papers = (aul_paper(confirm_sms=True), district_paper(confirm_sms=True))
    village = Village(papers, {7: [PHONE], 40: [PHONE]})
    village.sms(PHONE, "3")
    village.sms(PHONE, "101")
    known = village.known(PHONE)
    known = replace(known, entries=(known.entries[0], replace(known.entries[1], confirm_digits="48")))

    turn = answer(InboundSms("village", "1", PHONE, "44135", "48", village.at, None), known)

    assert turn.acts == (Confirm(PollId(2)),)
