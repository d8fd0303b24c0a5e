"""Lists, help, slips, languages: what is no vote and still wants an answer."""

from dataclasses import replace

import pytest

from ballots.model import Phase
from handlers.messages import Join, Outcome, SetLanguage, Stop
from tests.papers import aul_paper
from tests.village import Phone, Village
from tests.villages import FREE_SLIP, VILLAGES

PHONE, STRANGER = "+77010000001", "+77000000001"


@pytest.fixture
def village() -> Village:
    return VILLAGES["aul"]()


@pytest.mark.parametrize(
    "text", ["ТІЗІМ", "тизим", "Тізім!", "ТІЗІМ 1", "ТІЗІМ 0", "ТІЗІМ 9999", "ТІЗІМ 7*1", "список?", "жобалар тізімі"]
)
def test_a_list_may_be_asked_for_so(village: Village, text: str) -> None:
    assert village.sms(PHONE, text).startswith("1 ")


def test_a_proposal_that_was_taken_back_is_not_on_the_list(village: Village) -> None:
    assert "\n4 " not in village.sms(PHONE, "ТІЗІМ")


def test_a_question_about_an_aul_that_nobody_knows_shows_how_to_ask(village: Village) -> None:
    assert village.sms(PHONE, "ТІЗІМ 9*1").endswith("ТІЗІМ 7")


@pytest.mark.parametrize("text", ["ТІЗІМ 9", "ТІЗІМ 99999999999999"])
def test_a_stranger_who_names_no_aul_of_ours_is_shown_how_to_ask(text: str) -> None:
    assert VILLAGES["neighbours"]().sms(STRANGER, text).endswith("ТІЗІМ 7")


def test_a_resident_of_an_aul_between_votes_reads_the_list_of_the_own_aul() -> None:
    village = VILLAGES["neighbours"]()
    village.papers = village.papers[:1]
    known = village.known(PHONE)

    assert known.areas == (7,)
    assert village.sms(PHONE, "ТІЗІМ").startswith("1 ")


@pytest.mark.parametrize("text", ["АҚПАРАТ", "инфо 3 1", "info 3333"])
def test_a_question_about_no_one_proposal_shows_how_to_ask(village: Village, text: str) -> None:
    village.sms(PHONE, text)

    assert village.turns[-1].outcome is Outcome.ANSWERED
    assert "№" not in village.turns[-1].text


def test_help_is_sent_once_an_hour_whatever_asks_for_it(village: Village) -> None:
    replies = [village.sms(PHONE, text) for text in ("КӨМЕК", "асдфг", "👍", "", "сәлем")]

    assert [bool(reply) for reply in replies] == [True, False, False, False, False]
    assert village.turns[-1].outcome is Outcome.SILENT


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("ru", "спикок", "СПИСОК"),
        ("kk", "ТІЗМ", "ТІЗІМ"),
        ("en", "resultz", "RESULTS"),
        ("ru", "не список", "СПИСОК"),
        ("ru", "список инфо", "СПИСОК"),
        ("kk-latin", "tizmi", "TIZIM"),
    ],
)
def test_a_word_that_is_nearly_a_command_is_asked_about(village: Village, language: str, text: str, word: str) -> None:
    village.phones[PHONE] = Phone(language)

    assert word in village.sms(PHONE, text)


def test_a_very_long_word_is_not_looked_up(village: Village) -> None:
    assert village.sms(PHONE, "список" * 20).startswith("Дауыс беру: жоба нөмірі")


@pytest.mark.parametrize(
    "text", ["ТІРКЕЛУ 4821-7735-{}", "тіркеу 48217735{}", "join 4821 7735 {}", "Регистрация талон 48 21 77 35 {}"]
)
def test_a_slip_may_be_written_so(village: Village, text: str) -> None:
    village.sms(STRANGER, text.format(FREE_SLIP[-1]))

    assert Join(FREE_SLIP, 7) in village.turns[-1].acts


@pytest.mark.parametrize("text", ["ТІРКЕЛУ 48217735", "ТІРКЕЛУ 7*48217735", "ТІРКЕЛУ", "тіркелу 4821773521"])
def test_what_is_no_slip_costs_no_try(village: Village, text: str) -> None:
    village.sms(STRANGER, text)

    assert village.phones[STRANGER].wrong_slips == 0


def test_a_slip_of_an_aul_without_a_paper_is_named_by_its_number(village: Village) -> None:
    village.slips[FREE_SLIP] = 9
    village.rolls = {**village.rolls, 9: set()}

    assert village.sms(STRANGER, f"тіркелу {FREE_SLIP}").startswith("9: ")


def test_a_resident_keeps_a_slip_free_for_another(village: Village) -> None:
    village.sms(PHONE, f"тіркелу {FREE_SLIP}")

    assert FREE_SLIP not in village.spent


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ТІЛ ru", "ru"),
        ("til kk-latin", "kk-latin"),
        ("язык казахский", "kk"),
        ("ТІЛ 3", "ru"),
        ("english", "en"),
        ("Қазақша", "kk"),
        ("qazaqsha", "kk-latin"),
        ("латын", "kk-latin"),
    ],
)
def test_a_language_is_chosen_by_its_name_or_its_place_in_the_menu(village: Village, text: str, language: str) -> None:
    village.sms(PHONE, text)

    assert village.turns[-1].acts == (SetLanguage(language),)
    assert village.turns[-1].language == language


@pytest.mark.parametrize("text", ["ТІЛ", "ТІЛ 9", "ТІЛ 7*1"])
def test_no_language_is_not_chosen(village: Village, text: str) -> None:
    assert "ТІЛ kk, ТІЛ kk-latin" in village.sms(PHONE, text)


def test_a_language_that_is_not_offered_is_not_chosen() -> None:
    village = Village((aul_paper(),), languages=("kk", "ru"))

    assert village.sms(PHONE, "english") == "Тілді таңдап жіберіңіз: ТІЛ kk, ТІЛ ru"


def test_a_language_without_a_phrase_file_is_forgotten(village: Village) -> None:
    village.phones[PHONE] = Phone("de")

    assert village.sms(PHONE, "ТІЗІМ").startswith("1 Су құбыры")


def test_announcements_stop(village: Village) -> None:
    village.sms(PHONE, "Стоп!")

    assert Stop() in village.turns[-1].acts


def test_an_open_poll_hides_the_closed_one_from_the_list() -> None:
    village = VILLAGES["district"]()
    aul, district = village.papers
    village.papers = (replace(aul, phase=Phase.CLOSED), district)

    assert village.sms(PHONE, "ТІЗІМ").startswith("101 ")
