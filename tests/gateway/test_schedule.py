"""What happens by itself: every slot once, however often and however late the box looks."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from ballots.model import AreaKind, Phase, PollId, PollKind
from gateway.bulletins.digest import FINAL
from gateway.home import Home
from gateway.keys import Unreadable
from gateway.outbox import ABOUT
from gateway.schedule import JOBS, Schedule, due_noon, due_slots, housekeep, tick
from gateway.store import bulletins, jobs
from gateway.store.jobs import Watched
from tests.gateway.sending import Clock, put, row
from tests.gateway.store.villages import CLOSES, aul, opened
from tests.gateway.voting import EVENING, OPENS, open_vote, receive, rows, vote

ZONE = ZoneInfo("Asia/Almaty")
GRACE = timedelta(minutes=30)
DAY = timedelta(days=1)
NONE: frozenset[str] = frozenset()

VOTE = Watched(PollId(1), 1, PollKind.VOTE, Phase.VOTING, OPENS, CLOSES, GRACE, "20:00", 10)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured  # type: ignore[misc]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "done", "expected"),
    [
        (local(1, 19, 59), NONE, ()),
        (local(1, 20), NONE, ("2026-05-01",)),
        (local(1, 20), {"2026-05-01"}, ()),
        (local(4, 9), {"2026-05-01"}, ("2026-05-02", "2026-05-03")),
        (local(20, 18), {f"2026-05-{day:02d}" for day in range(1, 20)}, ()),
        (local(20, 18, 29), {f"2026-05-{day:02d}" for day in range(1, 20)}, ()),
        (local(20, 18, 30), {f"2026-05-{day:02d}" for day in range(1, 20)}, (FINAL,)),
        (local(28, 9), {f"2026-05-{day:02d}" for day in range(1, 19)}, ("2026-05-19", FINAL)),
        (local(28, 9), {FINAL}, ()),
    ],
)
def test_what_is_due(now: datetime, done: set[str], expected: tuple[str, ...]) -> None:
    assert due_slots(VOTE, ZONE, now, frozenset(done)) == expected


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.CERTIFIED])
def test_a_vote_closed_early_is_final_at_once(phase: Phase) -> None:
    closed = Watched(PollId(1), 1, PollKind.VOTE, phase, OPENS, local(3, 15), timedelta(0), "20:00", 10)

    assert due_slots(closed, ZONE, local(3, 15), frozenset({"2026-05-01", "2026-05-02"})) == (FINAL,)


def test_a_vote_that_opens_after_the_tally_has_its_first_slot_next_day() -> None:
    late = Watched(PollId(1), 1, PollKind.VOTE, Phase.VOTING, local(1, 20), CLOSES, GRACE, "20:00", 10)

    assert due_slots(late, ZONE, local(2, 20), NONE) == ("2026-05-02",)


@given(st.lists(st.integers(0, 30 * 24 * 60), max_size=60).map(sorted))
def test_each_slot_comes_once_whenever_the_box_looks(minutes: list[int]) -> None:
    done: list[str] = []
    for minute in minutes:
        done += due_slots(VOTE, ZONE, OPENS + timedelta(minutes=minute), frozenset(done))

    assert len(done) == len(set(done))
    over = bool(minutes) and OPENS + timedelta(minutes=minutes[-1]) >= CLOSES + GRACE
    assert (FINAL in done) == over
    assert not over or len(done) == 20
    assert done == sorted(done)


@pytest.mark.parametrize(
    ("now", "done", "expected"),
    [
        (local(1, 11, 59), NONE, None),
        (local(1, 12), NONE, "2026-05-01"),
        (local(3, 11), NONE, "2026-05-02"),
        (local(3, 11), {"2026-05-02"}, None),
    ],
)
def test_the_turnout_moves_at_noon(now: datetime, done: set[str], expected: str | None) -> None:
    assert due_noon(VOTE, ZONE, now, frozenset(done)) == expected


def test_an_evening_mixes_counts_and_tells_everybody_once(home: Home) -> None:
    paper = open_vote(home)
    vote(home, paper, 25, (2,))
    for channel, address in (("sms", "+77010000009"), ("webhook", "http://127.0.0.1:9/"), ("email", "a@aul.example")):
        receive(home, channel, address)
    for _ in range(3):
        tick(home, EVENING)

    (archived,) = rows(home, "SELECT slot, content FROM daily_tally")
    told = json.loads(archived[1])
    assert (archived[0], told["accepted"], told["pending"], told["votes"]) == (
        "2026-05-01",
        25,
        10,
        {"1": 0, "2": 15, "3": 0},
    )
    assert len(rows(home, "SELECT 1 FROM ballot")) == 15
    assert rows(home, "SELECT channel, provider, state FROM outbox ORDER BY channel") == [
        ("email", "email", "due"),
        ("sms", "console", "due"),
        ("webhook", "webhook", "due"),
    ]
    assert len(rows(home, "SELECT 1 FROM bulletin")) == 3
    assert rows(home, "SELECT slot FROM job_run WHERE job = 'tally'") == [(f"{paper.poll}:2026-05-01",)]


def test_after_an_outage_the_archive_has_every_day_and_the_sms_is_the_newest(home: Home) -> None:
    paper = open_vote(home)
    receive(home, "sms", "+77010000009")
    receive(home, "webhook", "http://127.0.0.1:9/")
    tick(home, EVENING)
    vote(home, paper, 25)
    tick(home, EVENING + 3 * DAY)

    with home.store.reading() as tx:
        assert [slot for slot, _, _ in bulletins.archived(tx, paper.cycle)] == [
            f"2026-05-0{day}" for day in range(1, 5)
        ]
    states = rows(
        home,
        "SELECT b.slot, o.state, o.error FROM bulletin b JOIN outbox o ON o.id = b.outbox_id WHERE b.channel = 'sms' ORDER BY b.slot",
    )
    assert states == [("2026-05-01", "dead", "superseded"), ("2026-05-04", "due", "")]
    assert len(rows(home, "SELECT 1 FROM outbox WHERE channel = 'webhook' AND state = 'due'")) == 4
    assert len(rows(home, "SELECT DISTINCT batch_no FROM ballot")) == 1


def test_closing_needs_nobody(home: Home) -> None:
    paper = open_vote(home, grace_seconds=1800)
    vote(home, paper, 12, (1,))
    receive(home, "sms", "+77010000009")
    tick(home, CLOSES + timedelta(minutes=29))
    assert rows(home, "SELECT phase FROM poll") == [("voting",)]

    tick(home, CLOSES + timedelta(minutes=30))

    assert rows(home, "SELECT phase FROM poll") == rows(home, "SELECT phase FROM cycle") == [("closed",)]
    assert len(rows(home, "SELECT 1 FROM ballot")) == 12
    assert sent_texts(home)[-1] == "Area 7: final. Counted 12. 1:12 2:0 3:0 Chosen projects: 1."


def test_fewer_ballots_than_a_batch_needs_are_told_as_turnout_only(home: Home) -> None:
    paper = open_vote(home)
    vote(home, paper, 9)
    receive(home, "sms", "+77010000009")
    receive(home, "sms", "+77010000008", form="observer")
    tick(home, CLOSES)

    assert sent_texts(home)[0] == "Area 7 20.05: voted 9, counted 9."
    assert "P1" not in sent_texts(home)[1]
    assert shown(home, paper.poll) == {"accepted": 9, "votes": None, "funded": []}


def test_a_cycle_that_shows_turnout_only_tells_no_votes_before_it_closes(home: Home) -> None:
    paper = open_vote(home, visibility="turnout")
    vote(home, paper, 25)
    receive(home, "sms", "+77010000009")
    tick(home, EVENING)
    assert sent_texts(home) == ["Area 7 01.05: voted 25, counted 15."]
    assert shown(home, paper.poll) == {"accepted": 25, "votes": None, "funded": []}

    tick(home, CLOSES)
    assert shown(home, paper.poll) == {"accepted": 25, "votes": {"1": 25, "2": 0, "3": 0}, "funded": [1]}


def test_turnout_moves_at_noon_and_in_the_evening_only(home: Home) -> None:
    paper = open_vote(home)
    vote(home, paper, 3)
    tick(home, local(1, 12))
    vote(home, paper, 4)
    tick(home, local(1, 19))
    assert shown(home, paper.poll)["accepted"] == 3

    tick(home, local(1, 20))
    assert shown(home, paper.poll)["accepted"] == 7


def test_a_district_reads_what_its_auls_decide(home: Home) -> None:
    aul(home, 40, kind=AreaKind.DISTRICT)
    aul(home, 7, parent=40)
    aul(home, 8)
    opened(home, 7)
    receive(home, "sms", "+77010000009", code=40)
    receive(home, "sms", "+77010000008", code=8)
    tick(home, EVENING)

    assert sent_texts(home) == ["Area 7 01.05: voted 0, counted 0."]


def test_a_consultation_is_mixed_without_a_bulletin(home: Home) -> None:
    paper = open_vote(home)
    receive(home, "sms", "+77010000009")
    with home.store.transaction() as tx:
        tx.run("UPDATE poll SET kind = 'consult'")
    vote(home, paper, 25)
    tick(home, EVENING)

    assert len(rows(home, "SELECT 1 FROM ballot")) == 15
    assert rows(home, "SELECT 1 FROM outbox") == []


def test_one_broken_poll_keeps_nobody_else_waiting(home: Home, logs: list[dict[str, object]]) -> None:
    broken, sound = open_vote(home, 7), open_vote(home, 8, numbers=range(4, 7))
    with home.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = '' WHERE id = ?", broken.poll)
    tick(home, EVENING)

    assert rows(home, "SELECT slot FROM job_run WHERE job = 'tally'") == [(f"{sound.poll}:2026-05-01",)]
    assert [log["poll"] for log in logs if log["log_level"] == "error"] == [broken.poll]


def test_an_archived_slot_stands(home: Home) -> None:
    paper = open_vote(home)
    with home.store.transaction() as tx:
        assert bulletins.archive(tx, paper.cycle, "2026-05-01", {"accepted": 1}, EVENING)
        assert not bulletins.archive(tx, paper.cycle, "2026-05-01", {"accepted": 2}, EVENING)
        assert bulletins.archived(tx, paper.cycle) == (("2026-05-01", {"accepted": 1}, EVENING),)


def test_of_several_processes_one_runs_a_job(home: Home) -> None:
    with home.store.transaction() as tx:
        held = [
            jobs.lease(
                tx, "tick", owner, EVENING + timedelta(minutes=minutes), EVENING + timedelta(minutes=minutes + 10)
            )
            for owner, minutes in (("one", 0), ("two", 1), ("one", 2), ("two", 11), ("two", 12), ("one", 13))
        ]

    assert held == [True, False, True, False, True, False]


def test_housekeeping_gives_up_what_expired(home: Home) -> None:
    message = put(home)
    housekeep(home, EVENING + 30 * DAY)

    assert row(home, message) == ("dead",)


def test_the_schedule_looks_at_once_and_wakes_the_sender(sqlite_home: Home) -> None:
    open_vote(sqlite_home)
    receive(sqlite_home, "sms", "+77010000009")

    async def use() -> None:
        done = asyncio.Semaphore(0)
        schedule = Schedule(sqlite_home, Clock(EVENING), "one", wake=done.release)
        schedule.start()
        for _job in JOBS:
            await asyncio.wait_for(done.acquire(), 10)
        schedule.stop()

    asyncio.run(use())

    assert len(sent_texts(sqlite_home)) == 1


def test_the_same_evening_twice_at_the_same_time_is_one_evening(home: Home) -> None:
    paper = open_vote(home)
    vote(home, paper, 25)
    receive(home, "sms", "+77010000009")

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: tick(home, EVENING), range(3)))

    assert len(sent_texts(home)) == len(rows(home, "SELECT 1 FROM bulletin")) == 1
    assert len(rows(home, "SELECT 1 FROM ballot")) == 15


def test_an_untrusted_clock_moves_nothing(sqlite_home: Home) -> None:
    open_vote(sqlite_home)
    asyncio.run(Schedule(sqlite_home, Clock(CLOSES + DAY), "one", trusted=lambda: False).run("tick"))

    assert rows(sqlite_home, "SELECT phase FROM poll") == [("voting",)]


def test_every_job_says_what_it_does() -> None:
    assert all(job.does and job.every >= timedelta(seconds=1) for job in JOBS.values())


def sent_texts(home: Home) -> list[str]:
    """SMS that wait, in the order of their recipients."""
    sealed = rows(
        home,
        "SELECT o.content FROM bulletin b JOIN outbox o ON o.id = b.outbox_id "
        "WHERE b.channel = 'sms' AND o.content IS NOT NULL ORDER BY b.recipient_id, b.slot",
    )
    try:
        return [json.loads(home.keys.contacts.open(bytes(content), ABOUT))["text"] for (content,) in sealed]
    except Unreadable as error:
        raise AssertionError("sealed under another key") from error


def shown(home: Home, poll: PollId) -> dict[str, object]:
    """What the gateway tells whoever asks."""
    (found,) = rows(home, f"SELECT value FROM gateway_state WHERE key = 'turnout:{poll}'")
    told: dict[str, object] = json.loads(found[0])
    return told
