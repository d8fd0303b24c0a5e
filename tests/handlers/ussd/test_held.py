"""A vote that waits for its phone."""

from ballots.model import PollId, Standing
from handlers.messages import Cast, Confirm, Outcome
from tests.handlers.ussd.phones import NEW, Phone, entry, known
from tests.papers import CLOSES, aul_paper, district_paper

SHOWN = "Сіздің SMS:\n№3 Көпір, 3 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"


def asked():
    phone = Phone(known(entry(aul_paper(), Standing.HELD)))
    phone.dial("7")
    return phone


def test_a_held_vote_is_confirmed():
    phone = asked()

    assert phone.press("1") == "Дауысыңыз қабылданды. Түбіртек 482 177 3529. Рахмет!"
    assert phone.turn.acts == (Confirm(PollId(1)),)
    assert phone.turn.outcome is Outcome.CONFIRMED


def test_a_held_vote_is_found_by_my_vote_too():
    phone = Phone(known(entry(aul_paper(), Standing.HELD)))
    phone.dial()

    assert phone.press("4") == "Ауыл: дауысты растаңыз\n2 Түбіртек\n1 Растау 00 Артқа"
    assert phone.press("1") == SHOWN
    assert phone.press("00") == "Ауыл: дауысты растаңыз\n2 Түбіртек\n1 Растау 00 Артқа"


def test_a_vote_confirmed_meanwhile_is_answered_as_confirmed():
    phone = asked()
    phone.known = known(entry(aul_paper(), Standing.PENDING))
    phone.press("1")

    assert phone.turn.outcome is Outcome.REPEATED
    assert phone.turn.acts == ()


def test_only_what_was_shown_is_confirmed():
    phone = asked()
    phone.known = known(entry(aul_paper(), Standing.HELD, (2,)))

    assert phone.press("1") == "Сіздің SMS:\n№2 Мектеп шатыры, 2 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"
    assert phone.turn.acts == ()
    phone.press("1")
    assert phone.turn.acts == (Confirm(PollId(1)),)


def test_a_vote_that_no_longer_waits_is_not_confirmed():
    phone = asked()
    phone.known = known(entry(aul_paper(), Standing.MIXED))

    assert phone.press("1") == "Ауыл: дауыс есепке алынды 03.05\nТүбіртек 482 177 3529\n2 Түбіртек\n00 Артқа"


def test_a_held_vote_ends_with_the_voting():
    phone = asked()
    phone.at = CLOSES

    assert phone.press("1").startswith("Дауыс беру аяқталды\n")
    assert phone.turn.outcome is Outcome.REFUSED


def test_a_phone_that_left_the_roll_confirms_nothing():
    phone = asked()
    phone.known = known(papers=(aul_paper(),))

    assert phone.press("1").startswith("Сіз тізімде жоқсыз.")


def test_no_leads_to_the_list_and_the_choice_made_there_replaces_it():
    phone = asked()

    assert phone.press("2").startswith("1 Су құбыры")
    phone.press("2", "1")
    assert phone.turn.acts == (Cast(PollId(1), (2,), NEW),)


def test_any_other_key_asks_again():
    assert asked().press("5") == f"Нөмір қате\n{SHOWN}"


def test_the_list_after_no_has_no_poll_that_was_dialled_past():
    phone = Phone(known(entry(aul_paper(), Standing.HELD), entry(district_paper())))
    phone.dial("7")

    assert "101" not in phone.press("2")
