"""The main menu and what it leads to: language, list, proposals, results, my vote, joining."""

from dataclasses import replace

import pytest

from ballots import slips
from ballots.model import Phase, PollId, PollKind, Standing
from handlers.messages import Join, Outcome, SetLanguage, Slip, SlipState, Turnout, WrongSlip
from tests.handlers.ussd.phones import Books, Phone, entry, known, long_paper
from tests.papers import APPROVAL, CLOSES, KNAPSACK, OPENS, aul_paper, colliding_paper, district_paper

MAIN = "1 Дауыс беру\n2 Жобалар\n3 Нәтижелер\n4 Дауысым\n5 Тіл"
LIST = "1 Су құбыры\n2 Мектеп шатыры\n3 Көпір\n12 Емхана\n00 Артқа"
STRANGER = known(papers=(aul_paper(), district_paper()))


def pressed(*keys, phone=None, at=None):
    """The phone after these keys behind a plain dial."""
    phone = Phone(phone or known(entry(aul_paper())))
    phone.at = at or phone.at
    phone.dial()
    phone.press(*keys)
    return phone


def text(*keys, phone=None, at=None):
    return pressed(*keys, phone=phone, at=at).turn.text


class TestLanguage:
    def test_the_order_is_that_of_the_configuration(self):
        phone = known(entry(aul_paper()), language=None, languages=("ru", "kk"))

        assert text(phone=phone) == "1 Русский\n2 Қазақша"

    def test_a_choice_is_remembered_and_spoken_at_once(self):
        phone = pressed("3", phone=known(entry(aul_paper()), language=None))

        assert phone.turn.acts == (SetLanguage("ru"),)
        assert phone.turn.language == "ru"
        assert phone.turn.text == "1 Голосовать\n2 Проекты\n3 Итоги\n4 Мой голос\n5 Язык"

    def test_a_wrong_key_repeats_the_question(self):
        assert text("7", phone=known(entry(aul_paper()), language=None)).startswith("Нөмір қате\n1 Қазақша\n")

    def test_nothing_lies_behind_the_first_question(self):
        assert text("00", phone=known(entry(aul_paper()), language=None)).startswith("Нөмір қате\n1 Қазақша\n")

    def test_it_may_be_left_without_a_choice_later(self):
        assert text("5").endswith("4 English\n00 Артқа")
        assert text("5", "00") == MAIN


class TestMain:
    def test_a_wrong_key_repeats_the_menu_under_one_line(self):
        assert text("9") == f"Нөмір қате\n{MAIN}"

    @pytest.mark.parametrize("standing", [Standing.PENDING, Standing.MIXED, Standing.PAPER])
    def test_who_voted_reads_so_first(self, standing):
        assert text(phone=known(entry(aul_paper(), standing))) == f"Дауысыңыз қабылданған\n{MAIN}"

    def test_who_voted_in_one_of_two_polls_does_not(self):
        assert text(phone=known(entry(aul_paper(), Standing.PENDING), entry(district_paper()))) == MAIN

    def test_who_voted_everywhere_is_led_to_my_vote(self):
        assert text("1", phone=known(entry(aul_paper(), Standing.MIXED))).startswith("Ауыл: дауыс есепке алынды")

    @pytest.mark.parametrize(
        ("at", "says"),
        [
            pytest.param(OPENS.replace(hour=3), "Дауыс беру 01.05 басталады", id="before-opening"),
            pytest.param(CLOSES, "Дауыс беру аяқталды", id="after-closing"),
        ],
    )
    def test_there_is_no_list_while_nothing_is_open(self, at, says):
        assert text("1", at=at) == f"{says}\n{MAIN}"

    def test_a_phone_on_the_roll_of_an_area_without_a_poll_is_told_so(self):
        assert text("1", phone=known(areas=(7,))) == f"Қазір дауыс беру жоқ\n{MAIN}"

    def test_where_nothing_is_put_to_it_a_phone_may_still_ask_for_the_vote_of_a_receipt(self):
        asked = "Қазір дауыс беру жоқ\nТүбіртек нөмірін теріңіз, 10 цифр.\n00 Артқа"

        assert text("4", phone=known(areas=(7,))) == asked
        assert text("4", "00", phone=known(areas=(7,))) == MAIN


