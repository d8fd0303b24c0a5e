"""Sheets of officials are read whatever program wrote them."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from gateway import sheets
from gateway.errors import BadSheet
from gateway.sheets import Record, Row, decode, read, table

KAZAKH = "phone;name\n+77001234567;Қарауыл\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def one_phone() -> bytes:
    return workbook(("phone",), (77001234567,))


def rezipped(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A workbook whose parts were changed; None leaves a part out."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(one_phone())) as packed, ZipFile(out, "w", ZIP_DEFLATED) as again:
        for name in packed.namelist():
            part = change(name, packed.read(name))
            if part is not None:
                again.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "kz1048"], ids=lambda name: name
)
def test_every_encoding_of_an_akimat_gives_the_same_rows(encoding: str) -> None:
    assert read(KAZAKH.encode(encoding)) == (Row(1, ("phone", "name")), Row(2, ("+77001234567", "Қарауыл")))


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b"phone\n1\n2", [(1, "phone"), (2, "1"), (3, "2")]),
        (b"a;b\r\n1;2\r\n", [(1, "a", "b"), (2, "1", "2")]),
        (b"a,b\n1,2\n", [(1, "a", "b"), (2, "1", "2")]),
        (b"a\tb\n1\t2\n", [(1, "a", "b"), (2, "1", "2")]),
        (b"sep=,\na,b\n1,2\n", [(2, "a", "b"), (3, "1", "2")]),
        (b'a;b\n"1;x";2\n', [(1, "a", "b"), (2, "1;x", "2")]),
        (b'a;b\n"1\nx";2\n3;4\n', [(1, "a", "b"), (2, "1\nx", "2"), (4, "3", "4")]),
        (b"a;b,c\n1;2,5\n", [(1, "a", "b,c"), (2, "1", "2,5")]),
        (b"\n\n a ; b \n;\n1;2\n", [(3, "a", "b"), (5, "1", "2")]),
        ("a;b\n\u00a01\u00a0;2\n".encode(), [(1, "a", "b"), (2, "1", "2")]),
        (b"a;b\r1;2\r", [(1, "a", "b"), (2, "1", "2")]),
        (b"", []),
    ],
    ids=[
        "one-column",
        "semicolon",
        "comma",
        "tab",
        "sep-note",
        "quoted",
        "two-lines",
        "most-cells",
        "blank-rows",
        "hard-spaces",
        "old-mac",
        "empty",
    ],
)
def test_rows_of_a_csv(body: bytes, rows: list[tuple[object, ...]]) -> None:
    assert read(body) == tuple(Row(no, tuple(cells)) for no, *cells in rows)


def test_rows_of_a_workbook_with_numbers_as_excel_keeps_them() -> None:
    body = workbook(
        ("phone", "name"),
        (77001234567, "int"),
        (77001234568.0, "float"),
        ("7,70E+10", "cut"),
        (None, None),
        (1.5, date(2026, 5, 1)),
        ("  +77001234569\u00a0",),
    )

    assert read(body) == (
        Row(1, ("phone", "name")),
        Row(2, ("77001234567", "int")),
        Row(3, ("77001234568", "float")),
        Row(4, ("7,70E+10", "cut")),
        Row(6, ("1.5", "2026-05-01T00:00:00")),
        Row(7, ("+77001234569",)),
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"PK\x03\x04 and then nothing", "save it again"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"\.xls"),
        (b"\xff\xfea", "UTF-8"),
        (b'a;b\n"1;2\x00', "UTF-8|quote"),
        (b"a" * 200_000, "row 1: .*quote"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "without"),
        (rezipped(lambda name, part: part + b" " * sheets.MOST_UNPACKED if "sheet1" in name else part), "split"),
    ],
    ids=["no-workbook", "old-workbook", "half-utf-16", "nul", "one-long-line", "password", "bomb"],
)
def test_what_cannot_be_read_is_said_with_what_to_do(body: bytes, said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        read(body)


def test_a_table_finds_its_columns_and_names_the_others() -> None:
    rows = read("﻿ Phone ;Name;Household\n1;2\n".encode())

    found = table(rows, ("phone", "cost"))

    assert found.records == (Record(2, {"phone": "1"}),)
    assert (found.columns, found.ignored) == (("phone",), ("Name", "Household"))
    assert found.records[0]["cost"] == ""


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadSheet, match="phone stands twice"):
        table(read(b"phone;Phone\n1;2\n"), ("phone",))
    with pytest.raises(BadSheet, match="no rows"):
        table((), ("phone",))


def damaged() -> Iterator[bytes]:
    """Workbooks of which a part is missing, cut, or something else."""
    with ZipFile(io.BytesIO(rezipped(lambda _, part: part))) as packed:
        parts = packed.namelist()
    for name in parts:
        for change in (
            lambda part: None,
            lambda part: part[: len(part) // 2],
            lambda part: b"",
            lambda part: b"\xff" * 9,
        ):
            yield rezipped(lambda each, part, name=name, change=change: change(part) if each == name else part)


def test_a_damaged_workbook_is_rows_or_a_sentence() -> None:
    sentences = []
    for content in damaged():
        try:
            assert read(content)[0].cells == ("phone",)
        except BadSheet as error:
            sentences.append(str(error))

    assert len(sentences) > 10
    assert all("save it again" in sentence for sentence in sentences)


@given(st.integers(4, 5000), st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_is_rows_or_a_sentence(place: int, byte: int) -> None:
    content = bytearray(rezipped(lambda _, part: part))
    content[place % len(content)] = byte
    try:
        rows = read(bytes(content))
    except BadSheet as error:
        assert str(error)
    else:
        assert all(any(row.cells) for row in rows)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) in {text, text.removeprefix("\ufeff")}


@given(st.binary())
def test_whatever_comes_is_rows_or_a_sentence(content: bytes) -> None:
    try:
        rows = read(content)
    except BadSheet as error:
        assert str(error)
    else:
        assert all(any(row.cells) for row in rows)


def test_what_is_handed_out_opens_in_excel_and_comes_back_as_it_was() -> None:
    rows = (("number", "name", "votes"), (1, 'Су құбыры; "жаңа"', 57), (2, "Ә\nҚ", 0))
    content = sheets.write(rows)

    assert content.startswith(b"\xef\xbb\xbfnumber;name;votes\r\n")
    assert [row.cells for row in sheets.read(content)] == [tuple(map(str, row)) for row in rows]


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-2", "@sum(A1)", "\t=1", " =1", "\u00a0@x", "\r=1"])
def test_no_text_that_is_handed_out_is_taken_for_a_formula(cell: str) -> None:
    assert sheets.harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-5, 12, "", "A=B", "Су құбыры", "3-қабат"])
def test_what_is_no_formula_is_handed_out_as_it_is(cell: object) -> None:
    assert sheets.harmless(cell) == cell
