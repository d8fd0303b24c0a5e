"""A phone that tries a paper is answered as a real one, from the same beginning each time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import receipts, slips
from handlers.messages import Cast, Change, Confirm, Helped, Join, SetLanguage, Stop, WrongConfirm, WrongSlip
from handlers.rehearsing import MOST, RECEIPT, Does, Done, Village, confirm_digits, rehearse
from handlers.segments import fits_sms, fits_ussd
from tests.papers import AUL_PROPOSALS, CHOOSE_1, LIGHT, aul_paper, proposal
from tests.village import LANGUAGES as VILLAGE_LANGUAGES
from tests.villages import RESIDENTS, VILLAGES

LANGUAGES = ("kk", "ru")
KAZAKH = Village(LANGUAGES, "kk")
SHOWN = f"{RECEIPT[:3]} {RECEIPT[3:6]} {RECEIPT[6:]}"


def did(*lines):
    """`dials *384*44135#`, `keys 1`, `texts 3`."""
    return [Done(Does(line.partition(" ")[0]), line.partition(" ")[2]) for line in lines]


def played(*lines, paper=None, village=KAZAKH):
    return rehearse(paper or aul_paper(), village, did(*lines))


def acts(exchanges):
    return [type(act) for exchange in exchanges for act in exchange.acts]


def test_a_vote_by_ussd_ends_with_its_receipt():
    found = played("dials *384*44135#", "keys 1", "keys 3", "keys 1")

    assert found[-1].text == f"Дауысыңыз қабылданды. Түбіртек {SHOWN}. Рахмет!"
    assert [exchange.ends for exchange in found] == [False, False, False, True]
    assert acts(found) == [Cast]


def test_a_vote_by_sms_is_told_with_its_choice_where_the_paper_says_so():
    assert played("texts 3")[0].text == f"Дауысыңыз қабылданды: №3 Көпір. Түбіртек {SHOWN}"
    assert "Көпір" not in played("texts 3", paper=aul_paper(echo=False))[0].text


def test_what_was_voted_is_known_to_the_rest_of_the_rehearsal_and_to_no_other():
    again = played("texts 3", "texts өзгерту 1", "texts 1", "dials *384*44135#", "keys 4")

    assert acts(again) == [Cast, Change]
    assert "№1 Су құбыры" in again[1].text
    assert again[2].text == f"Дауысыңыз қабылданды: №1 Су құбыры. Түбіртек {SHOWN}"
    assert SHOWN in again[-1].text
    assert acts(played("texts 1")) == [Cast]


def test_a_held_vote_waits_for_two_digits_that_are_no_number():
    numbered = aul_paper(confirm_sms=True, proposals=(*AUL_PROPOSALS, proposal(42, LIGHT)))
    found = played("texts 3", "texts 99", "texts 43", paper=numbered)

    assert confirm_digits(numbered) == "43"
    assert "43" in found[0].text
    assert acts(found) == [Cast, WrongConfirm, Confirm]
    assert SHOWN in found[-1].text


def test_a_phone_without_a_language_chooses_one():
    found = played("dials *384*44135#", "keys 2", "texts список", village=Village(LANGUAGES))

    assert found[0].text.splitlines() == ["1 Қазақша", "2 Русский"]
    assert acts(found) == [SetLanguage]
    assert "1 Водопровод" in found[2].text


def test_a_phone_on_no_roll_gets_on_it_with_a_slip_of_any_number():
    slip = slips.show(slips.make(48217735))
    found = played(
        "texts 3",
        "texts тіркелу 4821-7735-0",
        f"texts тіркелу {slip}",
        "texts 3",
        village=Village(LANGUAGES, "kk", False),
    )

    assert acts(found) == [WrongSlip, Join, Cast]


def test_what_a_phone_asks_for_is_remembered_until_the_end():
    found = played("texts көмек", "texts көмек", "texts тоқта")

    assert acts(found) == [Helped, Stop]
    assert found[1].text == ""


def test_hanging_up_another_service_and_a_key_without_a_screen_bring_nothing():
    found = played("keys 1", "dials *100#", "dials *384*44135*7*3#", "keys #", "keys 1")

    assert [exchange.text != "" for exchange in found] == [False, False, True, False, False]
    assert acts(found) == []


def test_who_was_cut_off_is_asked_whether_to_go_on():
    first, _, again = played("dials *384*44135*7*3#", "keys #", "dials *384*44135#")

    assert "Көпір" in first.text
    assert again.text != played("dials *384*44135#")[0].text


def test_a_rehearsal_has_an_end():
    assert len(played(*["texts 3"] * (MOST + 5))) == MOST


def test_its_own_receipt_is_found_and_no_other():
    found = played("texts 3", f"texts тексеру {RECEIPT}", f"texts тексеру {receipts.make(1)}")

    assert "01.05" in found[1].text
    assert "табылмады" in found[2].text


def test_results_are_not_shown_before_there_are_any():
    assert "57" not in played("texts нәтиже")[0].text


@given(st.lists(st.tuples(st.sampled_from(Does), st.text(max_size=12)), max_size=4), st.booleans())
def test_whatever_is_typed_is_answered_within_its_place(typed, confirm):
    done = [Done(does, text) for does, text in typed]
    for exchange in rehearse(aul_paper(CHOOSE_1, confirm_sms=confirm), KAZAKH, done):
        fits = fits_sms(exchange.text, 2) if exchange.done.does is Does.TEXTS else fits_ussd(exchange.text)
        assert fits


@pytest.mark.parametrize("language", [None, "kk", "ru"])
def test_playing_it_again_brings_the_same(language):
    lines = ("dials *384*44135#", "keys 1", "keys 1", "keys 3", "keys 1", "texts 3", "texts тізім")
    village = Village(LANGUAGES, language)

    assert played(*lines, village=village) == played(*lines, village=village)


DIGITS = re.compile(r"(?<!\d)(42|47|58)(?!\d)")
RECEIPTS = re.compile(r"\d{3} \d{3} \d{4}")
ACTIONS = (
    *("dials *384*44135#", "dials *384*44135*7*3#", "dials *384*44135*7#"),
    *("keys 1", "keys 2", "keys 3", "keys 4", "keys 5", "keys 0", "keys 00", "keys 3 2", "keys x"),
    *("texts 3", "texts 1 2", "texts өзгерту 2", "texts тізім", "texts список", "texts инфо 3", "texts тексеру"),
    *("texts көмек", "texts тоқта", "texts нәтиже", "texts за 12", "texts digits", "texts 99"),
)


def masked(text):
    """Without what is drawn by lot."""
    return DIGITS.sub("DD", RECEIPTS.sub("RECEIPT", text))


@pytest.mark.parametrize("name", ["aul", "approval", "knapsack", "confirm", "quiet", "rehearsal", "long"])
@given(chosen=st.lists(st.sampled_from(ACTIONS), max_size=7))
def test_a_rehearsal_says_what_the_village_of_the_transcripts_says(name, chosen):
    village = VILLAGES[name]()
    (paper,) = village.papers
    village.at, phone, digits = paper.opens_at, RESIDENTS[0], "47"
    done, said = [], []
    for line in chosen:
        does, typed = line.split(" ", 1)
        if does == "keys" and (not done or played_all(paper, done)[-1].ends):
            continue
        ours, theirs = (confirm_digits(paper), digits) if typed == "digits" else (typed, typed)
        done.append(Done(Does(does), ours))
        said.append({"dials": village.dial, "keys": village.key, "texts": village.sms}[does](phone, theirs))
        digits = next(iter(DIGITS.findall(said[-1])), digits)

    assert [masked(exchange.text) for exchange in played_all(paper, done)] == [masked(text) for text in said]


def played_all(paper, done):
    return rehearse(paper, Village(VILLAGE_LANGUAGES), done)
