"""Kazakh is written in Latin letters as the sentences of the gateway are."""

import pytest

from gateway.demo_aul import AUL, DISTRICT, PROPOSALS, TITLE
from handlers.latin import latin
from handlers.segments import septets

WRITTEN = [
    texts
    for one in (AUL.names, DISTRICT.names, TITLE, *(texts for each in PROPOSALS for texts in (each.names, each.shorts, each.texts)))
    for texts in [(one["kk"], one["kk-latin"])]
]  # fmt: skip


@pytest.mark.parametrize(("cyrillic", "expected"), WRITTEN, ids=[kk for kk, _ in WRITTEN])
def test_a_text_is_written_as_people_write_it(cyrillic, expected):
    assert latin(cyrillic) == expected


def test_every_letter_of_kazakh_becomes_one_of_the_gsm_alphabet():
    for letter in "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя№«»–—₸":
        assert septets(latin(letter)) == len(latin(letter))
        assert septets(latin(letter.upper())) == len(latin(letter))


def test_a_capital_of_two_letters_has_one_capital():
    assert latin("Шу өзені, №3") == "Shu ozeni, N3"
