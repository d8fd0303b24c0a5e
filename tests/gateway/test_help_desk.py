"""The help desk tells of one number at a time whether its vote has arrived; every look is logged, no number ever."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from ballots import slips as slip_numbers
from ballots.model import AreaKind, Paper, Standing
from gateway import help_desk, mixing
from gateway.catalogue import load
from gateway.envelopes import seal_choices
from gateway.errors import NotNow, Unfit
from gateway.help_desk import PER_DAY, PER_HOUR, Asker, OfPhone, OfSlip
from gateway.home import Home
from gateway.store import audit, phones, rolls, slips, votes
from tests.gateway.store.villages import ROUND, aul, opened
from tests.gateway.voting import OPENS, open_vote, vote

PHONE = "+77010000001"
AT = OPENS + timedelta(hours=1)
CLERK = Asker(5, "Айгүл Сейіт", None)


def ask(home: Home, typed: str = PHONE, asker: Asker = CLERK, at=AT) -> OfPhone | OfSlip:
    with home.store.reading() as tx:
        catalogue = load(tx, 1)
    return help_desk.look_up(home, catalogue, asker, typed, at)


def of_phone(home: Home, typed: str = PHONE, asker: Asker = CLERK) -> OfPhone:
    found = ask(home, typed, asker)
    assert isinstance(found, OfPhone)
    return found


def enrol(home: Home, phone: str = PHONE, area: int = 1) -> None:
    with home.store.transaction() as tx:
        rolls.add(tx, ROUND, area, rolls.seal(home.keys, ROUND, [phone]))


def cast(home: Home, paper: Paper, standing: Standing = Standing.PENDING) -> None:
    tag = home.keys.voter_tag(ROUND, PHONE)
    sealed = votes.Sealed(1, seal_choices(home.keys, paper.poll, tag, 1, (2,), 1))
    with home.store.transaction() as tx:
        votes.cast(tx, votes.Participation(paper.poll, tag, "ussd", "2026-05-01", standing, "4821773529"), sealed)


def logged(home: Home) -> list[tuple[str, dict[str, object]]]:
    with home.store.reading() as tx:
        found = [signed.link.entry for signed in audit.entries(tx)]
    return [(entry["actor"], entry["facts"]) for entry in found if entry["act"] == "look up number"]


def test_a_number_that_is_not_on_the_roll_has_no_vote(home: Home) -> None:
    open_vote(home)

    assert of_phone(home) == OfPhone((), False, (), 1)


@pytest.mark.parametrize("typed", ["87010000001", "8 701 000 00 01", "+7 (701) 000-00-01", " +77010000001 "])
def test_a_number_is_known_however_it_is_typed(home: Home, typed: str) -> None:
    paper = open_vote(home)
    enrol(home)

    found = of_phone(home, typed)
    assert found.areas == (paper.area,)
    assert [(one.paper.poll, one.standing, one.day) for one in found.votes] == [(paper.poll, Standing.NONE, None)]


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.HELD])
def test_a_vote_that_has_arrived_is_told_with_its_day(home: Home, standing: Standing) -> None:
    paper = open_vote(home)
    enrol(home)
    cast(home, paper, standing)

    (found,) = of_phone(home).votes
    assert (found.standing, found.day) == (standing, date(2026, 5, 1))


def test_a_counted_vote_and_a_vote_on_paper_are_told(home: Home) -> None:
    paper = open_vote(home)
    enrol(home)
    cast(home, paper)
    vote(home, paper, 12)
    mixing.close(home, paper.poll, AT, "test", early=True)
    assert of_phone(home).votes[0].standing is Standing.MIXED

    with home.store.transaction() as tx:
        tx.run("UPDATE participation SET state = 'paper'")
    assert of_phone(home).votes[0].standing is Standing.PAPER


def test_a_phone_that_wants_no_announcements_is_told_as_such(home: Home) -> None:
    open_vote(home)
    enrol(home)
    with home.store.transaction() as tx:
        phones.stop(tx, home.keys.phone_tag(PHONE))

    assert of_phone(home).stopped


def test_the_desk_knows_the_official_s_own_areas_only(home: Home) -> None:
    aul(home, 40, kind=AreaKind.DISTRICT)
    aul(home, 7, 40)
    aul(home, 8, 40)
    district, own = opened(home, 40, range(101, 103)), opened(home, 7)
    enrol(home, area=2)

    stranger, clerk = Asker(6, "B", frozenset({3})), Asker(7, "C", frozenset({2}))

    assert of_phone(home, asker=stranger) == OfPhone((), False, (), 1)
    found = of_phone(home, asker=clerk)
    assert {one.paper.poll for one in found.votes} == {district.poll, own.poll}
    assert [area.code for area in found.areas] == [7]


def test_a_slip_is_told_free_or_spent_to_its_own_area(home: Home) -> None:
    open_vote(home)
    digits = slip_numbers.make(48217735)
    with home.store.transaction() as tx:
        slips.keep(tx, ROUND, 1, "May", [slips.tag_of(home.keys, ROUND, digits)])

    shown = slip_numbers.show(digits)
    found = ask(home, shown)
    assert isinstance(found, OfSlip)
    assert found.area is not None
    assert (found.area.code, found.state) == (7, "free")
    with home.store.transaction() as tx:
        tx.run("UPDATE slip SET state = 'spent'")
    assert replace(ask(home, digits), area=None) == OfSlip(None, "spent", 2)
    assert ask(home, shown, Asker(6, "B", frozenset({3}))) == OfSlip(None, "", 1)
    assert ask(home, slip_numbers.show(slip_numbers.make(1))) == OfSlip(None, "", 3)


@pytest.mark.parametrize("typed", ["", "Айгүл", "8916123", "+79161234567", "1414", "3"])
def test_what_is_no_number_is_refused_and_not_counted(home: Home, typed: str) -> None:
    open_vote(home)
    with pytest.raises(Unfit, match="neither a mobile number"):
        ask(home, typed)

    assert logged(home) == []


def test_every_look_is_logged_without_the_number(home: Home) -> None:
    open_vote(home)
    enrol(home)
    for typed in (PHONE, "+77010000002"):
        ask(home, typed)

    assert logged(home) == [("Айгүл Сейіт", {"today": 1}), ("Айгүл Сейіт", {"today": 2})]
    with home.store.reading() as tx:
        kept = str(tx.rows("SELECT * FROM counter")) + str(tx.rows("SELECT actor, act, facts FROM audit"))
        tags = [home.keys.voter_tag(ROUND, PHONE), home.keys.phone_tag(PHONE)]
    assert not any(secret in kept for secret in ("7010000001", *(repr(tag)[2:-1] for tag in tags)))


def test_nobody_goes_through_the_village(sqlite_home: Home) -> None:
    home = sqlite_home
    open_vote(home)
    for _ in range(PER_HOUR):
        ask(home)
    with pytest.raises(NotNow, match="within this hour: wait 60 minutes"):
        ask(home)
    ask(home, asker=replace(CLERK, id=6))

    for hour, _ in product((1, 2), range(PER_HOUR)):
        ask(home, at=AT + timedelta(hours=hour))
    for _ in range(PER_DAY - 3 * PER_HOUR):
        ask(home, at=AT + timedelta(hours=3))
    with pytest.raises(NotNow, match="tomorrow"):
        ask(home, at=AT + timedelta(hours=4))
    assert len([1 for actor, _ in logged(home) if actor == CLERK.name]) == PER_DAY + 1
    ask(home, at=AT + timedelta(days=1))


def test_what_the_desk_tells_holds_no_choice_no_receipt_and_no_channel(home: Home) -> None:
    paper = open_vote(home)
    enrol(home)
    cast(home, paper)

    told = repr(replace(of_phone(home).votes[0], paper=None))
    assert not any(secret in told for secret in ("4821773529", "ussd", "2,"))
    assert set(OfPhone.__slots__) == {"areas", "stopped", "votes", "looks"}
