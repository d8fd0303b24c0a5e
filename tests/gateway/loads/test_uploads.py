"""A roll in two steps: seen before it is loaded, and between the two readable by the page alone."""

from datetime import datetime, timedelta

import pytest

from gateway.errors import BadSheet, NotThere
from gateway.home import Home
from gateway.loads import uploads
from gateway.loads.roll import BadPhone, Onto, Why
from gateway.loads.uploads import Preview
from gateway.schedule import housekeep
from gateway.store import audit, roll_uploads, rolls
from gateway.store.roll_uploads import Upload
from tests.gateway.store.villages import ROUND, aul
from tests.homes import MADE

NUMBERS = [f"+7700123456{digit}" for digit in range(3)]


def sheet(*numbers: str, more: str = "") -> bytes:
    return "\n".join(("phone;name", *(f"{number};Айгүл" for number in numbers), *([more] if more else []))).encode()


@pytest.fixture
def onto(home: Home) -> Onto:
    return Onto(ROUND, aul(home), "Айгүл Сейіт")


def loaded(home: Home, onto: Onto, shown: Preview, at: datetime = MADE) -> Upload:
    uploads.finish(home, uploads.begin(home, onto, shown.id, shown.key, at), lambda: at)
    with home.store.reading() as tx:
        return roll_uploads.by_id(tx, shown.id, onto.place.id)


def size(home: Home, onto: Onto) -> int:
    with home.store.reading() as tx:
        return rolls.size(tx, ROUND, [onto.place.id])


def test_a_file_is_compared_with_itself_and_with_the_roll_before_it_is_loaded(home: Home, onto: Onto) -> None:
    loaded(home, onto, uploads.preview(home, onto, sheet(NUMBERS[0]), MADE))

    shown = uploads.preview(home, onto, sheet(*NUMBERS, NUMBERS[1], "8916123", more=";Серік"), MADE)

    assert (shown.new, shown.already, shown.repeated, shown.ignored) == (2, 1, 1, ("name",))
    assert shown.bad == (BadPhone(6, Why.NO_MOBILE, "8916", "KZ"), BadPhone(7, Why.MISSING, "", "KZ"))
    assert size(home, onto) == 1

    ended = loaded(home, onto, shown)
    assert (ended.state, ended.total, ended.done, ended.added) == ("done", 3, 3, 2)
    assert size(home, onto) == 3
    with home.store.reading() as tx:
        found = [signed.link.entry for signed in audit.entries(tx)]
    assert [(entry["actor"], entry["facts"]["added"]) for entry in found if entry["act"] == "load roll"] == [
        ("Айгүл Сейіт", 1),
        ("Айгүл Сейіт", 2),
    ]


@pytest.mark.parametrize(
    "content", [sheet("8916123"), sheet(), b"phone\n", b"", b"name\nx\n"], ids=["bad", "header", "one", "empty", "none"]
)
def test_a_file_without_a_phone_is_refused_and_nothing_is_kept(home: Home, onto: Onto, content: bytes) -> None:
    with pytest.raises(BadSheet):
        uploads.preview(home, onto, content, MADE)

    with home.store.reading() as tx:
        assert tx.rows("SELECT id FROM roll_upload") == []


def test_no_phone_of_the_file_and_no_key_lies_in_the_home(sqlite_home: Home) -> None:
    onto = Onto(ROUND, aul(sqlite_home))
    shown = uploads.preview(sqlite_home, onto, sheet(*NUMBERS), MADE)
    key = bytes.fromhex(shown.key)

    for file in [path for path in sqlite_home.path.rglob("*") if path.is_file()]:
        content = file.read_bytes()
        for secret in (b"700123456", key, shown.key.encode()):
            assert secret not in content, file.name


def test_the_sealed_phones_are_erased_when_loading_begins(home: Home, onto: Onto) -> None:
    shown = uploads.preview(home, onto, sheet(*NUMBERS), MADE)
    uploads.begin(home, onto, shown.id, shown.key, MADE)

    with home.store.reading() as tx:
        assert tx.rows("SELECT state, sealed FROM roll_upload") == [("loading", None)]


