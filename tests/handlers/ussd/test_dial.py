"""What a phone meets when it dials."""

from dataclasses import replace

import pytest

from ballots.model import PollId, Standing
from handlers.messages import Cast, Outcome
from tests.handlers.ussd.phones import AT, Phone, entry, known
from tests.papers import APPROVAL, CLOSES, OPENS, aul_paper, district_paper

LANGUAGE_MENU = "1 Қазақша\n2 Qazaqsha\n3 Русский\n4 English"
MAIN = "1 Дауыс беру\n2 Жобалар\n3 Нәтижелер\n4 Дауысым\n5 Тіл"
BRIDGE = "№3 Көпір, 3 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"


def test_a_new_phone_is_asked_for_its_language_first():
    phone = Phone(known(entry(aul_paper()), language=None))

    assert phone.dial() == LANGUAGE_MENU


def test_a_phone_that_chose_a_language_meets_the_main_menu():
    assert Phone(known(entry(aul_paper()))).dial() == MAIN


@pytest.mark.parametrize("language", [None, "kk"])
def test_a_session_that_we_lost_begins_with_the_main_menu(language):
    assert Phone(known(entry(aul_paper()), language=language)).dial("1*3") == MAIN


def test_a_dialled_number_is_asked_about_at_once_in_the_first_configured_language():
    assert Phone(known(entry(aul_paper()), language=None)).dial("7*3") == BRIDGE


def test_a_dialled_number_is_asked_about_in_the_remembered_language():
    phone = Phone(known(entry(aul_paper()), language="ru"))

    assert phone.dial("7*3") == "№3 Мост, 3 000 000 тг.\n1 Да 2 Нет 00 Назад"


def test_what_is_dialled_behind_the_number_is_not_a_yes():
    phone = Phone(known(entry(aul_paper())))

    assert phone.dial("7*3*1") == BRIDGE
    assert phone.turn.acts == ()


def test_a_direct_dial_and_one_key_are_a_vote():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.press("1")

    assert phone.turn.acts == (Cast(PollId(1), (3,), phone.known.new_receipt),)
    assert phone.turn.outcome is Outcome.ACCEPTED


def test_an_area_is_dialled_for_its_list_alone():
    phone = Phone(known(entry(aul_paper()), entry(district_paper())))

    assert phone.dial("40") == "101 Аудан жолы\n102 Емхана\n00 Артқа"
    assert phone.press("00", "1").startswith("1 Су құбыры")


def test_an_area_where_the_vote_waits_shows_what_waits():
    phone = Phone(known(entry(aul_paper(), Standing.HELD)))

    assert phone.dial("7") == f"Сіздің SMS:\n{BRIDGE}"


def test_an_area_where_the_vote_arrived_says_so():
    phone = Phone(known(entry(aul_paper(), Standing.PENDING)))

    assert phone.dial("7") == "Ауыл: дауыс қабылданды 03.05\nТүбіртек 482 177 3529\n2 Түбіртек\n1 Өзгерту 00 Артқа"


@pytest.mark.parametrize("standing", [Standing.MIXED, Standing.PAPER])
def test_a_number_dialled_after_a_final_vote_is_refused_at_once(standing):
    phone = Phone(known(entry(aul_paper(), standing)))

    assert phone.dial("7*3").startswith("Дауыс беріп қойғансыз\nАуыл: ")


@pytest.mark.parametrize(
    ("dialled", "says"),
    [
        pytest.param("7*99", "№99 жоқ", id="no-such-number"),
        pytest.param("7*4", "№4 алып тасталды", id="withdrawn"),
        pytest.param("7*x", "Нөмір қате", id="no-number"),
        pytest.param("9*3", "Мұндай ауыл жоқ", id="no-such-area"),
    ],
)
def test_a_wrong_direct_dial_says_why_above_the_main_menu(dialled, says):
    assert Phone(known(entry(aul_paper()))).dial(dialled) == f"{says}\n{MAIN}"


