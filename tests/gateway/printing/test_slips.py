"""Slips on paper: the number for a resident, the mark for the office, and how to use it in two languages."""

from dataclasses import replace

import pytest

from ballots import slips as numbers
from gateway.demo_aul import AUL
from gateway.errors import Unfit
from gateway.printing.slips import ON_A_PAGE, SlipSheets, slip_sheets
from gateway.slips import Slip
from tests.gateway.printing.conftest import check, page_count, read, said

MADE = tuple(Slip(numbers.show(numbers.make(number)), f"MARK-{number:04d}") for number in range(13))
FACTS = SlipSheets(AUL, "жиын 2 мамыр", MADE, "44135", "*384*44135#", ("kk", "ru"))


def test_every_slip_has_its_number_and_how_to_use_it() -> None:
    sheet = slip_sheets(FACTS)

    check(sheet)
    told = said(sheet)
    for slip in MADE:
        assert f"44135 нөміріне SMS жіберіңіз: ТІРКЕЛУ {slip.number}" in told
        assert f"Отправьте SMS на 44135: РЕГИСТРАЦИЯ {slip.number}" in told
        assert told.count(slip.mark) == 1
    assert "Немесе *384*44135# теріп, «Дауыс беру», сосын «Талон нөмірі» таңдаңыз." in told


def test_six_slips_are_cut_from_a_page() -> None:
    pages = read(slip_sheets(FACTS)).pages

    assert [page.extract_text().count("ТІРКЕЛУ") for page in pages] == [ON_A_PAGE, ON_A_PAGE, 1]
    assert "жиын 2 мамыр" in pages[2].extract_text()


def test_without_ussd_only_the_sms_is_told() -> None:
    assert "*384*" not in said(slip_sheets(replace(FACTS, service_code="")))


def test_a_long_name_of_an_aul_does_not_push_slips_off_their_lines() -> None:
    long = replace(AUL, names={"kk": "Ақбұлақ ауылдық округінің " * 6, "ru": "Акбулакский сельский округ " * 6})

    assert page_count(slip_sheets(replace(FACTS, area=long))) == 3


def test_a_slip_has_room_for_two_languages() -> None:
    with pytest.raises(Unfit, match="2 languages"):
        slip_sheets(replace(FACTS, languages=("kk", "ru", "en")))
