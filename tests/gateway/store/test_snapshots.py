"""What officials see of a running vote moves at noon, at the daily tally and at closing, and tells of nobody alone."""

from datetime import timedelta

import pytest

from ballots.model import Paper, Visibility
from gateway import mixing
from gateway.home import Home
from gateway.schedule import tick
from gateway.store import ballots, paper, rolls, snapshots
from gateway.store.ballots import Batch
from gateway.store.snapshots import Snapshot, Unmatched
from tests.gateway.store.villages import ROUND, aul
from tests.gateway.voting import CLOSES, EVENING, OPENS, open_vote, vote

NOON = OPENS + timedelta(hours=3)  # 12:00 in the village


def enrol(home: Home, count: int, area: int = 1) -> None:
    phones = [f"+7700{number:07d}" for number in range(count)]
    with home.store.transaction() as tx:
        rolls.add(tx, ROUND, area, rolls.seal(home.keys, ROUND, phones))


def seen(home: Home, of: Paper) -> Snapshot | None:
    with home.store.reading() as tx:
        found = snapshots.of_poll(tx, of.poll)
        assert snapshots.every(tx) == ({} if found is None else {of.poll: found})
    return found


def of_channel(home: Home, channel: str, count: int, state: str = "pending", day: str = "2026-05-01") -> None:
    """The first so many votes came another way."""
    with home.store.transaction() as tx:
        for (tag,) in tx.rows("SELECT tag FROM participation WHERE channel = 'sms' ORDER BY tag")[:count]:
            tx.run("UPDATE participation SET channel = ?, state = ?, day = ? WHERE tag = ?", channel, state, day, tag)


def test_what_officials_see_moves_at_noon_and_at_the_daily_tally_only(home: Home) -> None:
    on = open_vote(home)
    enrol(home, 50)
    vote(home, on, 4)
    tick(home, NOON - timedelta(minutes=1))
    assert seen(home, on) is None

    tick(home, NOON)
    vote(home, on, 20)
    tick(home, NOON + timedelta(hours=2))
    at_noon = seen(home, on)
    assert at_noon is not None
    assert (at_noon.at, at_noon.phones, at_noon.accepted) == (NOON, 50, 4)
    assert (at_noon.received.days, at_noon.received.channels) == ({"2026-05-01": 4}, {"sms": 4})
    assert at_noon.votes is None

    tick(home, EVENING)
    at_night = seen(home, on)
    assert at_night is not None
    assert (at_night.accepted, at_night.ballots, at_night.received.pending) == (24, 14, 10)
    assert at_night.votes == {1: 14, 2: 0, 3: 0}


def test_days_and_channels_are_counted_and_held_votes_are_apart(home: Home) -> None:
    on = open_vote(home)
    vote(home, on, 12)
    of_channel(home, "ussd", 5, day="2026-05-02")
    of_channel(home, "ussd", 2, state="held")
    tick(home, NOON)

    found = seen(home, on)
    assert found is not None
    assert found.received.days == {"2026-05-01": 5, "2026-05-02": 5}
    assert found.received.channels == {"sms": 5, "ussd": 5}
    assert (found.received.pending, found.received.held) == (10, 2)


def test_where_only_the_turnout_may_be_told_nobody_sees_votes_until_closing(home: Home) -> None:
    on = open_vote(home, visibility=Visibility.TURNOUT)
    vote(home, on, 25, (2,))
    tick(home, EVENING)
    running = seen(home, on)
    tick(home, CLOSES)
    over = seen(home, on)

    assert running is not None
    assert (running.ballots, running.votes, running.funded) == (15, None, ())
    assert over is not None
    assert over.votes == {1: 0, 2: 25, 3: 0}
    assert over.funded == (2,)


def test_a_poll_that_ended_with_few_tells_no_votes(home: Home) -> None:
    on = open_vote(home)
    vote(home, on, 9)
    tick(home, CLOSES)

    found = seen(home, on)
    assert found is not None
    assert (found.accepted, found.ballots, found.votes) == (9, 9, None)


@pytest.mark.parametrize(
    ("voters", "counted", "unmatched"),
    [
        pytest.param(6, 6, (), id="equal"),
        pytest.param(6, 4, (Unmatched("2026-05-01", 6, 4),), id="two ballots are missing"),
        pytest.param(0, 5, (Unmatched("2026-05-01", 0, 5),), id="ballots without voters"),
    ],
)
def test_days_on_which_paper_does_not_match_are_named_when_they_are_over(
    home: Home, voters: int, counted: int, unmatched: tuple[Unmatched, ...]
) -> None:
    on = open_vote(home)
    vote(home, on, voters)
    of_channel(home, "paper", voters, state="paper")
    with home.store.transaction() as tx:
        tx.run("DELETE FROM pending_ballot")
        ballots.append(tx, on.poll, 1001, sorted((home.randomness(16), (1,)) for _ in range(counted)))
        paper.end_batch(tx, Batch(on.poll, 1001, counted, 0, 0, "", ""), NOON)
    tick(home, NOON + timedelta(hours=1))
    same_day = seen(home, on)
    tick(home, NOON + timedelta(days=1))
    next_day = seen(home, on)

    assert same_day is not None
    assert next_day is not None
    assert (same_day.received.unmatched, next_day.received.unmatched) == ((), unmatched)


def test_votes_that_no_key_opened_are_told(home: Home) -> None:
    on = open_vote(home)
    vote(home, on, 12)
    with home.store.transaction() as tx:
        (tag,) = tx.row("SELECT min(tag) FROM pending_ballot") or (b"",)
        tx.run("UPDATE pending_ballot SET envelope = ? WHERE tag = ?", b"x" * 200, tag)
    mixing.close(home, on.poll, EVENING, "test", early=True)
    tick(home, EVENING)

    found = seen(home, on)
    assert found is not None
    assert (found.ballots, found.received.unreadable, sum(found.received.days.values())) == (11, 1, 12)


def test_the_roll_is_counted_each_phone_once_over_all_auls_of_a_district(home: Home) -> None:
    on = open_vote(home)
    aul(home, 8)
    enrol(home, 5)
    enrol(home, 9, area=2)
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET parent_id = 1 WHERE id = 2")
    tick(home, NOON)

    found = seen(home, on)
    assert found is not None
    assert found.phones == 9
