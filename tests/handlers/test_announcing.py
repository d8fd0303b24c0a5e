"""What is announced fits, says how to stop, and is never like a swindler's message."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.announcing import PARTS, Flaw, Ways, flaws, invitation, reminder, results, with_stop
from handlers.messages import Turnout
from handlers.phrases import LANGUAGES
from handlers.segments import sms_parts
from tests.handlers.ussd.phones import long_paper
from tests.papers import aul_paper

WAYS = Ways("*384*44135#", "44135", ussd=True, zone=ZoneInfo("Asia/Almaty"))
DUMB = replace(WAYS, ussd=False)
LONG = "".join("Ш" for _ in range(24))
STOPS = {"kk": "ТОҚТА", "kk-latin": "TOQTA", "ru": "СТОП", "en": "STOP"}


def wide():
    """A paper whose facts are as long as they may be."""
    paper = long_paper(40)
    names = {language: LONG if language in {"kk", "ru"} else "S" * 24 for language in LANGUAGES}
    area = replace(paper.area, code=9999, names=names)
    return replace(paper, area=area, closes_at=datetime(2026, 12, 30, 13, tzinfo=UTC))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", [invitation, reminder], ids=lambda said: said.__name__)
@pytest.mark.parametrize("ways", [WAYS, DUMB], ids=["ussd", "no-ussd"])
def test_a_call_is_two_parts_at_most_and_says_how_to_vote_until_when_and_how_to_stop(language, said, ways):
    text = said(aul_paper(), language, ways)

    assert "44135" in text
    assert "10.05 18:00" in text
    assert STOPS[language] in text
    assert ("*384*44135*7#" in text) == ways.ussd
    assert flaws(text) == ()
    assert sms_parts(text) <= sms_parts(said(wide(), language, ways)) <= PARTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_name_who_was_chosen_or_number_as_many_as_fit(language):
    paper, crowd = wide(), Turnout(99_999, {}, tuple(range(88, 128)))

    few = results(aul_paper(), Turnout(57, {1: 40, 3: 12}, (1, 3)), language)
    many = results(paper, replace(crowd, votes=dict.fromkeys(crowd.funded, 9)), language)

    assert aul_paper().by_number[1].shorts[language] in few
    assert "57" in few
    assert "+" in many
    assert sms_parts(few) <= sms_parts(many) <= PARTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_that_may_not_be_told_are_not_told(language):
    quiet = results(aul_paper(), Turnout(4, None), language)
    none = results(aul_paper(), Turnout(40, {1: 0, 3: 40}, ()), language)

    assert "4" in quiet
    assert quiet != none
    assert aul_paper().by_number[1].shorts[language] not in quiet


def test_a_text_that_says_how_to_stop_is_not_told_so_twice():
    once = with_stop("Ертең жиналыс.", "kk")

    assert once == "Ертең жиналыс. Тоқтату: ТОҚТА"
    assert with_stop(once, "kk") == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ертең клубта жиналыс, сағат 18:00.", ()),
        ("Завтра в 18.05 собрание. Кодекс чести.", ()),
        ("Дауыс беру құпия.", ()),
        ("Две строки\nна экране", ()),
        ("", (Flaw.EMPTY,)),
        ("  ", (Flaw.EMPTY,)),
        ("Тест\a", (Flaw.LINES,)),
        ("Ш" * 201, ()),
        ("Ш" * 202, (Flaw.LONG,)),
        ("см. https://aul.kz", (Flaw.LINK,)),
        ("смотрите AUL.KZ", (Flaw.LINK,)),
        ("смотрите сайт.рф", (Flaw.LINK,)),
        ("SMS-тегі кодыңызды айтыңыз", (Flaw.CODE,)),
        ("сообщите КОД", (Flaw.CODE,)),
        ("tell us the cоde", (Flaw.CODE,)),
        ("Құпия  сөзді жіберіңіз", (Flaw.CODE,)),
        ("введите пароль на bank.kz", (Flaw.LINK, Flaw.CODE)),
    ],
)
def test_what_keeps_a_text_from_phones(text, expected):
    assert flaws(text) == expected
