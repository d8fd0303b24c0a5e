"""A farm of SIM cards raises the alarm; a village that votes does not."""

from datetime import datetime, timedelta

import pytest

from gateway.home import Home
from gateway.schedule import tick
from gateway.store import alarms, audit, rolls
from gateway.store.alarms import Alarm, Kind, Pace
from gateway.store.areas import by_code
from gateway.watching import burst_limit, per_minute
from tests.gateway.store.villages import CLOSES, ROUND
from tests.gateway.test_schedule import sent_texts
from tests.gateway.voting import EVENING, OPENS, open_vote, receive, rows, vote

MINUTE = timedelta(minutes=1)
NOON = OPENS + timedelta(hours=3)


def adults(home: Home, count: int) -> None:
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET adults = ?", count)


def raised(home: Home) -> tuple[Alarm, ...]:
    with home.store.reading() as tx:
        return alarms.every(tx)


def entries(home: Home) -> list[object]:
    """Alarms in the audit log."""
    with home.store.reading() as tx:
        assert audit.verify(tx, home.keys) is None
        return [
            signed.link.entry["facts"]["kind"] for signed in audit.entries(tx) if signed.link.entry["act"] == "alarm"
        ]


def test_a_farm_that_votes_within_a_minute_raises_the_alarm_once_a_day(home: Home) -> None:
    paper = open_vote(home)
    receive(home, "sms", "+77010000009")
    receive(home, "sms", "+77010000008", form="observer")
    vote(home, paper, 20)  # the village, all morning
    tick(home, NOON)
    vote(home, paper, 45, (2,))  # the farm
    tick(home, NOON + MINUTE)
    vote(home, paper, 45, (2,))
    tick(home, NOON + 2 * MINUTE)

    assert raised(home) == (Alarm(paper.poll, paper.cycle, Kind.BURST, "2026-05-01", 45, 30),)
    assert entries(home) == ["burst"]

    tick(home, EVENING)
    digest, line = sent_texts(home)
    assert digest.endswith("Very many votes at once!")
    assert " !BURST H:" in line

    tick(home, NOON + timedelta(days=1))
    vote(home, paper, 50, (2,), batch=2)
    tick(home, NOON + timedelta(days=1) + MINUTE)
    assert entries(home) == ["burst", "burst"]


def test_more_votes_than_adults_raise_the_alarm_once(home: Home) -> None:
    paper = open_vote(home)
    receive(home, "sms", "+77010000009")
    adults(home, 24)
    vote(home, paper, 24)
    tick(home, NOON)
    assert raised(home) == ()

    vote(home, paper, 1)
    for day in range(3):
        tick(home, NOON + MINUTE + timedelta(days=day))

    assert raised(home) == (Alarm(paper.poll, paper.cycle, Kind.ADULTS, "2026-05-01", 25, 24),)
    assert entries(home) == ["adults"]
    tick(home, EVENING + timedelta(days=3))
    assert sent_texts(home)[-1].endswith("More votes than adults!")


def test_the_last_votes_before_closing_are_looked_at_too(home: Home) -> None:
    paper = open_vote(home)
    adults(home, 24)
    vote(home, paper, 25)
    tick(home, CLOSES)

    assert rows(home, "SELECT phase FROM poll") == [("closed",)]
    assert [alarm.kind for alarm in raised(home)] == [Kind.ADULTS]


@pytest.mark.parametrize("moved", [timedelta(seconds=30), -timedelta(days=1)], ids=["too soon", "the clock went back"])
def test_a_village_that_votes_raises_none(home: Home, moved: timedelta) -> None:
    paper = open_vote(home)
    adults(home, 500)
    for minute in range(5):
        vote(home, paper, 12)
        tick(home, NOON + minute * MINUTE)
    tick(home, NOON + 4 * MINUTE + moved)

    assert raised(home) == ()


def test_votes_on_paper_come_at_once_and_are_no_burst(home: Home) -> None:
    paper = open_vote(home)
    tick(home, NOON)
    vote(home, paper, 200)
    with home.store.transaction() as tx:
        tx.run("UPDATE participation SET channel = 'paper'")
    tick(home, NOON + MINUTE)

    assert raised(home) == ()


def test_held_votes_are_not_votes_yet(home: Home) -> None:
    paper = open_vote(home)
    adults(home, 24)
    vote(home, paper, 25)
    with home.store.transaction() as tx:
        tx.run("UPDATE participation SET state = 'held'")
    tick(home, NOON)

    assert raised(home) == ()


def test_a_long_roll_votes_faster(home: Home) -> None:
    paper = open_vote(home)
    phones = [f"+7701{number:07d}" for number in range(3000)]
    with home.store.transaction() as tx:
        rolls.add(tx, ROUND, by_code(tx, 7).id, rolls.seal(home.keys, ROUND, phones))
    tick(home, NOON)
    vote(home, paper, 60)
    tick(home, NOON + MINUTE)
    assert raised(home) == ()

    vote(home, paper, 61)
    tick(home, NOON + 2 * MINUTE)
    assert [(alarm.votes, alarm.limit) for alarm in raised(home)] == [(61, 60)]


@pytest.mark.parametrize(
    ("votes", "after", "phones", "limit"),
    [
        (0, timedelta(0), 0, 30),
        (20, timedelta(hours=3), 600, 30),
        (20, timedelta(hours=3), 10_000, 200),
        (1800, timedelta(hours=3), 600, 50),
    ],
    ids=["at opening", "an aul", "a town", "a busy vote"],
)
def test_how_many_votes_a_minute_are_no_wonder(votes: int, after: timedelta, phones: int, limit: int) -> None:
    assert burst_limit(OPENS, Pace(OPENS + after, votes), phones) == limit


@pytest.mark.parametrize(
    ("now", "expected"),
    [(OPENS + MINUTE, 30.0), (OPENS + 2 * MINUTE, 15.0), (OPENS - MINUTE, 30.0)],
    ids=["a minute", "two", "the clock went back"],
)
def test_votes_a_minute(now: datetime, expected: float) -> None:
    assert per_minute(Pace(OPENS, 10), 40, now) == expected