class TestVote:
    def test_the_list_leaves_out_what_was_withdrawn(self):
        assert text("1") == LIST

    def test_a_wrong_key_repeats_the_list_under_one_line(self):
        assert text("1", "77") == f"№77 жоқ\n{LIST}"
        assert text("1", "құбыр") == f"Нөмір қате\n{LIST}"

    def test_pages_are_turned_both_ways(self):
        phone = Phone(known(entry(long_paper(5))))
        phone.dial()

        first = phone.press("1")
        second = phone.press("0")

        assert first.endswith("\n0 Келесі 00 Артқа")
        assert second.startswith("125 ")
        assert phone.press("0").endswith("\n00 Артқа")
        assert phone.press("0").startswith("Нөмір қате\n127 ")
        assert phone.press("00") == second
        assert phone.press("00") == first
        assert phone.press("00") == MAIN

    def test_who_comes_back_from_a_question_finds_the_page_again(self):
        phone = Phone(known(entry(long_paper(5))))
        phone.dial()

        second = phone.press("1", "0")

        assert phone.press("125", "00") == second
        assert phone.session.choices == ()

    def test_a_number_of_another_page_is_taken_too(self):
        assert text("1", "127", phone=known(entry(long_paper(5)))).startswith("№127 ")

    def test_papers_of_an_aul_and_its_district_are_one_list(self):
        phone = known(entry(aul_paper()), entry(district_paper()))

        assert text("1", phone=phone).startswith("1 Су құбыры\n")
        assert pressed("1", "102", phone=phone).session.poll == PollId(2)

    def test_a_poll_that_was_voted_in_is_not_offered_again(self):
        phone = known(entry(aul_paper(), Standing.PENDING), entry(district_paper()))

        assert text("1", phone=phone) == "101 Аудан жолы\n102 Емхана\n00 Артқа"

    def test_one_ballot_is_of_one_poll(self):
        assert text("1", "3 101", phone=known(entry(aul_paper()), entry(district_paper()))).startswith(
            "Ауыл мен аудан бөлек\n"
        )

    def test_numbers_that_collide_are_listed_and_taken_with_their_area(self):
        phone = known(entry(aul_paper()), entry(colliding_paper()))

        assert text("1", phone=phone).startswith("7*1 Су құбыры\n2 Мектеп шатыры\n7*3 Көпір\n")
        assert text("1", "3", phone=phone).startswith("Былай теріңіз: 7*3\n")
        assert pressed("1", "40*3", phone=phone).session.poll == PollId(2)
        assert text("1", "9*3", phone=phone).startswith("Нөмір қате\n")

    @pytest.mark.parametrize(
        ("rules", "key", "says"),
        [
            pytest.param(APPROVAL, "1 2 3 12", "Ең көбі: 3", id="too-many"),
            pytest.param(APPROVAL, "1", "Кемінде: 2", id="too-few"),
            pytest.param(KNAPSACK, "1,2,12", "12 500 000 тг. шектен асты", id="over-budget"),
            pytest.param(KNAPSACK, "1.4", "№4 алып тасталды", id="withdrawn"),
        ],
    )
    def test_a_choice_against_the_rules_is_refused_with_the_limit(self, rules, key, says):
        phone = pressed("1", key, phone=known(entry(aul_paper(rules))))

        assert phone.turn.text.startswith(f"{says}\n")
        assert phone.turn.outcome is Outcome.REFUSED

    @pytest.mark.parametrize(
        ("rules", "says"),
        [
            pytest.param(APPROVAL, "3 нөмірге дейін: 3 5", id="how-many"),
            pytest.param(KNAPSACK, "8 000 000 теңгеге дейін: 3 5", id="for-how-much"),
        ],
    )
    def test_the_limit_comes_first_where_several_may_be_chosen(self, rules, says):
        assert text("1", phone=known(entry(aul_paper(rules)))).startswith(f"{says}\n1 Су құбыры\n")

    def test_a_rehearsal_says_that_it_is_one(self):
        rehearsal = {"kind": PollKind.REHEARSAL}

        assert text("1", phone=known(entry(aul_paper(**rehearsal)))).startswith("СЫНАҚ\n1 Су")
        assert text("1", phone=known(entry(aul_paper(APPROVAL, **rehearsal)))).startswith("СЫНАҚ. 3 нөмірге")

    def test_voting_that_closes_at_the_list_says_so(self):
        phone = pressed("1")
        phone.at = CLOSES

        assert phone.press("3") == f"Қазір дауыс беру жоқ\n{MAIN}"

    def test_a_list_to_come_back_to_that_closed_says_so(self):
        phone = pressed("1")
        phone.dial()
        phone.known = known(entry(aul_paper(phase=Phase.GRACE)))

        assert phone.press("1") == "Қазір дауыс беру жоқ\n00 Артқа"


