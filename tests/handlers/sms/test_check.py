"""A villager asks whether a vote has arrived."""

from datetime import timedelta

import pytest

from ballots.model import Area, AreaKind, PollId
from handlers.segments import fits_sms
from tests.papers import AUL, CLOSES, aul_paper, district_paper
from tests.village import Village
from tests.villages import VILLAGES

PHONE, STRANGER = "+77010000001", "+77000000001"


def test_a_stranger_reads_where_to_get_a_slip() -> None:
    assert "талон" in VILLAGES["aul"]().sms(STRANGER, "ТЕКСЕРУ")


def test_where_nothing_is_on_a_resident_reads_that() -> None:
    assert VILLAGES["nothing"]().sms(PHONE, "ТЕКСЕРУ").startswith("Қазір дауыс беру жоқ")


def test_a_receipt_tells_anyone_that_its_vote_is_counted_and_never_for_what() -> None:
    village = VILLAGES["aul"]()
    receipt = village.sms(PHONE, "голос 3").split("Квитанция ")[1]
    village.mix()

    assert village.sms(STRANGER, f"проверить {receipt}") == "Голос учтён 02.05."


def test_a_phone_on_many_rolls_reads_as_many_lines_as_one_part_holds() -> None:
    papers = [district_paper(area=Area(code, AreaKind.AUL, AUL.names), poll=PollId(code)) for code in range(8, 13)]
    village = Village((aul_paper(), *papers), {code: [PHONE] for code in range(7, 13)})

    lines = village.sms(PHONE, "ТЕКСЕРУ").split("\n")

    assert lines[:2] == ["7: Дауыс әлі түскен жоқ", "8: Дауыс әлі түскен жоқ"]
    assert len(lines) < 6


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(0), "Дауыс растауды күтіп тұр."),  # a text sent in time may still confirm it
        (timedelta(minutes=30), "Дауыс расталмады, есепке алынбады."),
    ],
    ids=["within the grace", "after it"],
)
def test_a_vote_that_was_not_confirmed_expires_with_the_grace(after: timedelta, said: str) -> None:
    village = Village((aul_paper(confirm_sms=True, grace=timedelta(minutes=30)),), {7: [PHONE]})
    village.sms(PHONE, "Дауыс 3")
    village.at = CLOSES + after

    assert said == village.sms(PHONE, "ТЕКСЕРУ")


def test_a_counted_vote_is_told_with_the_day_of_its_batch_not_of_the_vote() -> None:
    village = VILLAGES["aul"]()
    village.sms(PHONE, "голос 3")
    village.at += timedelta(days=1)
    village.mix()

    assert village.sms(PHONE, "проверить") == "Голос учтён 03.05. Квитанция 482 177 3525."


def test_a_receipt_that_two_polls_drew_is_told_for_both() -> None:
    village = VILLAGES["district"]()
    village.sms(PHONE, "голос 3")
    village.casts = 0
    village.sms(PHONE, "голос 101")
    village.mix()

    assert village.sms(STRANGER, "проверить 482 177 3525") == "7: Голос учтён 02.05\n40: Голос учтён 02.05"


@pytest.mark.parametrize(("vote", "check"), [("Дауыс 3", "ТЕКСЕРУ"), ("голос 3", "проверить"), ("vote 3", "check")])
def test_in_a_rehearsal_the_longest_answer_says_so_and_fits_one_part(vote: str, check: str) -> None:
    village = VILLAGES["rehearsal"]()
    village.sms(PHONE, vote)
    village.spoil(PHONE)
    village.mix()

    said = village.sms(PHONE, check)

    assert said.startswith(("СЫНАҚ. Дауыс ашылмады.", "ПРОБА. Голос не открылся", "REHEARSAL. Your vote could not"))
    assert fits_sms(said)
