"""The outbox on both engines: leases, marks, reports that come early or out of order, echoes, what is erased."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballots.model import Paper, Standing
from gateway.envelopes import seal_choices
from gateway.home import Home
from gateway.keys import Box
from gateway.outbox import ABOUT, Letter, Outbox
from gateway.providers.base import Fate, Report
from gateway.retrying import Dead, Retry, Unknown
from gateway.schedule import housekeep
from gateway.store import outbox, reports, votes
from gateway.store.engine import LostRace
from gateway.store.writer import Books
from tests.gateway.sending import NOW, PHONE, put, row, states, with_books
from tests.gateway.store.villages import aul, opened

LEASE = timedelta(seconds=60)
TAG = b"t" * 16


def claim(
    home: Home, owner: str = "one", after: timedelta = timedelta(0), limit: int = 10, below: int = 8
) -> list[int]:
    now = NOW + after
    with home.store.transaction() as tx:
        return [found.id for found in outbox.claim(tx, "console", owner, now, now + LEASE, limit, below)[0]]


def report(home: Home, provider_id: str, fate: str, after: timedelta = timedelta(0)) -> None:
    with home.store.transaction() as tx:
        reports.report(tx, "console", provider_id, fate, "", NOW + after)


def sent(home: Home, message: int, provider_id: str = "x1") -> None:
    with home.store.transaction() as tx:
        reports.sent(tx, "console", message, provider_id, NOW)


def test_a_claimed_message_belongs_to_one_process(home: Home) -> None:
    message = put(home)

    assert claim(home) == [message]
    assert claim(home, "other") == []


def test_replies_leave_before_bulk_and_older_ones_first(home: Home) -> None:
    bulk = put(home, priority=7)
    later = put(home, due_at=NOW - timedelta(minutes=1))
    first = put(home, due_at=NOW - timedelta(minutes=2))
    put(home, provider="africastalking")
    put(home, due_at=NOW + timedelta(seconds=1))

    assert claim(home, limit=1) == [first]
    assert claim(home) == [later, bulk]


def test_bulk_can_be_held_back(home: Home) -> None:
    put(home, priority=7)
    digest = put(home, priority=3)

    assert claim(home, below=outbox.BULK) == [digest]


def test_a_lease_that_ran_out_is_due_again_once(home: Home) -> None:
    message = put(home)

    assert claim(home) == [message]
    assert claim(home, "two", LEASE - timedelta(seconds=1)) == []
    assert claim(home, "two", LEASE) == [message]
    assert claim(home, "three", 2 * LEASE) == []
    assert row(home, message, "error") == ("unknown", "lost twice")


def test_a_digest_is_repeated_until_it_is_delivered(home: Home) -> None:
    message = put(home, dedupe="bulletin|1|2026-05-02|1|sms")

    for times in range(5):
        assert claim(home, str(times), times * LEASE) == [message]


def test_a_stale_reply_is_not_sent(home: Home) -> None:
    message = put(home, expires_at=NOW)

    assert claim(home) == []
    assert row(home, message, "error", "recipient", "content") == ("dead", "expired", None, None)


def test_a_dedupe_key_is_used_once(home: Home) -> None:
    put(home, dedupe="a")
    with home.store.transaction() as tx:
        again = outbox.Outgoing(1, "sms", "console", b"", b"", NOW, NOW, dedupe="a")

        assert not outbox.enqueue(tx, again)


def test_an_id_that_was_drawn_before_loses_no_message_silently(home: Home) -> None:
    message = put(home)

    with pytest.raises(LostRace):
        put(home, id=message)


def test_a_delivered_message_forgets_its_recipient(home: Home) -> None:
    message = put(home)
    claim(home)
    sent(home, message)
    assert row(home, message, "provider_id", "recipient IS NULL") == ("sent", "x1", False)

    report(home, "x1", "delivered")

    assert row(home, message, "recipient", "content") == ("delivered", None, None)


def test_a_report_may_be_faster_than_our_own_call(home: Home) -> None:
    message = put(home)
    claim(home)
    report(home, "x1", "under-way")
    report(home, "x1", "delivered")
    report(home, "x1", "under-way")
    assert row(home, message) == ("leased",)

    sent(home, message)

    assert row(home, message) == ("delivered",)
    with home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM early_report") == []


@given(st.permutations(["under-way", "delivered", "under-way", "delivered"]), st.integers(0, 4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reports_in_any_order_end_in_delivered(sqlite_home: Home, fates: list[str], before: int) -> None:
    message = put(sqlite_home)
    claim(sqlite_home)
    for fate in fates[:before]:
        report(sqlite_home, str(message), fate)
    sent(sqlite_home, message, str(message))
    for fate in fates[before:]:
        report(sqlite_home, str(message), fate)

    assert row(sqlite_home, message) == ("delivered",)


@pytest.mark.parametrize(("first", "then"), [("delivered", "dead"), ("dead", "delivered")])
def test_the_first_final_report_stands(home: Home, first: str, then: str) -> None:
    message = put(home)
    claim(home)
    sent(home, message)
    report(home, "x1", first)
    report(home, "x1", then)

    assert row(home, message, "recipient") == (first, None)


def test_a_digest_reported_undelivered_is_sent_again_in_an_hour(home: Home) -> None:
    message = put(home, dedupe="bulletin|1|2026-05-02|1|sms", expires_at=NOW + outbox.HOPE)
    claim(home)
    sent(home, message)
    report(home, "x1", "dead")

    assert claim(home, after=timedelta(minutes=59)) == []
    assert claim(home, after=timedelta(minutes=60)) == [message]


def test_a_report_settles_an_unknown_message(home: Home) -> None:
    message = put(home)
    claim(home)
    sent(home, message)
    with home.store.transaction() as tx:
        outbox.mark_unknown(tx, message, "no report", NOW)
    report(home, "x1", "delivered")

    assert row(home, message) == ("delivered",)


@pytest.mark.parametrize("early", [True, False], ids=["before the doubt", "after it"])
@pytest.mark.parametrize(("fate", "expected"), [("delivered", "delivered"), ("dead", "dead"), ("under-way", "unknown")])
def test_a_message_in_doubt_is_settled_by_a_report_under_our_own_id(
    home: Home, fate: str, expected: str, early: bool
) -> None:
    message = put(home)
    claim(home)
    if early:
        report(home, str(message), fate)
    with home.store.transaction() as tx:
        reports.missing(tx, message, str(message), "no answer", NOW)
    if not early:
        report(home, str(message), fate)

    assert row(home, message) == (expected,)


def test_after_75_hours_without_a_report_nobody_knows_who_was_written_to(home: Home) -> None:
    unreported, waiting = put(home), put(home, expires_at=NOW + timedelta(hours=1), provider="africastalking")
    claim(home)
    sent(home, unreported)
    report(home, "x2", "delivered")
    for hours, expected in ((1, 1), (74, 0), (75, 1)):
        with home.store.transaction() as tx:
            assert outbox.give_up(tx, NOW + timedelta(hours=hours)) == expected

    assert row(home, unreported, "recipient", "content") == ("unknown", None, None)
    assert row(home, waiting, "error", "recipient") == ("dead", "expired", None)
    with home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM early_report") == []


def cut_off(home: Home, at: timedelta = timedelta(0), **changes: Any) -> int:
    """A message whose send call broke off at this time."""
    message = put(home, **changes)
    with home.store.transaction() as tx:
        outbox.mark_unknown(tx, message, "the connection broke off", NOW + at)
    return message


def told(home: Home, provider_id: str, fate: Fate, phone: str, after: timedelta, provider: str = "console") -> None:
    """A report comes by the hook."""

    async def use(books: Books) -> None:
        await Outbox(books, home.keys).reported(provider, Report(provider_id, fate, "absent", phone), NOW + after)

    with_books(home, use)


MINUTE, OTHER = timedelta(minutes=1), "+77010000002"


@pytest.mark.parametrize(
    ("fate", "outcome"), [(Fate.DELIVERED, ("delivered", "")), (Fate.DEAD, ("dead", "undelivered: absent"))]
)
def test_a_report_on_the_phone_settles_a_call_that_broke_off(home: Home, fate: Fate, outcome: tuple[str, str]) -> None:
    message = cut_off(home)
    told(home, "never learned", fate, PHONE, MINUTE)
    assert row(home, message) == ("unknown",)

    housekeep(home, NOW + 5 * MINUTE)
    assert row(home, message) == ("unknown",), "a call under way may still name this report's message"
    housekeep(home, NOW + 6 * MINUTE)

    assert row(home, message, "error", "recipient") == (*outcome, None)
    with home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM early_report") == []


@pytest.mark.parametrize(
    "reports_",
    [
        pytest.param([("x1", Fate.DELIVERED, OTHER, MINUTE, "console")], id="of another phone"),
        pytest.param([("x1", Fate.DELIVERED, PHONE, MINUTE, "africastalking")], id="of another provider"),
        pytest.param([("x1", Fate.DELIVERED, "", MINUTE, "console")], id="that names no phone"),
        pytest.param([("x1", Fate.UNDER_WAY, PHONE, MINUTE, "console")], id="that is not final"),
        pytest.param([("x1", Fate.DELIVERED, PHONE, -6 * MINUTE, "console")], id="older than the call"),
        pytest.param(
            [("x1", Fate.DELIVERED, PHONE, MINUTE, "console"), ("x2", Fate.DEAD, PHONE, MINUTE, "console")],
            id="one of two",
        ),
    ],
)
def test_a_report_that_may_be_of_another_message_settles_nothing(
    home: Home, reports_: list[tuple[str, Fate, str, timedelta, str]]
) -> None:
    message = cut_off(home)
    for one in reports_:
        told(home, *one)

    housekeep(home, NOW + timedelta(hours=1))

    assert row(home, message, "recipient IS NULL") == ("unknown", False)


def test_of_two_messages_to_one_phone_nobody_knows_which_is_meant(home: Home) -> None:
    both = [cut_off(home), cut_off(home)]
    told(home, "x1", Fate.DELIVERED, PHONE, MINUTE)

    housekeep(home, NOW + timedelta(hours=1))

    assert [row(home, message) for message in both] == [("unknown",)] * 2


def test_the_report_of_a_slow_call_is_not_given_to_another_message(home: Home) -> None:
    unknown, slow = cut_off(home), put(home)
    claim(home)
    told(home, "of the slow one", Fate.DELIVERED, PHONE, MINUTE)
    sent(home, slow, "of the slow one")

    housekeep(home, NOW + timedelta(hours=1))

    assert (row(home, unknown), row(home, slow)) == (("unknown",), ("delivered",))


def test_a_digest_is_settled_by_its_own_id_alone(home: Home) -> None:
    digest = put(home, dedupe="bulletin|1|2026-05-02|1|sms", expires_at=NOW + outbox.HOPE)
    claim(home)
    with home.store.transaction() as tx:
        outbox.retry_at(tx, digest, "one", NOW + MINUTE, "broke off", doubtful=True)
    told(home, "x1", Fate.DELIVERED, PHONE, MINUTE)

    housekeep(home, NOW + timedelta(hours=1))

    assert row(home, digest, "doubtful") == ("due", 1)


def test_a_recipient_under_another_key_keeps_no_report_from_the_others(home: Home) -> None:
    strange = Box(b"k" * 32, home.randomness).seal(PHONE.encode(), ABOUT)
    unreadable, message = cut_off(home, recipient=strange), cut_off(home)
    told(home, "x1", Fate.DELIVERED, PHONE, MINUTE)

    housekeep(home, NOW + timedelta(hours=1))

    assert (row(home, unreadable), row(home, message)) == (("unknown",), ("delivered",))


def test_a_reply_whose_process_died_twice_is_not_sent_a_third_time_whatever_happened_between(home: Home) -> None:
    message = put(home)
    claim(home)
    claim(home, "two", LEASE)
    with home.store.transaction() as tx:
        outbox.retry_at(tx, message, "two", NOW + LEASE, "no connection")

    assert claim(home, "three", 2 * LEASE) == [message]
    assert claim(home, "four", 3 * LEASE) == []
    assert row(home, message, "error") == ("unknown", "lost twice")


def test_only_the_holder_of_a_lease_puts_a_message_back(home: Home) -> None:
    message = put(home)
    claim(home)
    with home.store.transaction() as tx:
        outbox.retry_at(tx, message, "other", NOW, "no line")
    assert row(home, message) == ("leased",)

    with home.store.transaction() as tx:
        outbox.retry_at(tx, message, "one", NOW + timedelta(seconds=5), "no line")
    assert row(home, message, "error", "tries") == ("due", "no line", 1)


def voted(home: Home, *, mixed: bool = False, **settings_: object) -> tuple[Paper, int]:
    """A vote for 3 whose reply waits, and the reply's id."""
    aul(home)
    paper = opened(home, **settings_)
    with home.store.transaction() as tx:
        ballot = votes.Sealed(1, seal_choices(home.keys, paper.poll, TAG, 1, (3,), 1))
        votes.cast(
            tx, votes.Participation(paper.poll, TAG, "sms", "2026-05-02", Standing.PENDING, "4821773529"), ballot
        )
    facts = {"language": "en", "outcome": "accepted", "receipt": "4821773529"}
    message = put(home, "quiet", content=facts, poll=paper.poll, tag=TAG)
    if mixed:
        home.keys.destroy_batch(paper.poll, 1)
    return paper, message