class TestProposals:
    def test_a_number_opens_a_proposal_and_1_votes_for_it(self):
        phone = pressed("2", "3")

        assert phone.turn.text == "№3 Көпір, 3 000 000 тг.\nАуылдың шетіне дейін\n1 Дауыс беру 0 Келесі 00 Артқа"
        assert phone.press("0") == "жеткізіледі, жұмыс күзге\nдейін бітеді.\n1 Дауыс беру 00 Артқа"
        assert phone.press("1") == "№3 Көпір, 3 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"
        assert phone.press("00") == "жеткізіледі, жұмыс күзге\nдейін бітеді.\n1 Дауыс беру 00 Артқа"
        assert phone.press("00", "00") == LIST

    def test_one_alone_is_refused_where_two_are_wanted(self):
        assert text("2", "3", "1", phone=known(entry(aul_paper(APPROVAL)))).startswith("Кемінде: 2\n№3 Көпір")

    def test_who_voted_reads_without_being_asked_to_vote(self):
        phone = known(entry(aul_paper(), Standing.PENDING))

        assert "Дауыс беру" not in text("2", "3", phone=phone)
        assert text("2", "3", "1", phone=phone).startswith("Нөмір қате\n")

    def test_a_proposal_without_a_text_is_told_by_its_name(self):
        bare = tuple(replace(one, texts={}, names={"kk": f"Толық атауы {one.number}"}) for one in aul_paper().proposals)

        assert "\nТолық атауы 3\n" in text("2", "3", phone=known(entry(aul_paper(proposals=bare))))

    def test_a_label_that_is_missing_is_said_as_the_name(self):
        bare = tuple(replace(one, shorts={}) for one in aul_paper().proposals)

        assert text("2", phone=known(entry(aul_paper(proposals=bare)))) == LIST

    def test_a_closed_vote_can_still_be_read(self):
        assert text("2", at=CLOSES) == LIST

    def test_a_wrong_key_repeats_the_list(self):
        assert text("2", "99") == f"№99 жоқ\n{LIST}"

    def test_pages_are_turned(self):
        assert text("2", "0", phone=known(entry(long_paper(5)))).startswith("125 ")

    def test_a_list_that_is_gone_leads_home(self):
        phone = pressed("2")
        phone.known = known(areas=(7,))

        assert phone.press("3") == f"Қазір дауыс беру жоқ\n{MAIN}"

    def test_an_area_of_this_roll_without_an_open_poll_can_be_read(self):
        assert text("2", phone=known(areas=(7,), papers=(aul_paper(), district_paper()))) == LIST


