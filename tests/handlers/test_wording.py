"""What people type is read as they meant it, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.wording import Numeral, Wording, fold, read, resembles_number

ONE = (Numeral(0, "3"),)


@pytest.mark.parametrize(
    "text",
    [
        "3",
        " 3 ",
        "№3",
        "№ 3",
        "#3",
        "3.",
        "3!",
        "(3)",
        "«3»",
        "“3”",
        "'3'",
        "３",
        "٣",
        "۳",
        "3️⃣",
        "\u200f3\u200e",
        "3\n",
        "- 3",
        "3 -",
        "③",
        "3…",
        "[3]",
        "3;",
    ],
)
def test_a_number_alone_is_read_in_any_dress(text: str) -> None:
    assert Wording(numbers=ONE) == read(text)


@pytest.mark.parametrize(
    "text", ["2,5", "2, 5", "2 5", "2;5", "2\n5", "2. 5", "№2 №5", "2، 5".replace("،", ","), "２　５", "2 - 5"]
)
def test_two_numbers_are_two(text: str) -> None:
    assert Wording(numbers=(Numeral(0, "2"), Numeral(0, "5"))) == read(text)


@pytest.mark.parametrize("text", ["7*3", "7 * 3", "７＊３", "7* 3"])
def test_a_star_joins_an_area_and_a_number(text: str) -> None:
    assert Wording(numbers=(Numeral(7, "3"),)) == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.5",
        "3-5",
        "3/5",
        "3+5",
        "+3",
        "-3",
        "3?",
        "3%",
        "3*",
        "*3",
        "12:30",
        "7*3*1",
        "3👍",
        "½",
        "m³3³",
        "3=5",
        "02.05.2026",
        "3 ☺",
        "3\x00",
        "3@",
    ],
)
def test_a_mark_that_nobody_expects_in_a_vote_is_kept(text: str) -> None:
    assert read(text).marks


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ТІЗІМ", "тізім"),
        ("тизим", "тізім"),
        ("ТIЗIМ", "тізім"),  # Latin I
        ("ӨЗГЕРТУ", "озгерту"),
        ("HET", "нет"),  # Latin letters
        ("КӨМЕК", "komek"),
        ("дауыс", "дayыc"),
        ("Tіzіm", "tizim"),
        ("Түбіртек", "тубиртек"),
        ("ёлка", "елка"),
        ("ҚҰРЫЛЫС", "курылыс"),
        ("dauy\u200bs", "dauys"),
        ("Ozgertý", "ozgerty"),
    ],
)
def test_letters_that_look_or_sound_alike_are_one(typed: str, meant: str) -> None:
    assert fold(meant) == fold(typed)


@pytest.mark.parametrize("text", ["1O", "1О", "l0x", "З", "O", "3ші", "а1б2", "1st"])
def test_a_number_with_letters_in_it_is_a_word_that_resembles_one(text: str) -> None:
    words = read(text).words

    assert words
    assert any(map(resembles_number, words))


def test_a_word_and_its_number_may_stand_together() -> None:
    assert Wording((fold("дауыс"),), ONE) == read("Дауыс3")


def test_digits_in_groups_are_a_row() -> None:
    assert read("4821-7735-2").digits == "482177352"
    assert read("7*3 482").digits == ""


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    wording = read(text)

    assert all(digits.isascii() and digits.isdigit() for _, digits in wording.numbers)
