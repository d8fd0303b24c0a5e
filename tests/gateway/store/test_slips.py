"""A slip admits one phone; whoever guesses is stopped, by phone and by area."""

import pytest

from ballots import slips as numbers
from ballots.ledger import short_head
from gateway.errors import NotNow, NotThere
from gateway.home import Home
from gateway.store import areas, paper, slips
from gateway.store.engine import LostRace
from handlers.messages import Slip, SlipState
from tests.gateway.store.villages import ROUND, aul

PHONE, OTHER = b"p" * 16, b"q" * 16
DAY = "2026-05-02"


def printed(home: Home, count: int = 3) -> list[str]:
    place = aul(home)
    with home.store.transaction() as tx:
        drawn = slips.draw(tx, home.keys, ROUND, count, home.randomness)
        slips.keep(tx, ROUND, place.id, "gathering", list(drawn))
    return list(drawn.values())


def test_a_printed_slip_is_free_until_a_phone_binds_it(home: Home) -> None:
    digits = printed(home)[0]
    assert numbers.is_sound(digits)

    with home.store.transaction() as tx:
        assert slips.look(tx, home.keys, ROUND, digits, PHONE) == Slip(SlipState.FREE, 7, 5)
        slips.bind(tx, home.keys, ROUND, digits, PHONE)
    with home.store.reading() as tx:
        assert slips.look(tx, home.keys, ROUND, digits, OTHER) == Slip(SlipState.SPENT, 7, 5)
        assert slips.how_many(tx, ROUND, 1) == (2, 1)
        assert tx.rows("SELECT tag, method FROM roll") == [(PHONE, "slip")]


def test_a_slip_is_spent_once(home: Home) -> None:
    digits = printed(home)[0]
    with home.store.transaction() as tx:
        slips.bind(tx, home.keys, ROUND, digits, PHONE)
        with pytest.raises(LostRace):
            slips.bind(tx, home.keys, ROUND, digits, OTHER)


def test_a_phone_on_the_roll_spends_no_second_slip(home: Home) -> None:
    first, second, _ = printed(home)
    with home.store.transaction() as tx:
        slips.bind(tx, home.keys, ROUND, first, PHONE)
    with pytest.raises(LostRace), home.store.transaction() as tx:
        slips.bind(tx, home.keys, ROUND, second, PHONE)

    with home.store.reading() as tx:
        assert slips.look(tx, home.keys, ROUND, second, OTHER).state is SlipState.FREE


def test_five_wrong_numbers_lock_a_phone_even_with_a_right_one(home: Home) -> None:
    digits = printed(home)[0]
    with home.store.transaction() as tx:
        for left in range(5, 0, -1):
            assert slips.look(tx, home.keys, ROUND, "000000000", PHONE) == Slip(SlipState.UNKNOWN, 0, left)
            slips.wrong(tx, PHONE, 0, ROUND, DAY)

        assert slips.look(tx, home.keys, ROUND, digits, PHONE).state is SlipState.LOCKED
        assert slips.look(tx, home.keys, ROUND, digits, OTHER).state is SlipState.FREE


@pytest.mark.parametrize("area", [0, 7])
def test_fifty_wrong_numbers_in_a_day_pause_joining_in_the_area(home: Home, area: int) -> None:
    digits = printed(home)[0]
    with home.store.transaction() as tx:
        paused = [slips.wrong(tx, b"%016d" % turn, area, ROUND, DAY) for turn in range(51)]

        assert paused == [()] * 49 + [(7,), ()]
        assert slips.look(tx, home.keys, ROUND, digits, PHONE).state is SlipState.LOCKED
        areas.set_joining(tx, 7, paused=False)
        assert slips.look(tx, home.keys, ROUND, digits, PHONE).state is SlipState.FREE


def test_no_number_of_a_slip_lies_in_the_database(sqlite_home: Home) -> None:
    drawn = printed(sqlite_home, 20)
    sqlite_home.close()
    content = b"".join(path.read_bytes() for path in sqlite_home.path.glob("dauys.db*"))

    assert not [digits for digits in drawn if digits.encode() in content]


def test_slips_lie_in_the_order_of_their_tags(sqlite_home: Home) -> None:
    with sqlite_home.store.reading() as tx:
        drawn = slips.draw(tx, sqlite_home.keys, ROUND, 50, sqlite_home.randomness)

    assert list(drawn) == sorted(drawn)
    assert len(set(drawn.values())) == 50


@pytest.mark.parametrize(
    "typed", ["{number}", "{mark}", " {mark} ", "{lower}"], ids=["number", "mark", "spaces", "small"]
)
def test_a_slip_is_found_by_its_number_or_its_mark(home: Home, typed: str) -> None:
    digits = printed(home, 5)[2]
    tag = slips.tag_of(home.keys, ROUND, digits)
    mark = slips.mark_of(tag)
    typed = typed.format(number=numbers.show(digits), mark=mark, lower=mark.lower().replace("-", "").replace("0", "o"))

    with home.store.reading() as tx:
        assert slips.find(tx, home.keys, ROUND, 1, typed) == slips.Kept(tag, "gathering", "free")


@pytest.mark.parametrize("typed", ["", "1111-1111-1", "ZZZZ-ZZZZ"], ids=["nothing", "a wrong number", "a wrong mark"])
def test_what_names_no_slip_is_said(home: Home, typed: str) -> None:
    printed(home)
    with home.store.reading() as tx, pytest.raises(NotThere, match="number or mark"):
        slips.find(tx, home.keys, ROUND, 1, typed)


def test_a_void_slip_admits_nobody(home: Home) -> None:
    digits = printed(home)[0]
    tag = slips.tag_of(home.keys, ROUND, digits)
    with home.store.transaction() as tx:
        slips.void(tx, ROUND, tag)

        assert slips.look(tx, home.keys, ROUND, digits, PHONE) == Slip(SlipState.SPENT, 7, 5)
        assert not paper.spend(tx, ROUND, tag, {1})
        with pytest.raises(NotNow):
            slips.void(tx, ROUND, tag)
    with pytest.raises(LostRace), home.store.transaction() as tx:
        slips.bind(tx, home.keys, ROUND, digits, PHONE)


def test_a_mark_is_no_part_of_tag_or_number(home: Home) -> None:
    digits = printed(home)[0]
    tag = slips.tag_of(home.keys, ROUND, digits)
    mark = slips.mark_of(tag)

    assert len(mark) == 9
    assert mark.replace("-", "") not in short_head(tag.hex() * 2)
    assert numbers.parse(mark) is None
