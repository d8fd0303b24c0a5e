"""Columns are known by what akimats call them, and a clerk may say otherwise."""

from itertools import count

import pytest

from gateway.errors import BadSheet
from gateway.loads.columns import Column, known, matched, meaning
from gateway.loads.proposals import Fault, read_proposals, read_under
from gateway.sheets import read

LANGUAGES = ("kk", "ru")
KAZAKH = (
    "2026 жылғы жобалар тізбесі;;;;\n"
    ";;;;\n"
    "Р/с;Жобаның атауы;Жобаның құны, теңге;Қысқаша атауы;Бағыты\n"
    "1;Ауылға су құбыры;4 500 000;Су құбыры;су\n"
    "2;Мектеп шатыры;3000000;Мектеп шатыры;білім\n"
)
RUSSIAN = (
    "№ п/п;Наименование проекта;Наименование (каз.);Сумма, тенге;Цель ЦУР;Примечание\n"
    "1;Водопровод;Су құбыры;4 500 000,00;6;срочно\n"
)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("number", "number"),
        ("№", "number"),
        ("№ п/п", "number"),
        ("Жоба нөмірі", "number"),
        ("Номер проекта", "number"),
        ("Стоимость проекта (тг)", "cost"),
        ("Құны", "cost"),
        ("Cost", "cost"),
        ("Санаты", "category"),
        ("Бағыты", "category"),
        ("ТДМ", "sdg"),
        ("ЦУР", "sdg"),
        ("Конфликтная группа", "group"),
        ("Наименование", "name_ru"),
        ("Название на казахском", "name_kk"),
        ("Атауы (орысша)", "name_ru"),
        ("Атауы", "name_kk"),
        ("name_kk_latin", "name_kk-latin"),
        ("Атауы (латын)", "name_kk-latin"),
        ("Краткое название", "short_ru"),
        ("Қысқаша атауы", "short_kk"),
        ("Описание", "text_ru"),
        ("Сипаттамасы", "text_kk"),
        ("Project name", ""),
        ("Colour", ""),
        ("", ""),
    ],
)
def test_a_heading_is_known_in_the_languages_of_akimats(heading: str, expected: str) -> None:
    assert meaning(heading, ("kk", "ru", "kk-latin")) == expected


def test_every_column_is_known_by_its_own_name() -> None:
    for column in known(("kk", "kk-latin", "ru", "en")):
        assert meaning(column, ("kk", "kk-latin", "ru", "en")) == column


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_a_list_with_a_title_above_it_is_read_from_kazakh_windows_too(encoding: str) -> None:
    found = read_proposals(read(KAZAKH.encode(encoding)), LANGUAGES)

    assert [(one.number, one.names["kk"], one.shorts["kk"], one.cost) for one in found.proposals] == [
        (1, "Ауылға су құбыры", "Су құбыры", 4_500_000),
        (2, "Мектеп шатыры", "Мектеп шатыры", 3_000_000),
    ]
    assert found.proposals[0].category == "су"
    assert found.faults == ()


def test_each_column_shows_some_of_its_values_and_what_it_seems_to_mean() -> None:
    sheet = matched(read(RUSSIAN.encode()), LANGUAGES)

    assert sheet.columns == (
        Column("№ п/п", "number", ("1",)),
        Column("Наименование проекта", "name_ru", ("Водопровод",)),
        Column("Наименование (каз.)", "name_kk", ("Су құбыры",)),
        Column("Сумма, тенге", "cost", ("4 500 000,00",)),
        Column("Цель ЦУР", "sdg", ("6",)),
        Column("Примечание", "", ("срочно",)),
    )


def test_a_clerk_says_what_columns_mean_and_a_sheet_without_numbers_gets_them() -> None:
    sheet = matched(read("A;B;C\nСу құбыры;100;x\nЖол;0;\nКөпір;300\n".encode()), LANGUAGES)

    found = read_under(sheet.under(("name_kk", "cost", "")), LANGUAGES, count(5))

    assert [column.means for column in sheet.columns] == ["", "", ""]
    assert [(one.number, one.names["kk"]) for one in found.proposals] == [(5, "Су құбыры"), (7, "Көпір")]
    assert [(fault.no, fault.fault, dict(fault.facts)) for fault in found.faults] == [(3, Fault.COST, {"cell": "0"})]


def test_two_columns_of_one_meaning_are_the_first_of_them() -> None:
    sheet = matched(read("№;Наименование;Название;Сумма\n1;А;Б;5\n".encode()), LANGUAGES)

    assert [column.means for column in sheet.columns] == ["number", "name_ru", "", "cost"]


def test_a_cell_beyond_the_header_is_a_column_without_a_heading() -> None:
    sheet = matched(read("№;Атауы;Құны\n1;Су;5;тағы\n".encode()), LANGUAGES)

    assert sheet.columns[3] == Column("", "", ("тағы",))


@pytest.mark.parametrize(
    ("body", "phrase"), [("", "no_rows"), ("№;Атауы\n1;Су\n", "no_column"), ("№;Құны\n1;5\n", "no_column")]
)
def test_a_sheet_that_lacks_something_says_which_sentence_tells_it(body: str, phrase: str) -> None:
    with pytest.raises(BadSheet) as refused:
        read_proposals(read(body.encode()), LANGUAGES)

    assert refused.value.phrase == phrase
