"""A roll is loaded whole or not at all, whatever spelling its numbers have."""

import pytest

from gateway.errors import BadSheet
from gateway.home import Home
from gateway.identity import Identity
from gateway.loads.roll import BadPhone, Loaded, Onto, RollFile, Why, check_all_good, load_roll, read_roll
from gateway.sheets import read
from gateway.store import audit, phones, rolls
from tests.gateway.store.villages import ROUND, aul
from tests.homes import MADE

KZ = Identity("KZ", ("+77009999999",))


def roll_file(*numbers: str) -> RollFile:
    return read_roll(read("\n".join(("phone", *numbers)).encode()), KZ)


@pytest.mark.parametrize(
    "spelled",
    [
        "+77001234567",
        "77001234567",
        "87001234567",
        "8 700 123 45 67",
        "+7 (700) 123-45-67",
        "8-700-123-45-67",
        "0077001234567",
        "7001234567",
        "+7\xa0700\xa01234567",
    ],
)
def test_a_phone_is_one_phone_however_it_is_spelled(spelled: str) -> None:
    assert roll_file(spelled) == RollFile(("+77001234567",), (), 0, ())


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("89161234567", "8916… is not a mobile number of KZ"),
        ("+7700123456", "is not a mobile number"),
        ("87172123456", "is not a mobile number"),
        ("+77009999999", "is not a mobile number"),
        ("1414", "is not a mobile number"),
        ("Aigul", "is not a mobile number"),
        ("7,70E+10", "the spreadsheet has cut this number"),
        ("7.70012E+10", "the spreadsheet has cut this number"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(cell: str, said: str) -> None:
    found = read_roll(read(f'phone;name\n+77001234567;a\n"{cell}";b\n'.encode()), KZ)

    assert found.phones == ("+77001234567",)
    assert len(found.bad) == 1
    assert str(found.bad[0]).startswith("row 3: ")
    assert said in str(found.bad[0])


def test_a_row_without_a_phone_is_named() -> None:
    assert read_roll(read(b"phone;name\n;Aigul\n"), KZ).bad == (BadPhone(2, Why.MISSING, "", "KZ"),)


def test_a_bad_number_is_not_shown_whole() -> None:
    assert "91612" not in str(roll_file("89161234567").bad[0])
    assert "70012345" not in str(roll_file("7,70012345671E+10").bad[0]).replace(",", "")


@pytest.mark.parametrize("header", ["phone", "PHONE", " Phone ", "телефон"])
def test_other_columns_are_named_as_ignored(header: str) -> None:
    found = read_roll(read(f"name;{header};household\nA;+77001234567;3\n".encode()), KZ)

    assert (found.phones, found.ignored) == (("+77001234567",), ("name", "household"))


@pytest.mark.parametrize("body", [b"+77001234567\n87011234567\n", b"77001234567;\n77011234567;\n"])
def test_one_column_needs_no_header(body: bytes) -> None:
    assert read_roll(read(body), KZ).phones == ("+77001234567", "+77011234567")


def test_a_file_without_phones_says_what_it_holds() -> None:
    with pytest.raises(BadSheet, match="no column phone; the first row holds: name, street"):
        read_roll(read(b"name;street\nA;B\n"), KZ)


def test_repeated_rows_are_counted_and_loaded_once() -> None:
    found = roll_file("+77001234567", "87001234567", "+77011234567")

    assert (found.phones, found.repeated) == (("+77001234567", "+77011234567"), 1)


def test_nothing_is_loaded_unless_all_is_good_or_may_be_skipped() -> None:
    with pytest.raises(BadSheet, match=r"(?s)1 bad rows.*skip-bad.*row 3") as refused:
        check_all_good(("row 3: no",), "phone", skip_bad=False)
    assert refused.value.rows == ("row 3: no",)
    check_all_good(("row 3: no",), "phone", skip_bad=True)
    check_all_good((), "phone", skip_bad=False)


def test_a_roll_is_kept_as_tags_and_sealed_contacts(home: Home) -> None:
    place = aul(home)
    done: list[int] = []

    loaded = load_roll(home, Onto(ROUND, place), roll_file("+77001234567", "+77011234567"), MADE, done.append)

    assert loaded == Loaded(2, 0, 0, 0, ())
    assert sum(done) == 2
    tag = home.keys.voter_tag(ROUND, "+77001234567")
    with home.store.reading() as tx:
        assert rolls.is_on(tx, ROUND, tag, {place.id})
        assert not rolls.is_on(tx, ROUND, tag, {place.id + 1})
        assert rolls.size(tx, ROUND, [place.id, 99]) == 2
        assert sorted(rolls.contacts(tx, home.keys, ROUND, [place.id])) == [("+77001234567", ""), ("+77011234567", "")]
        assert [signed.link.entry["facts"]["added"] for signed in audit.entries(tx)] == [2]
        assert b"7700" not in b"".join(bytes(cell) for row in tx.rows("SELECT tag FROM roll") for cell in row)


def test_a_roll_grows_and_tells_who_was_there(home: Home) -> None:
    place = aul(home)
    load_roll(home, Onto(ROUND, place), roll_file("+77001234567"), MADE)

    again = load_roll(home, Onto(ROUND, place), roll_file("+77001234567", "+77011234567", "x"), MADE)

    assert again == Loaded(1, 1, 0, 1, ())


def test_no_announcement_goes_to_who_refused_it_or_asked_to_be_forgotten(home: Home) -> None:
    place = aul(home)
    numbers = [f"+7700123456{digit}" for digit in range(3)]
    load_roll(home, Onto(ROUND, place), roll_file(*numbers), MADE)
    with home.store.transaction() as tx:
        phones.stop(tx, home.keys.phone_tag(numbers[0]))
        phones.set_language(tx, home.keys.phone_tag(numbers[1]), "ru")
        assert rolls.erase_contact(tx, home.keys.phone_tag(numbers[2]))
        assert not rolls.erase_contact(tx, home.keys.phone_tag(numbers[2]))

        assert rolls.contacts(tx, home.keys, ROUND, [place.id]) == [(numbers[1], "ru")]
        assert rolls.size(tx, ROUND, [place.id]) == 3


def test_a_large_roll_is_loaded_in_short_transactions(sqlite_home: Home) -> None:
    place = aul(sqlite_home)
    numbers = [f"+7700{number:07}" for number in range(5000)]
    chunks: list[int] = []

    load_roll(sqlite_home, Onto(ROUND, place), roll_file(*numbers), MADE, chunks.append)

    assert sum(chunks) == 5000
    assert max(chunks) <= 1000
    with sqlite_home.store.reading() as tx:
        assert rolls.size(tx, ROUND, [place.id]) == 5000