def letters(home: Home, paper: Paper | None) -> list[Letter]:
    async def use(books: Books) -> list[Letter]:
        return await Outbox(books, home.keys, lambda _: paper).claim(
            "console", "one", now=NOW, lease=LEASE, limit=5, day="2026-05-02", per_day=10
        )

    return with_books(home, use)


def test_a_reply_repeats_the_choice_while_it_is_sealed(home: Home) -> None:
    paper, message = voted(home)

    (letter,) = letters(home, paper)

    assert (letter.id, letter.recipient) == (message, PHONE)
    assert letter.content["text"] == "Your vote is accepted: #3 Project 3. Receipt 482 177 3529"
    sent(home, message)
    assert row(home, message, "poll_id", "tag") == ("sent", None, None)


def test_once_mixed_a_reply_is_quiet(home: Home) -> None:
    paper, _ = voted(home, mixed=True)

    assert [letter.content["text"] for letter in letters(home, paper)] == ["quiet"]


def test_an_envelope_that_is_gone_makes_a_reply_quiet(home: Home) -> None:
    paper, _ = voted(home)
    with home.store.transaction() as tx:
        tx.run("DELETE FROM pending_ballot")

    assert [letter.content["text"] for letter in letters(home, paper)] == ["quiet"]


def test_a_cycle_without_echo_is_quiet(home: Home) -> None:
    paper, _ = voted(home, echo=False)

    assert [letter.content["text"] for letter in letters(home, paper)] == ["quiet"]


