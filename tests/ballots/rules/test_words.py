from itertools import combinations
from string import Formatter

import pytest

from ballots.model import Step
from ballots.rules import RULES
from ballots.rules.decisions import Decision
from ballots.rules.words import NAMES, SENTENCES, TENGE, step_in_words


def test_every_language_has_a_sentence_for_every_decision_and_a_name_for_every_rule():
    for language in TENGE:
        assert set(SENTENCES[language]) == {*Decision, "paid", "reserved"}
        assert set(NAMES[language]) == set(RULES)


def test_every_language_fills_the_same_blanks():
    for decision, sentence in SENTENCES["en"].items():
        wanted = blanks(sentence)
        assert all(blanks(SENTENCES[language][decision]) == wanted for language in TENGE), decision


def blanks(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_sentence_is_borrowed_from_another_language():
    for one, other in combinations(TENGE, 2):
        assert not set(SENTENCES[one].values()) & set(SENTENCES[other].values())


def test_the_kazakh_letter_is_not_the_latin_one():
    for language in ("kk", "ru"):
        text = " ".join([*SENTENCES[language].values(), *NAMES[language].values()])
        plain = "".join(part for part, *_ in Formatter().parse(text))

        assert not [letter for letter in plain if letter.isascii() and letter.isalpha()]


@pytest.mark.parametrize(
    ("language", "step", "said"),
    [
        pytest.param(
            "ru",
            Step("1", 1, 57, 4_500_000, 5_000_000, Decision.FUNDED),
            "Голосов: 57. Денег хватает: 4 500 000 тенге. Остаётся 500 000 тенге.",
            id="funded by votes",
        ),
        pytest.param(
            "kk",
            Step("1", 1, 57, 4_500_000, 5_000_000, Decision.FUNDED, pays=78_948, reserved=True),
            "57 дауыс. Қолдаушылар құнын өз үлесінен төледі: 4 500 000 теңге, әрқайсысы ең көбі 78 948 теңге. "
            "Енді қалғаны: 500 000 теңге. Осындай жобаларға бөлінген үлестен төленді.",
            id="paid by supporters from a reserved share",
        ),
        pytest.param(
            "en",
            Step("1", 1, 2, 4_500_000, 5_000_000, Decision.BELOW_THRESHOLD),
            "Votes: 2. It needed at least: 10.",
            id="below the threshold",
        ),
        pytest.param(
            "kk-latin",
            Step("1", 1, 2, 4_500_000, 500_000, Decision.OVER_BUDGET),
            "2 dauys. Quny 4 500 000 tenge, al qalgany 500 000 tenge: aqsha jetpeidi.",
            id="too dear",
        ),
    ],
)
def test_a_step_in_words(language, step, said):
    assert step_in_words(language, step, threshold=10) == said