class TestResults:
    def test_turnout_alone_while_totals_are_not_shown(self):
        assert text("3") == "Қарауыл: 57 дауыс\n00 Артқа"

    def test_totals_begin_with_the_most_votes(self):
        books = Books(Turnout(57, {1: 3, 3: 40, 2: 3, 77: 1}))

        assert text("3", phone=known(entry(aul_paper()), lookups=books)) == (
            "Қарауыл: 57 дауыс\n3 Көпір: 40\n1 Су құбыры: 3\n2 Мектеп шатыры: 3\n00 Артқа"
        )

    def test_what_is_funded_is_said(self):
        books = Books(Turnout(57, {1: 3, 3: 40}, (3,)))

        assert "\n3 Көпір: 40, өтті\n1 Су құбыры: 3\n" in text("3", phone=known(entry(aul_paper()), lookups=books))

    def test_two_polls_are_told_one_after_the_other(self):
        phone = known(entry(aul_paper()), entry(district_paper()))

        assert text("3", phone=phone) == "Қарауыл: 57 дауыс\nАбай ауданы: 57 дауыс\n00 Артқа"

    def test_a_rehearsal_says_that_it_is_one(self):
        assert text("3", phone=known(entry(aul_paper(kind=PollKind.REHEARSAL)))).startswith("СЫНАҚ. Қарауыл")

    def test_there_may_be_nothing_to_tell(self):
        assert text("3", phone=known(areas=(7,))) == "Қазір дауыс беру жоқ\n00 Артқа"

    def test_a_wrong_key_repeats_them_and_00_leaves(self):
        assert text("3", "1").startswith("Нөмір қате\nҚарауыл")
        assert text("3", "00") == MAIN


class TestMine:
    def test_without_a_vote_it_offers_one(self):
        assert text("4") == "Ауыл: дауыс бермегенсіз\n2 Түбіртек\n1 Дауыс беру 00 Артқа"
        assert text("4", "1") == LIST

    def test_a_pending_vote_is_told_without_the_choice_and_may_be_changed(self):
        phone = known(entry(aul_paper(), Standing.PENDING))

        said = "Ауыл: дауыс қабылданды 03.05\nТүбіртек 482 177 3529\n2 Түбіртек\n1 Өзгерту 00 Артқа"
        assert text("4", phone=phone) == said
        assert text("4", "1", phone=phone) == LIST

    @pytest.mark.parametrize(
        ("standing", "says"),
        [
            pytest.param(Standing.MIXED, "Ауыл: дауыс есепке алынды 03.05\nТүбіртек 482 177 3529", id="mixed"),
            pytest.param(Standing.PAPER, "Ауыл: қағазбен дауыс бердіңіз 03.05", id="paper"),
        ],
    )
    def test_a_final_vote_can_only_be_read(self, standing, says):
        phone = known(entry(aul_paper(), standing))

        assert text("4", phone=phone) == f"{says}\n2 Түбіртек\n00 Артқа"
        assert text("4", "1", phone=phone).startswith("Нөмір қате\n")

    def test_a_day_that_is_not_known_is_left_out(self):
        unknown = replace(entry(aul_paper(), Standing.PAPER), voted_on=None)

        assert text("4", phone=known(unknown)) == "Ауыл: қағазбен дауыс бердіңіз\n2 Түбіртек\n00 Артқа"

    def test_what_waits_comes_before_what_may_be_changed(self):
        phone = known(entry(aul_paper(), Standing.PENDING), entry(district_paper(), Standing.HELD, (101,)))

        assert "1 Растау" in text("4", phone=phone)
        assert pressed("4", "1", phone=phone).session.poll == PollId(2)

    def test_after_closing_nothing_can_be_done(self):
        assert text("4", at=CLOSES) == "Ауыл: дауыс бермегенсіз\n2 Түбіртек\n00 Артқа"

    def test_pages_are_turned(self):
        phone = known(entry(aul_paper(), Standing.PENDING), entry(district_paper(), Standing.PENDING, (101,)))

        assert text("4", "0", phone=phone).startswith("Аудан: дауыс қабылданды 03.05\n")

    def test_a_rehearsal_says_that_it_is_one(self):
        assert text("4", phone=known(entry(aul_paper(kind=PollKind.REHEARSAL)))).startswith("СЫНАҚ. Ауыл")