def test_a_paper_that_is_not_on_the_shelf_makes_a_reply_quiet(home: Home) -> None:
    voted(home)

    assert [letter.content["text"] for letter in letters(home, None)] == ["quiet"]


def test_a_message_under_another_key_is_set_aside(home: Home) -> None:
    strange = Box(b"k" * 32, home.randomness).seal(json.dumps({"text": "a"}).encode(), ABOUT)
    message = put(home, recipient=strange)

    assert letters(home, None) == []
    assert row(home, message, "error") == ("dead", "unreadable")


def test_marks_of_a_running_gateway(home: Home) -> None:
    retried, dead, unknown, delivered, reported = (put(home) for _ in range(5))

    async def use(books: Books) -> None:
        box = Outbox(books, home.keys)
        by_id = {
            letter.id: letter
            for letter in await box.claim("console", "one", now=NOW, lease=LEASE, limit=5, day="d", per_day=10)
        }
        await box.failed(by_id[retried], "one", Retry(NOW, "no line"), NOW)
        await box.failed(by_id[dead], "one", Dead("no number"), NOW)
        await box.failed(by_id[unknown], "one", Unknown("broke off"), NOW)
        await box.arrived(by_id[delivered])
        await box.sent("console", by_id[reported], "x9", now=NOW, day="d")
        await box.reported("console", Report("x9", Fate.UNDER_WAY), NOW)

    with_books(home, use)

    assert states(home) == ["dead", "delivered", "due", "sent", "unknown"]
