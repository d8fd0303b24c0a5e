"""Everybody on a list gets one copy, by day, no faster than the line sends; then lists are forgotten."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from ballots.model import Paper, PollId
from gateway import announcing, fanout
from gateway.announcing import By, Wish
from gateway.epoch import begin as new_epoch
from gateway.home import Home
from gateway.schedule import JOBS, housekeep
from gateway.schedule import tick as schedule_tick
from gateway.store import announcements, outbox, phases, polls, reports
from gateway.store.announcements import Announcement, Copy
from gateway.store.engine import Tx
from gateway.store.outreach import Kind, Reason, State
from gateway.store.phases import Decision
from tests.gateway.fanned import POINTS, look
from tests.gateway.lists import act, copies, enlist, numbers, slow, stop, told
from tests.gateway.voting import CLOSES, OPENS, open_vote, rows, vote

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.gateway.fanned"])

NOON = OPENS + timedelta(hours=3)
NIGHT = datetime(2026, 5, 1, 15, 0, tzinfo=UTC)  # 20:00, when nothing leaves any more
MORNING = datetime(2026, 5, 2, 4, 0, tzinfo=UTC)  # 09:00
MINUTE = timedelta(minutes=1)


def begun(home: Home, paper: Paper, kind: Kind = Kind.INVITATION, budget: int | None = None, at=NOON) -> Announcement:
    return act(home, announcing.send, Wish(paper.cycle, kind, {}, budget), By(at))


def invited(home: Home, contacts: int, **more: object) -> Announcement:
    """An invitation has begun, and nothing was put in yet."""
    paper = open_vote(home)
    enlist(home, numbers(contacts))
    return begun(home, paper, **more)  # type: ignore[arg-type]


def now_is(home: Home, one: Announcement) -> Announcement:
    with home.store.reading() as tx:
        return announcements.by_id(tx, one.id)


def phones(home: Home, state: str = "due") -> list[str]:
    return [phone for phone, _ in copies(home, state)]


def leave(home: Home, count: int) -> None:
    """So many copies have left."""
    with home.store.transaction() as tx:
        for (message,) in tx.rows("SELECT id FROM outbox WHERE state = 'due' ORDER BY id LIMIT ?", count):
            outbox.mark_delivered(tx, message)


def test_everybody_gets_one_copy_in_the_own_language_whether_they_have_voted_or_not(home: Home) -> None:
    paper = open_vote(home)
    listed = numbers(230)
    enlist(home, listed, languages=("", "kk", "ru"))
    stop(home, listed[7])
    tag = home.keys.voter_tag(1, listed[0])
    with home.store.transaction() as tx:
        tx.run(
            "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, 'sms', '', 'mixed', '1')",
            paper.poll,
            tag,
        )
    one = begun(home, paper, Kind.REMINDER)
    for _ in range(3):
        fanout.tick(home, NOON + MINUTE)

    assert phones(home) == sorted(set(listed) - {listed[7]})
    spoken = Counter("голосование" in text for _, text in copies(home))
    assert spoken == {True: 76, False: 153}
    told_all = now_is(home, one)
    assert (told_all.state, told_all.queued, told_all.parts) == (State.SENDING, 229, 458)
    assert rows(home, "SELECT DISTINCT channel, provider, priority FROM outbox") == [("sms", "console", outbox.BULK)]
    leave(home, 229)
    for _ in range(2):
        fanout.tick(home, NOON + MINUTE)
    assert now_is(home, one).state is State.DONE
    assert rows(home, "SELECT count(*) FROM audit WHERE act = 'announced'") == [(1,)]


def test_a_line_is_given_what_it_can_send_until_the_next_look_but_one(home: Home) -> None:
    home = slow(home, 1)
    one = invited(home, 200)
    for _ in range(2):
        fanout.tick(home, NOON)
    assert len(phones(home)) == 90

    leave(home, 30)
    fanout.tick(home, NOON + MINUTE)
    assert len(phones(home)) == 90
    assert now_is(home, one).queued == 120


def test_ids_of_a_great_list_are_never_drawn_twice(sqlite_home: Home) -> None:
    one = invited(sqlite_home, 250)
    fanout.tick(replace(sqlite_home, randomness=bytes), NOON)

    assert now_is(sqlite_home, one).queued == 250
    born = [outbox.born(message) for (message,) in rows(sqlite_home, "SELECT id FROM outbox ORDER BY id")]
    assert born[-1] - born[0] == timedelta(milliseconds=249)


def test_a_slice_is_a_short_transaction(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    invited(sqlite_home, 250)
    sizes: list[int] = []
    put = announcements.put

    def counted(tx: Tx, one: Announcement, found: Sequence[Copy], *when: datetime) -> None:
        sizes.append(len(found))
        put(tx, one, found, *when)

    rests: list[float] = []
    monkeypatch.setattr(announcements, "put", counted)
    monkeypatch.setattr(fanout, "sleep", rests.append)
    fanout.tick(sqlite_home, NOON)

    assert sizes == [50] * 5
    assert rests == [fanout.REST] * 5  # a vote that waits for the database comes in between


@pytest.mark.parametrize("point", POINTS)
def test_a_list_cut_off_by_a_kill_is_told_once(sqlite_home: Home, point: str) -> None:
    one = invited(sqlite_home, 250)
    process = FORKS.Process(target=look, args=(sqlite_home.path, NOON, point))
    process.start()
    process.join(60)
    assert process.exitcode == -9

    fanout.tick(sqlite_home, NOON + MINUTE)
    assert phones(sqlite_home) == numbers(250)
    assert now_is(sqlite_home, one).queued == 250


def test_two_processes_that_look_at_once_tell_everybody_once(home: Home) -> None:
    one = invited(home, 250)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: fanout.tick(home, NOON), range(2)))

    assert phones(home) == numbers(250)
    assert now_is(home, one).queued == 250


@pytest.mark.parametrize(
    ("at", "expected"), [(NIGHT, 0), (NIGHT - MINUTE, 5), (MORNING - MINUTE, 0), (MORNING, 5)], ids=str
)
def test_nothing_is_put_in_at_night(sqlite_home: Home, at: datetime, expected: int) -> None:
    invited(sqlite_home, 5)
    fanout.tick(sqlite_home, at)

    assert len(phones(sqlite_home)) == expected


def test_who_refuses_while_it_runs_gets_none(sqlite_home: Home) -> None:
    home = slow(sqlite_home, 1)
    invited(home, 100)
    fanout.tick(home, NOON)
    left = min(set(numbers(100)) - set(phones(home)))
    stop(home, left)
    leave(home, 90)
    fanout.tick(home, NOON + MINUTE)

    assert left not in phones(home)
    assert len(phones(home)) == 9


def test_it_pauses_by_itself_before_it_costs_more_than_it_may(home: Home) -> None:
    home = told(home, price=10)
    one = invited(home, 20, budget=400)
    enlist(home, numbers(5, first=100))
    fanout.tick(home, NOON)

    paused = now_is(home, one)
    assert (paused.state, paused.reason, paused.queued, paused.spent) == (State.PAUSED, Reason.BUDGET, 20, 40_000)
    fanout.tick(home, NOON)
    assert phones(home) == []
    assert len(phones(home, "paused")) == 20

    act(home, announcing.resume, one.id, By(NOON), 500)
    fanout.tick(home, NOON)
    assert (now_is(home, one).reason, len(phones(home))) == (Reason.NONE, 25)


def test_what_is_paused_stays_and_what_fails_meanwhile_stays_too(home: Home) -> None:
    home = slow(home, 1)
    one = invited(home, 100)
    fanout.tick(home, NOON)
    ((message,),) = rows(home, "SELECT min(id) FROM outbox")
    with home.store.transaction() as tx:
        tx.run("UPDATE outbox SET state = 'leased', owner = 'x' WHERE id = ?", message)
    act(home, announcing.pause, one.id, By(NOON))
    with home.store.transaction() as tx:
        outbox.retry_at(tx, message, "x", NOON + MINUTE, "no line")
    fanout.tick(home, NOON + MINUTE)
    housekeep(home, NOON + MINUTE)

    assert (len(phones(home)), len(phones(home, "paused"))) == (0, 90)
    act(home, announcing.resume, one.id, By(NOON + MINUTE))
    fanout.tick(home, NOON + MINUTE)
    assert len(phones(home)) == 90


def test_what_is_cancelled_never_leaves_and_its_numbers_are_forgotten(home: Home) -> None:
    home = slow(home, 1)
    one = invited(home, 100)
    fanout.tick(home, NOON)
    ((message,),) = rows(home, "SELECT min(id) FROM outbox")
    with home.store.transaction() as tx:
        reports.sent(tx, "africastalking", message, "id", NOON)
    act(home, announcing.cancel, one.id, By(NOON))
    fanout.tick(home, NOON + MINUTE)

    assert rows(home, "SELECT state, error, count(*) FROM outbox WHERE recipient IS NULL GROUP BY state, error") == [
        ("dead", "cancelled", 89)
    ]
    assert rows(home, "SELECT state, expires_at <= due_at FROM outbox WHERE recipient IS NOT NULL") == [("sent", True)]
    with home.store.reading() as tx:
        assert announcements.progress(tx, one.id) == {"dead": 89, "sent": 1}


@pytest.mark.parametrize("paused", [False, True])
def test_an_invitation_ends_with_the_vote(sqlite_home: Home, paused: bool) -> None:
    home = slow(sqlite_home, 1)
    one = invited(home, 100)
    fanout.tick(home, NOON)
    if paused:
        act(home, announcing.pause, one.id, By(NOON))
    fanout.tick(home, CLOSES)

    assert (now_is(home, one).state, now_is(home, one).reason) == (State.CANCELLED, Reason.OVER)
    assert (phones(home), phones(home, "paused")) == ([], [])


def test_a_vote_closed_early_ends_its_reminder_at_the_next_look(sqlite_home: Home) -> None:
    one = invited(sqlite_home, 5, kind=Kind.REMINDER)
    with sqlite_home.store.transaction() as tx:
        tx.run("UPDATE cycle SET phase = 'closed'")
    fanout.tick(sqlite_home, NOON)

    assert now_is(sqlite_home, one).reason is Reason.OVER


def test_a_copy_is_of_no_use_after_closing(sqlite_home: Home) -> None:
    invited(sqlite_home, 1, at=CLOSES - timedelta(hours=8))
    fanout.tick(sqlite_home, CLOSES - timedelta(hours=8))

    assert rows(sqlite_home, "SELECT expires_at FROM outbox") == rows(sqlite_home, "SELECT closes_at FROM poll")


def test_an_extension_stops_what_names_the_old_closing(sqlite_home: Home) -> None:
    one = invited(sqlite_home, 5)
    with sqlite_home.store.transaction() as tx:
        phases.extend(tx, sqlite_home.keys, one.cycle, CLOSES + MINUTE, NOON, Decision(reason="snow"))

    assert (now_is(sqlite_home, one).state, now_is(sqlite_home, one).reason) == (State.PAUSED, Reason.MOVED)


def test_a_contact_that_no_key_opens_keeps_nobody_else_from_hearing(sqlite_home: Home) -> None:
    one = invited(sqlite_home, 5)
    with sqlite_home.store.transaction() as tx:
        tx.run(
            "UPDATE contact SET sealed = ? WHERE phone_tag = ?", b"x" * 40, sqlite_home.keys.phone_tag(numbers(1)[0])
        )
    with structlog.testing.capture_logs() as logs:
        fanout.tick(sqlite_home, NOON)

    assert phones(sqlite_home) == numbers(4, first=2)
    assert [log["event"] for log in logs] == ["A contact is sealed under another key and gets no announcement"]
    assert now_is(sqlite_home, one).queued == 4


def test_an_announcement_that_breaks_keeps_no_other_from_leaving(sqlite_home: Home) -> None:
    broken = invited(sqlite_home, 5)
    paper_two = open_vote(sqlite_home, 8)
    enlist(sqlite_home, numbers(5, first=50), area_id=2)
    begun(sqlite_home, paper_two)
    with sqlite_home.store.transaction() as tx:
        tx.run("UPDATE announcement SET texts = '{}' WHERE id = ?", broken.id)
    with structlog.testing.capture_logs() as logs:
        fanout.tick(sqlite_home, NOON)

    assert phones(sqlite_home) == numbers(5, first=50)
    assert [log["announcement"] for log in logs] == [broken.id]


def test_after_a_restore_an_official_says_whether_the_rest_is_told(home: Home) -> None:
    home = slow(home, 1)
    one = invited(home, 100)
    fanout.tick(home, NOON)
    with home.store.transaction() as tx:
        epoch = new_epoch(tx, home, NOON)

    assert (now_is(home, one).state, now_is(home, one).reason) == (State.PAUSED, Reason.RESTORED)
    assert epoch.silenced == 90
    act(home, announcing.resume, one.id, By(NOON))
    fanout.tick(home, NOON)
    assert len(phones(home)) == 10


def certified(home: Home) -> datetime:
    """A round whose only cycle is certified; when."""
    paper = open_vote(home)
    enlist(home, numbers(30))
    vote(home, paper, 25)
    at = CLOSES + timedelta(hours=1)
    schedule_tick(home, at)
    with home.store.transaction() as tx:
        phases.certify(tx, home.keys, paper.cycle, at, Decision())
    return at


def the_paper(home: Home) -> Paper:
    with home.store.reading() as tx:
        return polls.published(tx, PollId(1))


def listed(home: Home) -> int:
    ((count,),) = rows(home, "SELECT count(*) FROM contact")
    return int(count)


def test_contacts_are_erased_a_month_after_the_last_certification(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "ERASED", 12)
    at = certified(home)
    fanout.tick(home, at + timedelta(days=30) - MINUTE)
    assert listed(home) == 30

    fanout.tick(home, at + timedelta(days=30))
    assert listed(home) == 0
    fanout.tick(home, at + timedelta(days=31))
    assert rows(home, "SELECT facts FROM audit WHERE act = 'erase contacts' ORDER BY seq") == [
        (f'{{"contacts":{count},"round":1}}',) for count in (12, 12, 6)
    ]


def test_contacts_stay_while_a_cycle_of_the_round_or_an_announcement_needs_them(sqlite_home: Home) -> None:
    at = certified(sqlite_home)
    one = begun(told(sqlite_home, keep_contacts_days=0), the_paper(sqlite_home), Kind.RESULTS, at=at)
    fanout.tick(told(sqlite_home, keep_contacts_days=0), NIGHT + timedelta(days=19, hours=1))
    assert listed(sqlite_home) == 30

    act(sqlite_home, announcing.cancel, one.id, By(at))
    second = open_vote(sqlite_home, 8)
    fanout.tick(told(sqlite_home, keep_contacts_days=0), at)
    assert listed(sqlite_home) == 30

    with sqlite_home.store.transaction() as tx:
        tx.run("UPDATE cycle SET phase = 'archived', certified_at = 0 WHERE id = ?", second.cycle)
    fanout.tick(told(sqlite_home, keep_contacts_days=0), at)
    assert listed(sqlite_home) == 0


def test_the_schedule_looks_by_a_clock_that_is_beyond_doubt() -> None:
    assert JOBS["announcements"].run is fanout.tick
    assert JOBS["announcements"].by_the_clock
    assert 2 * JOBS["announcements"].every < fanout.AHEAD
