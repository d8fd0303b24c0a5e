"""The confirming key: what it records, and what keeps it from recording."""

from dataclasses import replace

import pytest

from ballots.model import PollId, PollKind, Standing
from handlers.messages import Cast, Change, Outcome
from tests.handlers.ussd.phones import NEW, Phone, entry, known
from tests.papers import APPROVAL, CLOSES, KNAPSACK, aul_paper

ACCEPTED = "Дауысыңыз қабылданды. Түбіртек 111 222 3334. Рахмет!"


def asked(*keys, standing=Standing.NONE, paper=None, **more):
    """A phone that was asked about a choice while it had not voted, and has voted since as `standing` says."""
    paper = paper or aul_paper()
    phone = Phone(known(entry(paper), **more))
    phone.dial()
    phone.press("1", *keys)
    phone.known = known(entry(paper, standing), **more)
    return phone


def test_a_first_vote_ends_with_its_receipt():
    phone = asked("3")

    assert phone.press("1") == ACCEPTED
    assert phone.turn.acts == (Cast(PollId(1), (3,), NEW),)
    assert phone.turn.ends


def test_a_vote_replaces_one_that_is_held_and_is_never_held_itself():
    phone = asked("2", standing=Standing.HELD)
    phone.press("1")

    assert phone.turn.acts == (Cast(PollId(1), (2,), NEW, held=False),)


def test_the_same_vote_again_is_answered_as_the_first_time():
    phone = asked("3", standing=Standing.PENDING)

    assert phone.press("1") == "Дауысыңыз қабылданды. Түбіртек 482 177 3529. Рахмет!"
    assert phone.turn.outcome is Outcome.REPEATED
    assert phone.turn.acts == ()


def test_the_same_vote_again_is_answered_so_when_voting_is_over_too():
    phone = asked("3", standing=Standing.PENDING)
    phone.at = CLOSES
    phone.press("1")

    assert phone.turn.outcome is Outcome.REPEATED


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        pytest.param(Standing.PENDING, "Ауыл: дауыс қабылданды 03.05", id="pending"),
        pytest.param(Standing.MIXED, "Ауыл: дауыс есепке алынды 03.05", id="mixed"),
        pytest.param(Standing.PAPER, "Ауыл: қағазбен дауыс бердіңіз 03.05", id="paper"),
    ],
)
def test_a_second_vote_is_refused_with_the_day(standing, says):
    phone = asked("2", standing=standing)

    assert phone.press("1").startswith(f"Дауыс беріп қойғансыз\n{says}\n")
    assert phone.turn.outcome is Outcome.REFUSED
    assert phone.turn.acts == ()
    assert phone.press("00").endswith("5 Тіл")


def changing(*keys):
    phone = Phone(known(entry(aul_paper(), Standing.PENDING)))
    phone.dial()
    phone.press("4", "1", *keys)
    return phone


def test_a_pending_vote_is_changed():
    phone = changing("2")

    assert phone.press("1") == "Дауысыңыз өзгертілді. Түбіртек 482 177 3529. Кешке бекітілуі мүмкін."
    assert phone.turn.acts == (Change(PollId(1), (2,)),)
    assert phone.turn.outcome is Outcome.CHANGED


def test_a_change_after_the_mix_is_refused():
    phone = changing("2")
    phone.known = known(entry(aul_paper(), Standing.MIXED))

    assert phone.press("1").startswith("Енді өзгертілмейді\nАуыл: дауыс есепке алынды 03.05\n")
    assert phone.turn.acts == ()


def test_a_change_of_a_vote_that_is_gone_is_the_vote():
    phone = changing("2")
    phone.known = known(entry(aul_paper()))
    phone.press("1")

    assert phone.turn.acts == (Cast(PollId(1), (2,), NEW, change=True),)


def test_voting_that_closed_meanwhile_records_nothing():
    phone = asked("3")
    phone.at = CLOSES

    assert phone.press("1").startswith("Дауыс беру аяқталды\n1 Дауыс беру")
    assert phone.turn.outcome is Outcome.REFUSED
    assert phone.turn.acts == ()


def test_a_proposal_withdrawn_meanwhile_records_nothing():
    phone = asked("3")
    paper = aul_paper()
    gone = tuple(replace(one, withdrawn=one.number == 3) for one in paper.proposals)
    phone.known = known(entry(aul_paper(proposals=gone)))

    assert phone.press("1").startswith("№3 алып тасталды\n")
    assert phone.turn.acts == ()


def test_a_phone_that_left_the_roll_meanwhile_records_nothing():
    phone = asked("3")
    phone.known = known(papers=(aul_paper(),))

    assert phone.press("1").startswith("Сіз тізімде жоқсыз.")
    assert phone.turn.acts == ()


def test_no_leads_to_the_main_menu_and_back_to_the_list():
    assert asked("3").press("2").endswith("5 Тіл")
    assert asked("3").press("00").startswith("1 Су құбыры")


def test_any_other_key_asks_again():
    assert asked("3").press("9") == "Нөмір қате\n№3 Көпір, 3 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"


def test_several_are_read_back_by_label_with_what_they_cost_together():
    phone = asked("1 3", paper=aul_paper(APPROVAL))

    assert phone.press("0") == "Нөмір қате\n2 жоба, 7 500 000 тг.\n1 Су құбыры\n3 Көпір\n1 Иә 2 Жоқ 00 Артқа"
    phone.press("1")
    assert phone.turn.acts == (Cast(PollId(1), (1, 3), NEW),)


def test_many_are_read_back_on_pages_and_confirmed_on_any():
    roomy = replace(KNAPSACK, max_cost=10**9)
    phone = asked("1 2 3 12", paper=aul_paper(roomy))

    first = phone.turn.text
    second = phone.press("0")

    assert first == "4 жоба, 15 500 000 тг.\n1 Су құбыры\n2 Мектеп шатыры\n1 Иә 2 Жоқ 0 Келесі 00 Артқа"
    assert second == "3 Көпір\n12 Емхана\n1 Иә 2 Жоқ 00 Артқа"
    assert phone.press("00") == first
    phone.press("0", "1")
    assert phone.turn.acts == (Cast(PollId(1), (1, 2, 3, 12), NEW),)


def test_a_rehearsal_says_that_it_is_one():
    phone = asked("3", paper=aul_paper(kind=PollKind.REHEARSAL))

    assert phone.turn.text.startswith("СЫНАҚ. №3 Көпір")
    assert phone.press("1").startswith("СЫНАҚ. Дауысыңыз қабылданды.")
