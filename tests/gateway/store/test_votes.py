"""The primary key decides: one vote per phone and poll, whatever came first."""

from datetime import date

import pytest

from ballots.model import Paper, PollId, Standing
from gateway.home import Home
from gateway.store import votes
from gateway.store.engine import LostRace
from gateway.store.votes import Participation, Sealed
from tests.gateway.store.villages import aul, opened

ANN, BEK = b"a" * 16, b"b" * 16
FIRST, SECOND = Sealed(1, b"first"), Sealed(2, b"second")
DAY = date(2026, 5, 2)


@pytest.fixture
def paper(home: Home) -> Paper:
    aul(home)
    return opened(home)


def vote(
    poll: PollId, tag: bytes = ANN, receipt: str = "4821773525", state: Standing = Standing.PENDING
) -> Participation:
    return Participation(poll, tag, "sms", DAY.isoformat(), state, receipt)


def cast(home: Home, *given: Participation) -> None:
    with home.store.transaction() as tx:
        for one in given:
            votes.cast(tx, one, FIRST)


def test_a_vote_is_found_by_its_tag(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll))

    with home.store.reading() as tx:
        assert votes.participation(tx, paper.poll, ANN) == (Standing.PENDING, DAY, "4821773525")
        assert votes.participation(tx, paper.poll, BEK) is None
        assert votes.participation(tx, PollId(9), ANN) is None
        assert votes.sealed(tx, paper.poll, ANN) == FIRST
        assert votes.sealed(tx, paper.poll, BEK) is None


@pytest.mark.parametrize(
    ("tag", "receipt"),
    [pytest.param(ANN, "0000000000", id="same phone"), pytest.param(BEK, "4821773525", id="same receipt")],
)
def test_a_second_vote_loses_the_race(home: Home, paper: Paper, tag: bytes, receipt: str) -> None:
    cast(home, vote(paper.poll))

    with pytest.raises(LostRace):
        cast(home, vote(paper.poll, tag, receipt))
    with home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM participation") == [(1,)]
        assert votes.sealed(tx, paper.poll, ANN) == FIRST


def test_a_held_vote_gives_way_to_a_newer_one(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll, state=Standing.HELD))
    with home.store.transaction() as tx:
        votes.replace_held(tx, vote(paper.poll, receipt="4821773533"), SECOND)

    with home.store.reading() as tx:
        assert votes.participation(tx, paper.poll, ANN) == (Standing.PENDING, DAY, "4821773533")
        assert votes.sealed(tx, paper.poll, ANN) == SECOND


def test_a_vote_that_counts_gives_way_to_none(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll))

    with pytest.raises(LostRace), home.store.transaction() as tx:
        votes.replace_held(tx, vote(paper.poll, receipt="4821773533"), SECOND)
    with home.store.reading() as tx:
        assert votes.sealed(tx, paper.poll, ANN) == FIRST


def test_a_held_vote_is_confirmed_once(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll, state=Standing.HELD))
    with home.store.transaction() as tx:
        votes.confirm(tx, paper.poll, ANN)
        assert votes.participation(tx, paper.poll, ANN) == (Standing.PENDING, DAY, "4821773525")
        with pytest.raises(LostRace):
            votes.confirm(tx, paper.poll, ANN)


def test_a_pending_vote_gets_another_envelope_and_keeps_its_receipt(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll))
    with home.store.transaction() as tx:
        votes.reseal(tx, paper.poll, ANN, SECOND)

    with home.store.reading() as tx:
        assert votes.sealed(tx, paper.poll, ANN) == SECOND
        assert votes.participation(tx, paper.poll, ANN) == (Standing.PENDING, DAY, "4821773525")


def test_what_is_mixed_cannot_be_changed(home: Home, paper: Paper) -> None:
    cast(home, vote(paper.poll))
    with home.store.transaction() as tx:
        tx.run("DELETE FROM pending_ballot")
        with pytest.raises(LostRace):
            votes.reseal(tx, paper.poll, ANN, SECOND)
