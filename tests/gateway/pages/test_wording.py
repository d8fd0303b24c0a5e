"""Sentences of the pages: complete in every language, and none of them borrowed."""

from itertools import combinations
from string import Formatter

import pytest

from gateway.pages.wording import TEXTS, choose_language

SAME = {
    frozenset({"kk", "ru"}): {"numbered", "budget"},
    frozenset({"kk-latin", "en"}): {"numbered", "moment", "tenge"},
}
"""Names that are the same in two languages by nature; SHARED are the same in all."""

SHARED = {"moment", "day"}


def blanks(text: str) -> set[str]:
    """Names between braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_says_the_same_things_with_the_same_blanks() -> None:
    for language, texts in TEXTS.items():
        assert set(texts) == set(TEXTS["kk"]), language
        for name, text in texts.items():
            if name != "months":
                assert blanks(text) == blanks(TEXTS["kk"][name]), (language, name)


def test_no_sentence_is_borrowed_from_another_language() -> None:
    for one, other in combinations(TEXTS, 2):
        shared = {name for name, text in TEXTS[one].items() if TEXTS[other][name] == text}
        assert shared - SHARED <= SAME.get(frozenset({one, other}), set()), (one, other)


def test_every_language_knows_twelve_months() -> None:
    assert {len(set(texts["months"])) for texts in TEXTS.values()} == {12}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("kk", "kk"),
        ("kk-KZ", "kk"),
        ("kk-Latn-KZ", "kk-latin"),
        ("en;q=0.2, ru;q=0.9", "ru"),
        ("ru;q=0, en", "en"),
        ("*", "kk"),
        (";;;q=x,,", "kk"),
        ("RU", "ru"),
    ],
)
def test_the_browser_s_preference_is_read(accepted: str, expected: str) -> None:
    assert choose_language(None, accepted, ("kk", "kk-latin", "ru", "en")) == expected


def test_only_configured_languages_are_offered() -> None:
    assert choose_language("en", "en, ru", ("kk", "ru")) == "ru"
