"""What the books tell of a receipt, on both engines: to whoever holds it, in whatever poll, for as long as they are kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ballots.model import Paper, Standing
from gateway import mixing, receipting
from gateway.envelopes import seal_choices
from gateway.home import Home
from gateway.store import ballots, votes
from handlers.messages import KAZAKHSTAN, Found
from tests.gateway.store.villages import aul, opened

RECEIPT, OTHER = "4821773525", "4821773530"
VOTED = date(2026, 5, 1)
EVENING = datetime(2026, 5, 2, 19, 30, tzinfo=UTC)
"""After midnight in Kazakhstan: the tally of the second was late."""


@pytest.fixture
def paper(home: Home) -> Paper:
    aul(home)
    found = opened(home)
    change(home, "UPDATE cycle SET mix_min = 0")  # a mix opens whatever there is
    return found


def cast(home: Home, paper: Paper, receipt: str = RECEIPT, state: Standing = Standing.PENDING) -> bytes:
    """A vote; its tag."""
    tag = home.randomness(16)
    with home.store.transaction() as tx:
        no = ballots.last_batch(tx, paper.poll).no
        vote = votes.Participation(paper.poll, tag, "sms", VOTED.isoformat(), state, receipt)
        votes.cast(tx, vote, votes.Sealed(no, seal_choices(home.keys, paper.poll, tag, no, (1,), 1)))
    return tag


def found(home: Home, receipt: str = RECEIPT) -> tuple[Found, ...]:
    with home.store.reading() as tx:
        return receipting.find(tx, receipt, KAZAKHSTAN)


def told(home: Home, receipt: str = RECEIPT) -> tuple[Standing, date | None, int, bool]:
    """Of the one vote that there is."""
    (one,) = found(home, receipt)
    return one.standing, one.on, one.batch, one.lost


def change(home: Home, sql: str) -> None:
    with home.store.transaction() as tx:
        assert tx.run(sql) > 0


@pytest.mark.parametrize("state", [Standing.PENDING, Standing.HELD])
def test_a_vote_that_is_not_opened_yet_has_the_day_on_which_it_was_cast(
    home: Home, paper: Paper, state: Standing
) -> None:
    cast(home, paper, state=state)

    assert told(home) == (state, VOTED, 0, False)


def test_a_counted_vote_has_the_day_of_its_batch_also_if_that_was_mixed_after_midnight(
    home: Home, paper: Paper
) -> None:
    cast(home, paper)
    mixing.mix(home, paper.poll, "2026-05-02", EVENING)

    assert told(home) == (Standing.MIXED, date(2026, 5, 2), 1, False)


def test_the_closing_batch_has_the_local_day_on_which_it_was_mixed(home: Home, paper: Paper) -> None:
    cast(home, paper)
    mixing.close(home, paper.poll, EVENING, "box", early=True)

    assert told(home) == (Standing.MIXED, date(2026, 5, 3), 1, False)


def test_a_vote_whose_envelope_no_key_opens_is_never_called_counted(home: Home, paper: Paper) -> None:
    cast(home, paper)
    cast(home, paper, OTHER)
    with home.store.transaction() as tx:
        sql = "UPDATE pending_ballot SET envelope = ? WHERE tag = (SELECT tag FROM participation WHERE receipt = ?)"
        assert tx.run(sql, b"spoilt", RECEIPT) == 1
    mixing.mix(home, paper.poll, "2026-05-02", EVENING)

    assert told(home) == (Standing.MIXED, VOTED, 0, True)
    assert told(home, OTHER) == (Standing.MIXED, date(2026, 5, 2), 1, False)


def test_a_receipt_of_no_vote_is_not_found(home: Home, paper: Paper) -> None:
    cast(home, paper)

    assert found(home, OTHER) == ()


def test_the_public_list_is_enough_once_the_list_of_voters_is_gone(home: Home, paper: Paper) -> None:
    """What shredding leaves: ballots, batches, receipts, the archived poll of an earlier round."""
    cast(home, paper)
    mixing.close(home, paper.poll, EVENING, "box", early=True)
    change(home, "DELETE FROM participation")
    change(home, "UPDATE poll SET phase = 'archived'")
    change(home, "UPDATE cycle SET phase = 'archived'")
    change(home, "INSERT INTO round (label, created_at) SELECT 'next', created_at FROM round")

    assert told(home) == (Standing.MIXED, date(2026, 5, 3), 1, False)


def test_two_polls_that_drew_the_same_receipt_are_both_told_the_newest_first(home: Home, paper: Paper) -> None:
    aul(home, 8)
    other = opened(home, 8)
    cast(home, paper)
    cast(home, other)

    assert [one.paper.area.code for one in found(home)] == [8, 7]


def test_the_paper_comes_with_its_phase_and_its_dates(home: Home, paper: Paper) -> None:
    cast(home, paper)
    mixing.close(home, paper.poll, EVENING, "box", early=True)
    (one,) = found(home)

    assert (one.paper.phase, one.paper.closes_at, one.paper.grace) == ("closed", EVENING, timedelta(0))
    assert one.paper.area.code == 7
