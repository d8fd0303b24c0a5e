"""A receipt keyed in: whoever holds it is told which day's batch counted its vote, and never the choice."""

from dataclasses import replace
from datetime import date

import pytest

from ballots import receipts
from ballots.model import PollKind, Standing
from handlers.messages import Found
from handlers.segments import fits_ussd
from tests.handlers.ussd.phones import LANGUAGES, SOUND, Books, Phone, entry, known, long_paper
from tests.papers import CLOSES, aul_paper, district_paper

DAY = date(2026, 5, 4)
ASKED = "Түбіртек нөмірін теріңіз, 10 цифр.\n00 Артқа"
HELD = Found(aul_paper(confirm_sms=True), Standing.HELD, DAY)


def answered(*found, key=SOUND, at=None, **more):
    """The phone that keyed this in on the screen for receipts."""
    phone = Phone(replace(known(entry(aul_paper()), **more), lookups=Books(found=found)))
    phone.at = at or phone.at
    phone.dial()
    phone.press("4", "2", key)
    return phone


@pytest.mark.parametrize(
    ("found", "says"),
    [
        pytest.param(Found(aul_paper(), Standing.MIXED, DAY, 3), "Қарауыл: дауыс есепке алынды 04.05.", id="counted"),
        pytest.param(Found(aul_paper(), Standing.PENDING, DAY), "Қарауыл: дауыс қабылданды 04.05.", id="pending"),
        pytest.param(HELD, "Қарауыл: дауысты растаңыз.", id="held"),
        pytest.param(Found(aul_paper(), Standing.MIXED, DAY, lost=True), "Қарауыл: дауыс ашылмады.", id="lost"),
        pytest.param(
            Found(aul_paper(kind=PollKind.REHEARSAL), Standing.MIXED, DAY, 1),
            "СЫНАҚ. Қарауыл: дауыс есепке алынды 04.05.",
            id="rehearsal",
        ),
    ],
)
def test_a_receipt_tells_where_its_vote_stands(found, says):
    phone = answered(found)

    assert (phone.turn.text, phone.turn.acts) == (says, ())
    assert phone.turn.ends


def test_a_vote_that_nobody_confirmed_before_the_end_has_expired():
    assert answered(HELD, at=CLOSES + HELD.paper.grace).turn.text == "Қарауыл: дауыс расталмады."


@pytest.mark.parametrize(
    ("key", "says"),
    [
        pytest.param("4821773552", "Түбіртек нөмірі қате", id="two digits swapped"),
        pytest.param("4821773526", "Түбіртек нөмірі қате", id="one digit wrong"),
        pytest.param(receipts.make(1), "Мұндай түбіртек жоқ", id="of no vote"),
        pytest.param("482177352", "Нөмір қате", id="a digit missing"),
        pytest.param("тексеру", "Нөмір қате", id="a word"),
    ],
)
def test_what_is_no_receipt_of_a_vote_is_asked_for_again(key, says):
    phone = answered(Found(aul_paper(), Standing.MIXED, DAY, 1), key=key)

    assert phone.turn.text == f"{says}\n{ASKED}"
    assert phone.session.screen == "receipt"


def test_spaces_and_dashes_do_not_matter():
    found = Found(aul_paper(), Standing.MIXED, DAY, 1)

    assert answered(found, key="482-177 3525").turn.text.startswith("Қарауыл: дауыс есепке алынды")


def test_of_two_polls_that_drew_the_same_receipt_the_phone_s_own_comes_first():
    district = Found(district_paper(), Standing.PENDING, DAY)
    aul = Found(aul_paper(), Standing.MIXED, DAY, 1)

    assert answered(district, aul).turn.text.split("\n")[0] == "Қарауыл: дауыс есепке алынды 04.05."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standing", [Standing.MIXED, Standing.PENDING, Standing.HELD])
def test_the_longest_answers_fit_a_screen(standing, language):
    long = Found(long_paper(1, kind=PollKind.REHEARSAL), standing, DAY)

    assert fits_ussd(answered(long, long, language=language).turn.text)


def test_the_question_can_be_left():
    assert answered(key="00").turn.text.startswith("Ауыл: дауыс бермегенсіз\n")


def test_a_phone_on_no_roll_may_ask_too():
    stranger = known(papers=(aul_paper(),))
    phone = Phone(replace(stranger, lookups=Books(found=(Found(aul_paper(), Standing.MIXED, DAY, 1),))))
    phone.dial()

    assert phone.press("4", "2", SOUND) == "Қарауыл: дауыс есепке алынды 04.05."
