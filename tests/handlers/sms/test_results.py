"""Turnout and totals within one part of an SMS."""

from dataclasses import replace

from ballots.model import Area, AreaKind, PollId
from handlers.segments import fits_sms
from tests.papers import APPROVAL, AUL, WATER, aul_paper, district_paper, proposal
from tests.village import Village

PHONES = [f"+770100000{place:02}" for place in range(30)]
LONG = {"kk": "Қ" * 24}


def _voted(*, area: dict[str, str], each: int) -> Village:
    paper = aul_paper(
        replace(APPROVAL, threshold=100),
        area=Area(7, AreaKind.AUL, area),
        proposals=tuple(proposal(number, WATER) for number in range(1, 31)),
    )
    village = Village((paper,), {7: PHONES})
    for place, phone in enumerate(PHONES[: each * 10]):
        village.sms(phone, f"{place % 10 + 1} {place % 10 + 11} {place % 10 + 21}")
    return village


def test_the_most_voted_come_first_and_the_rest_is_a_number() -> None:
    village = _voted(area=AUL.names, each=1)
    village.sms(PHONES[20], "5 6")
    village.close()

    reply = village.sms(PHONES[0], "НӘТИЖЕ")

    assert reply == "Қарауыл: 11 дауыс. №5: 2, №6: 2, №1: 1, №2: 1, №3: 1, №4: 1, +24"
    assert fits_sms(reply)


def test_where_no_total_fits_the_turnout_is_told() -> None:
    village = _voted(area={"kk": "Қ" * 55}, each=1)
    village.close()

    assert village.sms(PHONES[0], "НӘТИЖЕ") == "Қ" * 55 + ": 10 дауыс."


def test_many_polls_are_told_as_far_as_one_part_goes() -> None:
    areas = [Area(code, AreaKind.AUL, LONG) for code in range(8, 13)]
    papers = [district_paper(area=area, poll=PollId(area.code)) for area in areas]
    village = Village(tuple(papers), {area.code: PHONES for area in areas})

    assert village.sms(PHONES[0], "НӘТИЖЕ") == "\n".join(["Қ" * 24 + ": 0 дауыс."] * 2)