def test_an_upload_is_loaded_once_by_who_sent_it_within_the_hour(home: Home, onto: Onto) -> None:
    other = aul(home, 8)
    shown = uploads.preview(home, onto, sheet(*NUMBERS), MADE)
    wrong = [
        (onto, shown.id, "00" * 32, MADE),
        (onto, shown.id, "zz", MADE),
        (onto, "0" * 32, shown.key, MADE),
        (Onto(ROUND, onto.place, "another"), shown.id, shown.key, MADE),
        (Onto(ROUND, other, onto.actor), shown.id, shown.key, MADE),
        (onto, shown.id, shown.key, MADE + timedelta(hours=1)),
    ]
    for where, upload, key, at in wrong:
        with pytest.raises(NotThere, match="upload the file again"):
            uploads.begin(home, where, upload, key, at)

    assert uploads.begin(home, onto, shown.id, shown.key, MADE).phones == tuple(NUMBERS)
    with pytest.raises(NotThere, match="upload the file again"):
        uploads.begin(home, onto, shown.id, shown.key, MADE)


def test_what_nobody_wanted_is_erased(home: Home, onto: Onto) -> None:
    first, _ = (uploads.preview(home, onto, sheet(*NUMBERS), MADE) for _ in range(2))
    with home.store.transaction() as tx:
        assert [row[0] == first.id for row in tx.rows("SELECT id FROM roll_upload")] == [False]

    housekeep(home, MADE + timedelta(minutes=59))
    with home.store.reading() as tx:
        assert len(tx.rows("SELECT id FROM roll_upload")) == 1
    housekeep(home, MADE + timedelta(hours=1))
    with home.store.reading() as tx:
        assert tx.rows("SELECT id FROM roll_upload") == []

    third = uploads.preview(home, onto, sheet(*NUMBERS), MADE)
    with home.store.transaction() as tx:
        assert not roll_uploads.drop(tx, third.id, onto.place.id, "another")
        assert roll_uploads.drop(tx, third.id, onto.place.id, onto.actor)


def test_a_loading_that_was_cut_off_says_so_and_the_same_file_adds_the_rest(home: Home, onto: Onto) -> None:
    shown = uploads.preview(home, onto, sheet(*NUMBERS), MADE)
    uploads.begin(home, onto, shown.id, shown.key, MADE)  # and the box lost its power
    with home.store.transaction() as tx:
        rolls.add(tx, ROUND, onto.place.id, rolls.seal(home.keys, ROUND, NUMBERS[:1]))
        cut = roll_uploads.by_id(tx, shown.id, onto.place.id)

    assert not cut.stopped(MADE + timedelta(minutes=1))
    assert cut.stopped(MADE + timedelta(minutes=2))
    again = loaded(home, onto, uploads.preview(home, onto, sheet(*NUMBERS), MADE))
    assert (again.added, size(home, onto)) == (2, 3)


def test_a_loading_that_fails_is_told(sqlite_home: Home) -> None:
    onto = Onto(ROUND, aul(sqlite_home))
    shown = uploads.preview(sqlite_home, onto, sheet(*NUMBERS), MADE)
    opened = uploads.begin(sqlite_home, onto, shown.id, shown.key, MADE)
    with sqlite_home.store.transaction() as tx:
        tx.run("CREATE TRIGGER full BEFORE INSERT ON roll BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    assert uploads.finish(sqlite_home, opened, lambda: MADE) is None
    with sqlite_home.store.reading() as tx:
        failed = roll_uploads.by_id(tx, shown.id, onto.place.id)
    assert (failed.state, failed.stopped(MADE)) == ("failed", True)


def test_a_large_roll_tells_how_far_it_is(sqlite_home: Home) -> None:
    onto = Onto(ROUND, aul(sqlite_home))
    shown = uploads.preview(sqlite_home, onto, sheet(*(f"+7700{number:07}" for number in range(5000))), MADE)
    opened = uploads.begin(sqlite_home, onto, shown.id, shown.key, MADE)
    seen: list[int] = []

    def clock() -> datetime:
        with sqlite_home.store.reading() as tx:
            seen.append(roll_uploads.by_id(tx, shown.id, onto.place.id).done)
        return MADE

    uploads.finish(sqlite_home, opened, clock)

    assert sorted(set(seen)) == [0, 1000, 2000, 3000, 4000, 5000]
