"""Lengths on the air, against the standard's numbers and against smsutil."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from handlers import segments
from handlers.segments import fits_sms, fits_ussd, pages, septets, sms_parts, split_sms, units

GSM = st.text(alphabet=segments.BASIC + segments.EXTENSION, max_size=700)
UCS2 = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400).map(lambda text: text + "і")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("Dauys 3", 7, id="latin"),
        pytest.param("{}[]~\\^|€", 18, id="the-extension-costs-two"),
        pytest.param("\n\r\f", 4, id="control-characters"),
        pytest.param("Су", None, id="cyrillic"),
        pytest.param("№3", None, id="the-numero-sign-is-not-in-the-alphabet"),
        pytest.param("ç", None, id="small-c-cedilla-is-not-in-the-alphabet"),
        pytest.param("Ç", 1, id="capital-c-cedilla-is"),
    ],
)
def test_septets(text, length):
    assert septets(text) == length


def test_the_alphabet_has_127_characters_and_the_extension_ten():
    assert len(set(segments.BASIC)) == 127
    assert len(set(segments.EXTENSION)) == 10


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        pytest.param("a" * 182, True, id="182-septets"),
        pytest.param("a" * 183, False, id="183-septets"),
        pytest.param("a" * 181 + "€", False, id="an-escape-over-the-edge"),
        pytest.param("ә" * 80, True, id="80-units"),
        pytest.param("ә" * 81, False, id="81-units"),
        pytest.param("🗳" * 40, True, id="40-pairs"),
        pytest.param("🗳" * 40 + "a", False, id="40-pairs-and-one"),
    ],
)
def test_a_ussd_screen_is_160_octets(text, fits):
    assert fits_ussd(text) is fits


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", 1, id="nothing-is-one-message"),
        pytest.param("a" * 160, 1, id="160"),
        pytest.param("a" * 161, 2, id="161"),
        pytest.param("a" * 306, 2, id="306"),
        pytest.param("a" * 307, 3, id="307"),
        pytest.param("ә" * 70, 1, id="70"),
        pytest.param("ә" * 71, 2, id="71"),
        pytest.param("ә" * 134, 2, id="134"),
        pytest.param("ә" * 135, 3, id="135"),
    ],
)
def test_sms_parts(text, parts):
    assert sms_parts(text) == parts
    assert fits_sms(text, parts)
    assert not fits_sms(text, parts - 1)


def test_an_escape_is_not_torn_apart():
    parts = split_sms("a" * 152 + "€" + "b" * 10)

    assert parts == ("a" * 152, "€" + "b" * 10)


def test_a_surrogate_pair_is_not_torn_apart():
    parts = split_sms("ә" * 66 + "🗳" + "ө" * 10)

    assert parts == ("ә" * 66, "🗳" + "ө" * 10)


@given(text=st.one_of(GSM, UCS2))
def test_parts_are_those_of_smsutil(text):
    expected = [part.content for part in smsutil.split(text).parts]

    assert list(split_sms(text)) == expected


@given(text=st.one_of(GSM, UCS2))
def test_nothing_is_lost_between_parts(text):
    assert "".join(split_sms(text)) == text
    assert units(text) == len(text.encode("utf-16-be")) // 2


def ten(text):
    return len(text) <= 10


def test_lines_that_fit_are_one_page():
    assert pages(["1 а", "2 б"], "", "0", ten) == ("1 а\n2 б",)


def test_the_head_opens_the_first_page_and_the_feet_close_them():
    assert pages(["1 а", "2 б", "3 в"], "Х", "0", ten, end="00") == ("Х\n1 а\n0", "2 б\n3 в\n00")


def test_the_next_page_is_named_where_the_foot_asks_for_it():
    assert pages(["1 аааа", "2 б", "3 в"], "", "({next})", ten) == ("1 аааа\n(2)", "2 б\n3 в")


def test_a_line_too_long_for_any_page_stands_alone_whole():
    assert pages(["1 а", "2 " + "б" * 20, "3 в"], "", "0", ten) == ("1 а\n0", "2 " + "б" * 20 + "\n0", "3 в")


def test_no_lines_are_one_page_of_head_and_foot():
    assert pages([], "Х", "0", ten, end="00") == ("Х\n00",)


@given(
    lines=st.lists(st.text(alphabet="абв 1", min_size=1, max_size=24).map(lambda line: "№" + line), max_size=130),
    head=st.sampled_from(["", "Жобалар"]),
)
def test_pages_keep_every_line_whole_and_in_order(lines, head):
    more, end = "0 Келесі 00 Артқа", "00 Артқа"

    found = pages(lines, head, more, fits_ussd, end)

    assert all(fits_ussd(page) for page in found)
    kept = [line for page in found for line in page.split("\n") if line not in {head, more, end}]
    assert kept == lines
    assert [page.endswith(more) for page in found] == [True] * (len(found) - 1) + [False]