class TestStranger:
    @pytest.mark.parametrize("key", ["1", "4"])
    def test_what_needs_a_roll_tells_where_to_get_a_slip(self, key):
        said = "Сіз тізімде жоқсыз. Талон ауыл әкімдігінде.\n1 Талон нөмірі 00 Артқа"

        assert text(key, phone=STRANGER) == said.replace("\n", "\n2 Түбіртек\n")
        assert text(key, "00", phone=STRANGER) == MAIN
        assert text(key, "5", phone=STRANGER) == f"Нөмір қате\n{said}"

    def test_an_aul_is_asked_for_before_its_proposals(self):
        assert text("2", phone=STRANGER) == "Сіз тізімде жоқсыз. Ауыл нөмірін теріңіз.\n00 Артқа"
        assert text("2", "7", phone=STRANGER).startswith("Талон ауыл әкімдігінде\n1 Су құбыры\n")
        assert text("2", "7", "00", phone=STRANGER) == MAIN
        assert text("2", "00", phone=STRANGER) == MAIN
        assert text("2", "6", phone=STRANGER).startswith("Мұндай ауыл жоқ\n")

    def test_an_aul_is_asked_for_before_its_results(self):
        assert text("3", "40", phone=STRANGER) == "Абай ауданы: 57 дауыс\n00 Артқа"

    def test_a_stranger_is_not_asked_to_vote(self):
        assert "Дауыс беру" not in text("2", "7", "3", phone=STRANGER)


class TestSlip:
    DIGITS = slips.make(48217735)

    def joined(self, slip, areas=(), digits=DIGITS):
        books = Books(slips={self.DIGITS: slip})
        phone = replace(STRANGER, lookups=books, areas=areas)
        return pressed("1", "1", digits, phone=phone) if not areas else self._from_the_slip(phone)

    def _from_the_slip(self, phone):
        pressed_phone = pressed("1", "1", phone=replace(phone, areas=()))
        pressed_phone.known = phone
        pressed_phone.press(self.DIGITS)
        return pressed_phone

    def test_a_free_slip_joins(self):
        phone = self.joined(Slip(SlipState.FREE, 7, 5), digits="4821 7735 " + self.DIGITS[-1])

        assert phone.turn.acts == (Join(self.DIGITS, 7),)
        assert phone.turn.outcome is Outcome.JOINED
        assert phone.turn.text == f"Тіркелдіңіз\n{MAIN}"

    def test_a_phone_that_is_on_the_roll_spends_no_slip(self):
        phone = self.joined(Slip(SlipState.FREE, 7, 5), areas=(7,))

        assert phone.turn.acts == ()
        assert phone.turn.text == f"Тіркелдіңіз\n{MAIN}"

    @pytest.mark.parametrize(
        ("slip", "acts", "says"),
        [
            pytest.param(Slip(SlipState.UNKNOWN, 0, 5), (WrongSlip(0),), "Талон нөмірі қате", id="unknown"),
            pytest.param(Slip(SlipState.UNKNOWN, 7, 1), (WrongSlip(7),), "Әкімдікке барыңыз", id="the-last-try"),
            pytest.param(Slip(SlipState.SPENT, 7, 5), (), "Талон пайдаланылған", id="spent"),
            pytest.param(Slip(SlipState.LOCKED, 7, 0), (), "Әкімдікке барыңыз", id="locked"),
        ],
    )
    def test_a_slip_that_admits_nobody_is_refused(self, slip, acts, says):
        phone = self.joined(slip)

        assert phone.turn.acts == acts
        assert phone.turn.outcome is Outcome.REFUSED
        assert phone.turn.text == f"{says}\nТалон нөмірін теріңіз, 9 цифр.\n00 Артқа"

    def test_what_is_no_slip_number_costs_no_try(self):
        phone = self.joined(Slip(SlipState.FREE, 7, 5), digits="4821")

        assert phone.turn.acts == ()
        assert phone.turn.text.startswith("Нөмір қате\n")

    def test_the_question_can_be_left(self):
        assert self.joined(Slip(SlipState.FREE, 7, 5), digits="00").turn.text.startswith("Сіз тізімде жоқсыз.")