def test_one_number_is_too_few_where_two_are_wanted():
    assert Phone(known(entry(aul_paper(APPROVAL)))).dial("7*3") == f"Кемінде: 2\n{MAIN}"


@pytest.mark.parametrize(
    ("at", "says"),
    [
        pytest.param(OPENS.replace(hour=3), "Дауыс беру 01.05 басталады", id="before-opening"),
        pytest.param(CLOSES, "Дауыс беру аяқталды", id="at-the-closing-instant"),
    ],
)
@pytest.mark.parametrize("dialled", ["7*3", "7"])
def test_a_direct_dial_while_nothing_is_open_says_so(dialled, at, says):
    assert Phone(known(entry(aul_paper())), at).dial(dialled) == f"{says}\n{MAIN}"


def test_a_stranger_reads_what_was_dialled_and_learns_where_to_get_a_slip():
    phone = Phone(known(papers=(aul_paper(),)))

    assert phone.dial("7*3").startswith("№3 Көпір, 3 000 000 тг.\nТалон ауыл әкімдігінде\n")
    assert phone.press("00") == MAIN


@pytest.mark.parametrize("dialled", ["7", "7*99"])
def test_a_stranger_who_dials_an_area_reads_its_list(dialled):
    assert Phone(known(papers=(aul_paper(),))).dial(dialled).startswith("Талон ауыл әкімдігінде\n1 Су құбыры\n")


def test_a_phone_on_another_roll_reads_too():
    phone = Phone(known(entry(district_paper()), papers=(aul_paper(), district_paper())))

    assert phone.dial("7").startswith("Талон ауыл әкімдігінде\n1 Су құбыры\n")


def test_who_was_cut_off_is_asked_whether_to_continue():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.wait(minutes=4)

    assert phone.dial() == "Жалғастырасыз ба?\n1 Иә 2 Басынан"
    assert phone.press("1") == BRIDGE
    phone.press("1")
    assert phone.turn.outcome is Outcome.ACCEPTED


def test_who_was_cut_off_may_start_again():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.dial()

    assert phone.press("7").startswith("Нөмір қате\n")
    assert phone.press("2") == MAIN


def test_who_is_cut_off_at_the_question_is_asked_it_again():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.dial()

    assert phone.dial() == "Жалғастырасыз ба?\n1 Иә 2 Басынан"
    assert phone.press("1") == BRIDGE


def test_five_minutes_later_nothing_is_left_to_continue():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.wait(minutes=5)

    assert phone.dial() == MAIN


def test_a_direct_dial_skips_the_question():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*2")

    assert phone.dial("7*3") == BRIDGE


@pytest.mark.parametrize("keys", [(), ("3",), ("4",), ("5",)], ids=["main", "results", "my-vote", "language"])
def test_a_screen_that_is_left_by_hanging_up_is_not_asked_about(keys):
    phone = Phone(known(entry(aul_paper())))
    phone.dial()
    phone.press(*keys)

    assert phone.dial() == MAIN


def test_who_was_cut_off_and_voted_meanwhile_is_told():
    phone = Phone(known(entry(aul_paper())))
    phone.dial("7*3")
    phone.known = known(entry(aul_paper(), Standing.PENDING))

    assert phone.dial().startswith("Дауысыңыз қабылданған\nАуыл: дауыс қабылданды 03.05\n")


def test_who_was_cut_off_while_changing_is_asked_whether_to_continue():
    phone = Phone(known(entry(aul_paper(), Standing.PENDING)))
    phone.dial()
    phone.press("4", "1", "2")

    assert phone.dial().startswith("Жалғастырасыз ба?")


def test_who_was_cut_off_in_a_list_comes_back_to_its_page():
    phone = Phone(known(entry(aul_paper())))
    phone.dial()
    phone.press("1")
    phone.session = replace(phone.session, at=AT)
    phone.dial()

    assert phone.press("1").startswith("1 Су құбыры")
