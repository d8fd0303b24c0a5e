"""A text that nobody wrote is lent by the nearest language, and follows it."""

import pytest

from gateway.filling import filled, followed

LANGUAGES = ("kk", "kk-latin", "ru", "en")
WATER = {"kk": "Су құбыры", "kk-latin": "Su qubyry", "ru": "Водопровод", "en": "Водопровод"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"kk": "Су құбыры", "ru": "Водопровод"}, WATER),
        ({"kk": "Су құбыры", "ru": "", "en": "Water"}, WATER | {"ru": "Су құбыры", "en": "Water"}),
        ({"ru": "Мост"}, dict.fromkeys(LANGUAGES, "Мост")),
        ({"de": "Brücke"}, dict.fromkeys(LANGUAGES, "Brücke")),
        ({"kk": "", "ru": ""}, {}),
        ({}, {}),
    ],
    ids=str,
)
def test_what_is_empty_is_filled_in(written: dict[str, str], expected: dict[str, str]) -> None:
    assert filled(written, LANGUAGES) == expected


def test_what_was_lent_follows_its_source() -> None:
    typed = WATER | {"kk": "Көпір", "ru": "Мост"}

    assert followed(typed, WATER, LANGUAGES) == {"kk": "Көпір", "kk-latin": "Kopir", "ru": "Мост", "en": "Мост"}


def test_what_somebody_wrote_stays() -> None:
    before = WATER | {"en": "Water pipe", "kk-latin": "Su quvyry"}
    typed = before | {"kk": "Көпір", "ru": "Мост"}

    assert followed(typed, before, LANGUAGES) == typed


def test_a_new_text_has_nothing_to_follow() -> None:
    assert followed({"kk": "Көпір", "ru": "", "en": ""}, {}, LANGUAGES)["ru"] == "Көпір"
    assert followed(dict.fromkeys(LANGUAGES, ""), WATER, LANGUAGES) == {}


def test_one_text_for_all_may_be_replaced_in_one_language() -> None:
    same = dict.fromkeys(LANGUAGES, "Мост")

    assert followed(same | {"kk": "Көпір"}, same, LANGUAGES) == dict.fromkeys(LANGUAGES, "Көпір") | {"kk-latin": "Мост"}
    assert followed(same | {"ru": "Водопровод"}, same, LANGUAGES)["kk"] == "Мост"
    assert followed(same, same, LANGUAGES) == same
