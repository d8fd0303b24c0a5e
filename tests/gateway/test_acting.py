"""Acts become rows only if the books are still as they were read; of two changes the later one stays."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from ballots.model import PollId, Standing
from gateway.acting import Acting, Occasion, hour
from gateway.catalogue import Shelf
from gateway.home import Home
from gateway.known import Acquaintance, Caller, Met
from gateway.store import callers, counters, votes
from gateway.store.engine import LostRace, Tx
from handlers.messages import Act, Cast, Change, Confirm, Helped, Join, SetLanguage, Stop, WrongConfirm, WrongSlip
from tests.gateway.field import VOTING, phone
from tests.gateway.store.villages import ROUND, aul, opened

POLL = PollId(1)
CAST = Cast(POLL, (3,), "4821773529")
HELD = replace(CAST, held=True, receipt="4821773537")


def acting(home: Home, tx: Tx, *, sent_at: timedelta | None = None, message: str = "m1") -> Acting:
    """Phone 1, by SMS, at VOTING."""
    number = phone(1)
    caller = Caller(number, home.keys.phone_tag(number), home.keys.voter_tag(ROUND, number))
    catalogue = Shelf().current(tx)
    greeting = callers.greet(tx, caller.phone_tag, ROUND, caller.tag)
    known = Acquaintance(home.keys, home.settings.gateway, home.randomness).known(tx, Met(catalogue, caller, greeting))
    spoken_at = None if sent_at is None else VOTING + sent_at
    return Acting(tx, home.keys, catalogue, caller, Occasion("sms", message, VOTING, spoken_at, "2026-05-02"), known)


def do(home: Home, *acts: Act, sent_at: timedelta | None = None, message: str = "m1") -> None:
    """Acts of one message in one transaction."""
    with home.store.transaction() as tx:
        for act in acts:
            acting(home, tx, sent_at=sent_at, message=message).keep(act)


def choice(home: Home) -> tuple[int, ...]:
    """What phone 1 has chosen, and only while its envelope can be opened."""
    with home.store.reading() as tx:
        return acting(home, tx).known.entries[0].choices


@pytest.fixture
def village(home: Home) -> Home:
    """An open vote, once on each engine."""
    return with_a_vote(home)


@pytest.fixture
def sqlite_village(sqlite_home: Home) -> Home:
    """An open vote on SQLite, where the database decides nothing."""
    return with_a_vote(sqlite_home)


def with_a_vote(home: Home) -> Home:
    """An open vote, phone 1 on the roll."""
    aul(home)
    opened(home)
    with home.store.transaction() as tx:
        tx.run(
            "INSERT INTO roll (round_id, tag, area_id, method) VALUES (?, ?, 1, 'roll')",
            ROUND,
            home.keys.voter_tag(ROUND, phone(1)),
        )
    return home


def test_acts_become_rows(village: Home) -> None:
    do(village, CAST, SetLanguage("ru"), Stop(), Helped(), WrongSlip(7))

    with village.store.reading() as tx:
        caller = acting(village, tx).caller
        assert votes.participation(tx, POLL, caller.tag) == (Standing.PENDING, VOTING.date(), "4821773529")
        assert tx.rows("SELECT language, stopped FROM phone") == [("ru", True)]
        assert counters.times(tx, "help", caller.phone_tag, hour(VOTING)) == 1
        assert counters.times(tx, "slip", caller.phone_tag, str(ROUND)) == 1
    assert choice(village) == (3,)


def test_a_held_vote_is_confirmed_replaced_and_counted_by_tries(village: Home) -> None:
    do(village, HELD)
    do(village, WrongConfirm(POLL))
    do(village, replace(HELD, choices=(2,), receipt="4821773545"))
    do(village, WrongConfirm(POLL))

    with village.store.reading() as tx:
        assert counters.times(tx, "confirm", acting(village, tx).caller.tag, str(POLL)) == 2
    do(village, Confirm(POLL))
    assert choice(village) == (2,)


@pytest.mark.parametrize(
    ("before", "act"),
    [
        pytest.param((), Change(POLL, (2,)), id="a change of a vote that is not there"),
        pytest.param((), Confirm(POLL), id="a confirmation of a vote that is not there"),
        pytest.param((CAST,), Confirm(POLL), id="a confirmation of a vote that counts"),
        pytest.param((CAST,), replace(CAST, receipt="4821773545"), id="a second vote"),
        pytest.param((), Join("482177359", 7), id="a slip that is not there"),
    ],
)
def test_an_act_upon_books_that_have_moved_on_loses_the_race(village: Home, before: tuple[Act, ...], act: Act) -> None:
    do(village, *before)

    with pytest.raises(LostRace):
        do(village, act)


def test_a_receipt_that_is_taken_loses_the_race_and_a_new_one_is_drawn(village: Home) -> None:
    do(village, CAST)
    with village.store.transaction() as tx:
        tx.run("UPDATE participation SET tag = ?", b"o" * 16)
        tx.run("UPDATE pending_ballot SET tag = ?", b"o" * 16)

    with pytest.raises(LostRace):
        do(village, CAST)


LARGER = max("m1", "m2", key=lambda message: sha256(message.encode()).digest()[:3])


@pytest.mark.parametrize("order", [("m1", "m2"), ("m2", "m1")], ids=["in order", "out of order"])
@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        pytest.param(timedelta(minutes=-5), timedelta(minutes=-4), "m2", id="sent later"),
        pytest.param(timedelta(minutes=-4), timedelta(minutes=-5), "m1", id="sent earlier"),
        pytest.param(timedelta(minutes=5), None, LARGER, id="sent in the future counts as sent on arrival"),
        pytest.param(None, None, LARGER, id="at the same instant the id decides"),
    ],
)
def test_of_two_changes_the_later_one_stays(
    sqlite_village: Home, first: timedelta | None, second: timedelta | None, stays: str, order: tuple[str, str]
) -> None:
    village, sent_at, choices = sqlite_village, {"m1": first, "m2": second}, {"m1": (1,), "m2": (2,)}
    do(village, CAST, message="m0")

    for message in order:
        do(village, Change(POLL, choices[message]), sent_at=sent_at[message], message=message)

    assert choice(village) == choices[stays]


def test_a_vote_whose_envelope_cannot_be_read_may_be_changed(village: Home) -> None:
    do(village, CAST)
    with village.store.transaction() as tx:
        tx.run("UPDATE pending_ballot SET envelope = ?", bytes(163))
    assert choice(village) == ()

    do(village, Change(POLL, (2,)))

    assert choice(village) == (2,)
