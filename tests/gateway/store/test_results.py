"""Every vote that is over, counted once, and again only when something has changed; on both engines."""

from datetime import timedelta

import pytest

from ballots.model import Phase
from gateway import mixing
from gateway.home import Home
from gateway.store import audit, results
from gateway.store.results import Archive, Published
from tests.gateway.store.villages import OPENS, aul, cast, cycle, opened

AT = OPENS + timedelta(days=2)
LATER = AT + timedelta(days=3)


@pytest.fixture
def over(home: Home) -> Home:
    """Aul 7 is over with twelve ballots, aul 8 with three; aul 9 still votes, aul 10 is a draft."""
    for code in (7, 8, 9, 10):
        aul(home, code)
    for code, ballots in ((7, [(1,)] * 12), (8, [(2,)] * 3)):
        paper = opened(home, code)
        cast(home, paper, ballots)
        mixing.close(home, paper.poll, AT, "test", early=True)
    opened(home, 9)
    cycle(home, 10)
    return home


def every(home: Home, archive: Archive | None = None) -> tuple[Published, ...]:
    with home.store.reading() as tx:
        return (archive or Archive()).every(tx)


def change(home: Home, sql: str, *params: object) -> None:
    with home.store.transaction() as tx:
        assert tx.run(sql, *params) > 0


def test_only_what_is_over_is_there_and_of_few_only_how_many_voted(over: Home) -> None:
    few, many = every(over)

    assert (many.result.paper.area.code, many.voted, many.closed_at, many.counted_at) == (7, 12, AT, AT)
    assert many.result.tally is not None
    assert many.result.tally.funded == ("1",)
    assert many.ballots == {(1,): 12}
    assert (few.result.paper.area.code, few.voted, few.result.tally, few.ballots) == (8, 3, None, None)


def test_a_cycle_that_publishes_totals_keeps_its_ballots(over: Home) -> None:
    change(over, "UPDATE cycle SET publish = 'totals'")
    _, many = every(over)

    assert many.ballots is None
    assert many.result.tally is not None


def test_certification_is_dated_by_the_audit_log(over: Home) -> None:
    change(over, "UPDATE cycle SET phase = ? WHERE id = 1", Phase.CERTIFIED)
    with over.store.transaction() as tx:
        audit.record(tx, over.keys, LATER, "Akim", "certify", cycle=1)
        last = results.last_act(tx)
    few, many = every(over)

    assert (many.result.certified, many.certified_at, many.changed_at) == (True, LATER, LATER)
    assert (few.result.certified, few.certified_at, few.changed_at) == (False, None, AT)
    assert last == LATER


def test_a_poll_is_counted_again_only_when_a_batch_came_or_it_moved_on(over: Home) -> None:
    archive = Archive()
    first = every(over, archive)[1]
    again = every(over, archive)[1]
    change(over, "UPDATE batch SET mixed_at = mixed_at + 1 WHERE poll_id = 1")
    anew = every(over, archive)[1]

    assert again.result is first.result
    assert anew.result is not first.result
    assert anew.result == first.result


def test_a_poll_that_was_reopened_for_good_reason_is_told_no_more(over: Home) -> None:
    archive = Archive()
    every(over, archive)
    change(over, "UPDATE poll SET phase = 'voting' WHERE id = 1")

    assert [one.result.paper.area.code for one in every(over, archive)] == [8]
