"""The mix: every batch hides its voters, every accepted vote is counted once, and a crash changes neither."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from itertools import cycle as cycled
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from ballots.model import Choices, Paper, Standing
from gateway import mixing
from gateway.envelopes import Opener, open_choices, seal_choices
from gateway.errors import NotNow
from gateway.home import Home, open_home
from gateway.keys import Keyring, Unreadable
from gateway.store import audit, ballots, polls, states, tallies, votes
from gateway.store.engine import LostRace, connect_sqlite
from tests.gateway.field import VOTING, Field, phone
from tests.gateway.store.villages import CLOSES, OPENS, aul, cycle, opened

MIN = 3
AT = OPENS + timedelta(hours=9)
SLOT, NEXT = "2026-05-01", "2026-05-02"

Row = tuple[Any, ...]


def a_poll(home: Home, **settings: Any) -> Paper:
    """An open vote of a new aul, with the smallest mix that hides anybody."""
    aul(home)
    return opened(home, numbers=range(1, 6), **{"mix_min": MIN} | settings)


def cast(home: Home, paper: Paper, chosen: list[Choices], state: Standing = Standing.PENDING) -> list[bytes]:
    """Votes as a conversation keeps them; their tags."""
    tags = [home.randomness(16) for _ in chosen]
    with home.store.transaction() as tx:
        no = ballots.last_batch(tx, paper.poll).no
        for tag, choices in zip(tags, chosen, strict=True):
            receipt = f"{int.from_bytes(home.randomness(8)):020d}"[:10]
            votes.cast(
                tx,
                votes.Participation(paper.poll, tag, "sms", SLOT, state, receipt),
                votes.Sealed(no, seal_choices(home.keys, paper.poll, tag, no, choices, 1)),
            )
    return tags


def rows(home: Home, sql: str, *params: object) -> list[Row]:
    with home.store.reading() as tx:
        return tx.rows(sql, *params)


def standings(home: Home) -> Counter[str]:
    return Counter(state for (state,) in rows(home, "SELECT state FROM participation"))


def cast_in(home: Home, paper: Paper) -> Counter[Choices]:
    with home.store.reading() as tx:
        return tallies.cast_in(tx, paper.poll)


def sealed(home: Home) -> dict[bytes, tuple[int, bytes]]:
    """Tag -> batch and envelope of what is not opened yet."""
    return {
        bytes(tag): (no, bytes(envelope))
        for tag, no, envelope in rows(home, "SELECT tag, batch_no, envelope FROM pending_ballot")
    }


def check(home: Home, paper: Paper) -> None:
    """The invariants of docs: I1, I2, I4, I5, and keys only of batches that are open."""
    states_of = standings(home)
    waiting = Counter(
        state
        for (state,) in rows(
            home, "SELECT p.state FROM pending_ballot b JOIN participation p ON p.poll_id = b.poll_id AND p.tag = b.tag"
        )
    )
    (ballot_count,) = rows(home, "SELECT count(*) FROM ballot")[0]
    (aside,) = rows(home, "SELECT count(*) FROM unreadable_envelope")[0]
    (size, unreadable) = rows(home, "SELECT sum(size), sum(unreadable) FROM batch")[0]
    assert states_of["pending"] == waiting["pending"]
    assert states_of["mixed"] == ballot_count + aside
    assert (size, unreadable) == (ballot_count, aside)
    with home.store.reading() as tx:
        counted = tallies.of_poll(tx, paper.poll)
        assert counted.accepted == states_of["pending"] + ballot_count
        assert audit.verify(tx, home.keys) is None
    still_open = {
        f"batch-{poll}-{no}.key" for poll, no in rows(home, "SELECT poll_id, no FROM batch WHERE state = 'open'")
    }
    assert {path.name for path in home.keys.folder.glob("batch-*")} == still_open
    assert rows(home, "SELECT no FROM batch WHERE state = 'mixed'") == []
    if home.store.file is not None:
        assert rows(home, "PRAGMA integrity_check") == [("ok",)]
        assert rows(home, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("pending", [0, 1, MIN, 2 * MIN - 1])
def test_too_few_votes_stay_sealed(sqlite_home: Home, pending: int) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * pending)
    before = sealed(sqlite_home)

    assert mixing.mix(sqlite_home, paper.poll, SLOT, AT) is None
    assert sealed(sqlite_home) == before
    check(sqlite_home, paper)


@pytest.mark.parametrize("pending", [2 * MIN, 2 * MIN + 1, 4 * MIN])
def test_a_daily_mix_opens_all_but_those_that_hide_the_next(sqlite_home: Home, pending: int) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(2,)] * pending)
    batch = mixing.mix(sqlite_home, paper.poll, SLOT, AT)

    assert batch is not None
    assert (batch.batch, batch.size, batch.held_back, batch.unreadable) == (1, pending - MIN, MIN, 0)
    assert cast_in(sqlite_home, paper) == {(2,): pending - MIN}
    assert standings(sqlite_home) == {"pending": MIN, "mixed": pending - MIN}
    check(sqlite_home, paper)


def test_who_is_held_back_is_drawn_by_lot_and_sealed_anew(home: Home) -> None:
    paper = a_poll(home, mix_min=12)
    tags = sorted(cast(home, paper, [(number % 5 + 1,) for number in range(24)]))
    before = {tag: (no, open_choices(home.keys, paper.poll, tag, no, old)) for tag, (no, old) in sealed(home).items()}
    old = {envelope for _, envelope in sealed(home).values()}
    mixing.mix(home, paper.poll, SLOT, AT)
    left = sealed(home)

    assert set(left) not in (set(tags[:12]), set(tags[12:]))
    assert {no for no, _ in left.values()} == {2}
    assert not old & {envelope for _, envelope in left.values()}
    for tag, (no, envelope) in left.items():
        assert open_choices(home.keys, paper.poll, tag, no, envelope) == before[tag][1]
    check(home, paper)


def test_there_is_one_mix_for_a_slot_by_hand_or_not(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(1,)] * 2 * MIN)
    assert mixing.mix(home, paper.poll, SLOT, AT) is not None
    cast(home, paper, [(1,)] * 4 * MIN)

    assert mixing.mix(home, paper.poll, SLOT, AT) is None
    assert mixing.mix(home, paper.poll, NEXT, AT) is not None
    check(home, paper)


def test_a_mix_that_had_nothing_to_do_may_come_again_in_its_slot(sqlite_home: Home) -> None:
    paper = a_poll(sqlite_home)
    assert mixing.mix(sqlite_home, paper.poll, SLOT, AT) is None
    cast(sqlite_home, paper, [(1,)] * 2 * MIN)

    assert mixing.mix(sqlite_home, paper.poll, SLOT, AT) is not None


def test_every_batch_of_a_running_poll_hides_its_voters(home: Home) -> None:
    paper = a_poll(home)
    voted: Counter[Choices] = Counter()
    for day, votes_that_day in enumerate((6, 0, 2, 1, 9, 0, 5)):
        chosen = [(number % 5 + 1,) for number in range(votes_that_day)]
        cast(home, paper, chosen)
        voted.update(chosen)
        mixing.mix(home, paper.poll, f"day {day}", AT + timedelta(days=day))
    mixing.close(home, paper.poll, CLOSES, "box")

    sizes = [size for (size,) in rows(home, "SELECT size FROM batch ORDER BY no")]
    assert len(sizes) > 3
    assert min(sizes) >= MIN
    assert cast_in(home, paper) == voted
    check(home, paper)


@pytest.mark.parametrize("pending", [0, 1, MIN, 10])
def test_the_closing_mix_opens_all(sqlite_home: Home, pending: int) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(3,)] * pending)
    batch = mixing.close(sqlite_home, paper.poll, CLOSES, "box")

    assert batch is not None
    assert (batch.size, batch.held_back) == (pending, 0)
    assert sealed(sqlite_home) == {}
    check(sqlite_home, paper)


def test_closing_twice_changes_nothing_more(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(3,)] * 5)
    mixing.close(home, paper.poll, AT, "operator", early=True)
    before = rows(home, "SELECT seq, hash FROM audit"), rows(home, "SELECT id FROM ballot")

    assert mixing.close(home, paper.poll, CLOSES, "box") is None
    assert mixing.mix(home, paper.poll, NEXT, CLOSES) is None
    assert (rows(home, "SELECT seq, hash FROM audit"), rows(home, "SELECT id FROM ballot")) == before
    check(home, paper)


def test_closing_early_moves_the_closing_instant_and_ends_the_grace(home: Home) -> None:
    paper = a_poll(home, grace_seconds=3600)
    mixing.close(home, paper.poll, AT, "operator", early=True)
    with home.store.reading() as tx:
        closed = polls.published(tx, paper.poll)
        acts = [(link.link.entry["act"], link.link.entry["actor"]) for link in audit.entries(tx)]

    assert (closed.phase, closed.closes_at, closed.grace) == ("closed", AT, timedelta())
    assert acts == [("open", "akim"), ("close", "operator"), ("mix", "box")]


def test_closing_on_time_keeps_the_instant_that_was_published(sqlite_home: Home) -> None:
    paper = a_poll(sqlite_home, grace_seconds=3600)
    mixing.close(sqlite_home, paper.poll, CLOSES + timedelta(hours=3), "box")
    with sqlite_home.store.reading() as tx:
        closed = polls.published(tx, paper.poll)

    assert (closed.phase, closed.closes_at, closed.grace) == ("closed", CLOSES, timedelta(hours=1))


def test_a_poll_that_was_never_opened_is_neither_mixed_nor_closed(home: Home) -> None:
    aul(home)
    poll = cycle(home).poll

    with pytest.raises(NotNow):
        mixing.mix(home, poll, SLOT, AT)
    with pytest.raises(NotNow):
        mixing.close(home, poll, AT, "operator", early=True)
    assert list(home.keys.folder.glob("batch-*")) == []


def test_votes_that_wait_for_confirmation_outlive_a_mix_and_expire_at_closing(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(1,)] * 2 * MIN)
    held = cast(home, paper, [(4,)] * 3, Standing.HELD)
    mixing.mix(home, paper.poll, SLOT, AT)
    for tag in held:
        no, envelope = sealed(home)[tag]
        assert open_choices(home.keys, paper.poll, tag, no, envelope)[0] == (4,)
        assert no == 2
    with home.store.transaction() as tx:
        votes.confirm(tx, paper.poll, held[0])
    mixing.close(home, paper.poll, CLOSES, "box")

    assert cast_in(home, paper) == {(1,): 2 * MIN, (4,): 1}
    assert standings(home) == {"mixed": 2 * MIN + 1, "held": 2}
    assert sealed(home) == {}
    with home.store.reading() as tx:
        mixes = [link.link.entry["facts"] for link in audit.entries(tx) if link.link.entry["act"] == "mix"]
    assert [facts["held"] for facts in mixes] == [3, 2]
    check(home, paper)


@pytest.mark.parametrize("closing", [False, True])
def test_votes_that_come_while_the_envelopes_are_opened_are_mixed_as_they_are_then(
    home: Home, monkeypatch: pytest.MonkeyPatch, closing: bool
) -> None:
    """Envelopes are opened before the mix's transaction, while voters vote, change and confirm."""
    paper = a_poll(home, mix_min=1)
    changed, *_ = cast(home, paper, [(1,)] * 4)
    (held,) = cast(home, paper, [(4,)], Standing.HELD)
    opening, calls = Opener.open, count()

    def busy(self: Opener, envelopes: Any) -> Any:
        found = opening(self, envelopes)
        if next(calls) == 0:
            cast(home, paper, [(3,)])
            with home.store.transaction() as tx:
                votes.confirm(tx, paper.poll, held)
                other = seal_choices(home.keys, paper.poll, changed, 1, (5,), 2)
                votes.reseal(tx, paper.poll, changed, votes.Sealed(1, other))
        return found

    monkeypatch.setattr(Opener, "open", busy)
    if not closing:
        mixing.mix(home, paper.poll, SLOT, AT)
        assert standings(home) == {"mixed": 5, "pending": 1}
    mixing.close(home, paper.poll, CLOSES, "box")

    assert cast_in(home, paper) == {(1,): 3, (5,): 1, (4,): 1, (3,): 1}
    assert standings(home) == {"mixed": 6}
    check(home, paper)


def spoil(home: Home, tag: bytes) -> bytes:
    """A byte on the disk has changed."""
    _, envelope = sealed(home)[tag]
    spoiled = envelope[:-1] + bytes([envelope[-1] ^ 1])
    with home.store.transaction() as tx:
        tx.run("UPDATE pending_ballot SET envelope = ? WHERE tag = ?", spoiled, tag)
    return spoiled


def test_what_cannot_be_read_is_set_aside_counted_and_audited(home: Home) -> None:
    paper = a_poll(home)
    bad = cast(home, paper, [(1,)] * 9)[0]
    spoiled = spoil(home, bad)
    batch = mixing.mix(home, paper.poll, SLOT, AT)

    assert batch is not None
    assert (batch.size, batch.unreadable) == (5, 1)
    assert [tuple(map(bytes, row)) for row in rows(home, "SELECT tag, envelope FROM unreadable_envelope")] == [
        (bad, spoiled)
    ]
    with home.store.reading() as tx:
        assert list(audit.entries(tx))[-1].link.entry["facts"]["unreadable"] == 1
    assert len(rows(home, "SELECT 1 FROM batch_receipt")) == 5
    check(home, paper)
    mixing.close(home, paper.poll, CLOSES, "box")
    assert cast_in(home, paper) == {(1,): 8}
    check(home, paper)


def test_what_cannot_be_read_hides_nobody(sqlite_home: Home) -> None:
    """Otherwise whoever can write to the database spoils all envelopes but one, and reads that one off the tally."""
    paper = a_poll(sqlite_home)
    tags = cast(sqlite_home, paper, [(1,)] * 2 * MIN)
    spoil(sqlite_home, tags[0])

    assert mixing.mix(sqlite_home, paper.poll, SLOT, AT) is None
    assert standings(sqlite_home) == {"pending": 2 * MIN}
    cast(sqlite_home, paper, [(1,)])
    batch = mixing.mix(sqlite_home, paper.poll, SLOT, AT)
    assert batch is not None
    assert (batch.size, batch.unreadable) == (MIN, 1)
    check(sqlite_home, paper)


def test_a_held_vote_that_cannot_be_read_is_carried_on_until_it_counts(sqlite_home: Home) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * 2 * MIN)
    held = cast(sqlite_home, paper, [(1,)] * 2, Standing.HELD)
    for tag in held:
        spoil(sqlite_home, tag)
    mixing.mix(sqlite_home, paper.poll, SLOT, AT)
    with sqlite_home.store.transaction() as tx:
        votes.confirm(tx, paper.poll, held[0])
    batch = mixing.close(sqlite_home, paper.poll, CLOSES, "box")

    assert batch is not None
    assert (batch.size, batch.unreadable) == (MIN, 1)
    check(sqlite_home, paper)


def test_after_the_keys_are_lost_the_poll_still_closes(sqlite_home: Home) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * 4)
    sqlite_home.keys.destroy_batch(paper.poll, 1)
    batch = mixing.close(sqlite_home, paper.poll, CLOSES, "box")

    assert batch is not None
    assert (batch.size, batch.unreadable) == (0, 4)
    check(sqlite_home, paper)


def test_an_envelope_that_the_mix_has_not_seen_is_never_thrown_away(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(1,)] * 4)

    with pytest.raises(LostRace), home.store.transaction() as tx:
        ballots.take_envelopes(tx, paper.poll, 3)
    assert len(sealed(home)) == 4


def test_what_is_published_of_a_batch_can_be_computed_again(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(number % 5 + 1,) for number in range(20)])
    mixing.mix(home, paper.poll, SLOT, AT)
    mixing.close(home, paper.poll, CLOSES, "box")

    for no, size, of_ballots, of_receipts in rows(
        home, "SELECT no, size, ballots_hash, receipts_hash FROM batch ORDER BY no"
    ):
        lines = sorted(
            f"{bytes(ballot).hex()} {choices}\n"
            for ballot, choices in rows(home, "SELECT id, choices FROM ballot WHERE batch_no = ?", no)
        )
        receipts = [
            f"{receipt}\n" for (receipt,) in rows(home, "SELECT receipt FROM batch_receipt WHERE batch_no = ?", no)
        ]
        assert len(lines) == len(receipts) == size
        assert hashlib.sha256("".join(lines).encode()).hexdigest() == of_ballots
        assert hashlib.sha256("".join(sorted(receipts)).encode()).hexdigest() == of_receipts
    assert {receipt for (receipt,) in rows(home, "SELECT receipt FROM batch_receipt")} == {
        receipt for (receipt,) in rows(home, "SELECT receipt FROM participation")
    }
    check(home, paper)


def test_ballots_and_the_audit_log_are_only_ever_added_to(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(2,)] * 4)
    mixing.close(home, paper.poll, CLOSES, "box")

    for sql in (
        "UPDATE ballot SET choices = '1'",
        "DELETE FROM ballot",
        "UPDATE audit SET at = 0",
        "DELETE FROM audit",
    ):
        with pytest.raises(DBAPIError, match="append-only"), home.store.transaction() as tx:
            tx.session.connection().exec_driver_sql(sql)
    assert cast_in(home, paper) == {(2,): 4}


def test_the_order_of_ballots_is_that_of_random_ids(home: Home) -> None:
    paper = a_poll(home)
    cast(home, paper, [(number % 5 + 1,) for number in range(30)])
    inserted: list[bytes] = []
    given = replace(home, randomness=_noting(home.randomness, inserted))
    mixing.close(given, paper.poll, CLOSES, "box")
    order = "rowid" if home.store.file is None else "id"
    found = [
        bytes(ballot)
        for (ballot,) in rows(home, f"SELECT id FROM ballot ORDER BY {'ctid' if order == 'rowid' else 'id'}")
    ]

    assert found == sorted(inserted) != inserted


def _noting(randomness: Callable[[int], bytes], drawn: list[bytes]) -> Callable[[int], bytes]:
    def noted(size: int) -> bytes:
        drawn.append(randomness(size))
        return drawn[-1]

    return noted


# crashes


class Crash(BaseException):
    """The process dies here."""


def dying(work: Callable[..., Any], after: int = 0) -> Callable[..., Any]:
    """`work` until it was done `after` times, then death."""
    times = count()

    def dies(*args: Any, **more: Any) -> Any:
        if next(times) >= after:
            raise Crash
        return work(*args, **more)

    return dies


POINTS = {
    "before the commit": (states, "bump_catalogue"),
    "after the commit": (mixing, "verified_copy"),
    "after the backup": (Keyring, "destroy_batch"),
    "in the middle of the key's end": (Path, "unlink"),
    "after the key's end": (mixing, "truncate_wal"),
    "before the mark": (ballots, "mark_destroyed"),
}


@pytest.mark.parametrize(
    ("engine", "closing", "point"),
    [
        *(("sqlite", closing, point) for closing in (False, True) for point in POINTS),
        *(("postgresql", closing, point) for closing, point in zip(cycled((False, True)), POINTS, strict=False)),
    ],
)
def test_a_crash_at_any_step_is_mended_by_running_again(
    request: pytest.FixtureRequest, closing: bool, point: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = request.getfixturevalue(f"{engine}_home")
    paper = a_poll(home)
    chosen: list[Choices] = [(number % 5 + 1,) for number in range(10)]
    cast(home, paper, chosen)

    def run(on: Home) -> None:
        if closing:
            mixing.close(on, paper.poll, CLOSES, "box")
        else:
            mixing.mix(on, paper.poll, SLOT, AT)

    with monkeypatch.context() as patch:
        owner, name = POINTS[point]
        patch.setattr(owner, name, dying(getattr(owner, name)))
        with pytest.raises(Crash):
            run(home)

    again = open_home(home.path, home.randomness)
    run(again)
    check(again, paper)
    assert standings(again) == ({"mixed": 10} if closing else {"mixed": 10 - MIN, "pending": MIN})
    mixing.close(again, paper.poll, CLOSES, "box")
    assert cast_in(again, paper) == Counter(chosen)
    check(again, paper)
    again.close()


def test_a_key_is_not_destroyed_before_there_is_a_copy(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * 10)
    with monkeypatch.context() as patch:
        patch.setattr(mixing, "verified_copy", dying(mixing.verified_copy))
        with pytest.raises(Crash):
            mixing.mix(sqlite_home, paper.poll, SLOT, AT)

    assert (sqlite_home.keys.folder / "batch-1-1.key").exists()
    mixing.finish(sqlite_home)
    assert not (sqlite_home.keys.folder / "batch-1-1.key").exists()
    assert [path.name for path in sqlite_home.backups.iterdir()] == ["mix-00000002.db"]


def test_the_write_ahead_log_is_empty_after_a_mix(sqlite_home: Home) -> None:
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * 10)
    old = [envelope for _, envelope in sealed(sqlite_home).values()]
    mixing.mix(sqlite_home, paper.poll, SLOT, AT)
    content = (sqlite_home.path / "dauys.db").read_bytes() + (sqlite_home.path / "dauys.db-wal").read_bytes()

    assert not [envelope for envelope in old if envelope in content]


def test_a_reader_in_the_way_of_the_write_ahead_log_stops_no_mix(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixing, "SHORT", 1)
    paper = a_poll(sqlite_home)
    cast(sqlite_home, paper, [(1,)] * 10)
    reader = connect_sqlite(sqlite_home.path / "dauys.db", 1)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ballot").fetchone()
    assert mixing.mix(sqlite_home, paper.poll, SLOT, AT) is not None
    reader.close()

    check(sqlite_home, paper)


# beside a gateway that serves


@pytest.fixture
def elsewhere(field: Field) -> Iterator[Home]:
    """The same home, opened by another process: `dauys mix`, `dauys close`."""
    other = open_home(field.home.path, field.home.randomness)
    yield other
    other.close()


def voters(field: Field, many: int) -> list[str]:
    phones = [phone(number) for number in range(many)]
    field.enrol(*phones)
    return phones


def test_a_serving_process_seals_into_the_new_batch_at_once(field: Field, elsewhere: Home) -> None:
    paper = a_poll(field.home)
    phones = voters(field, 8)
    for number, voter in enumerate(phones[:6]):
        field.sms(voter, str(number % 5 + 1))
    mixing.mix(elsewhere, paper.poll, SLOT, VOTING)
    for voter in phones[6:]:
        assert field.says(voter, "5")

    with pytest.raises(Unreadable):
        open_choices(field.home.keys, paper.poll, b"", 1, bytes(163))
    assert {no for no, _ in sealed(field.home).values()} == {2}
    assert sum(field.votes(paper).values()) == 8
    field.invariants()
    check(field.home, paper)


def test_a_serving_process_forgets_the_key_of_a_batch_that_another_has_mixed(field: Field, elsewhere: Home) -> None:
    paper = a_poll(field.home)
    phones = voters(field, 7)
    for voter in phones[:6]:
        field.sms(voter, "1")
    remembered = field.home.keys._batches
    assert set(remembered) == {(paper.poll, 1)}

    mixing.mix(elsewhere, paper.poll, SLOT, VOTING)
    field.sms(phones[6], "?")
    assert (paper.poll, 1) not in remembered
    field.sms(phones[6], "2")
    assert set(remembered) == {(paper.poll, 2)}
    mixing.close(elsewhere, paper.poll, VOTING, "operator", early=True)
    field.sms(phones[6], "?")
    assert set(remembered) == set()


def test_who_was_held_back_may_still_change_and_who_was_mixed_may_not(field: Field) -> None:
    paper = a_poll(field.home)
    phones = voters(field, 6)
    for voter in phones:
        field.sms(voter, "1")
    mixing.mix(field.home, paper.poll, SLOT, VOTING)
    field.now += timedelta(hours=1)
    pending = {voter for voter in phones if field.standing(paper, voter) == (Standing.PENDING, "sms")}
    for number, voter in enumerate(phones):
        field.sms(voter, "ИЗМЕНИТЬ 5", id=f"change {number}")

    outcomes = {voter: field.outcome(f"change {number}") for number, voter in enumerate(phones)}
    assert {voter for voter, outcome in outcomes.items() if outcome == "changed"} == pending
    assert len(pending) == MIN
    mixing.close(field.home, paper.poll, CLOSES, "box")
    assert cast_in(field.home, paper) == {(1,): MIN, (5,): MIN}
    field.invariants()


def test_who_votes_again_after_the_mix_is_told_so(field: Field) -> None:
    paper = a_poll(field.home, confirm_sms=False)
    phones = voters(field, 6)
    for voter in phones:
        field.sms(voter, "1")
    mixing.mix(field.home, paper.poll, SLOT, VOTING)
    for number, voter in enumerate(phones):
        field.sms(voter, "2", id=f"again {number}")

    assert {field.outcome(f"again {number}") for number in range(6)} == {"refused"}
    mixing.close(field.home, paper.poll, CLOSES, "box")
    assert cast_in(field.home, paper) == {(1,): 6}


def test_a_vote_whose_envelope_cannot_be_read_may_be_changed(field: Field) -> None:
    paper = a_poll(field.home)
    (voter,) = voters(field, 1)
    field.sms(voter, "1")
    spoil(field.home, field.tag(voter))

    assert field.sms(voter, "ИЗМЕНИТЬ 2").status == 200
    assert field.choice(paper, voter) == (2,)


def test_a_reply_that_waits_says_the_choice_no_more_once_it_is_mixed(field: Field) -> None:
    paper = a_poll(field.home)
    for voter in voters(field, 6):
        field.sms(voter, "1")
    assert len(field.rows("SELECT 1 FROM outbox WHERE poll_id = ? AND tag IS NOT NULL", paper.poll)) == 6
    mixing.mix(field.home, paper.poll, SLOT, VOTING)

    assert field.rows("SELECT 1 FROM outbox WHERE poll_id IS NOT NULL OR tag IS NOT NULL") == []
    told = [text for voter in (phone(number) for number in range(6)) for text in field.replies(voter)]
    assert len(told) == 6
    assert not [text for text in told if "Project" in text or "№" in text]


@pytest.mark.parametrize("closing", [False, True], ids=["daily", "closing"])
def test_votes_that_come_while_a_mix_runs_are_counted_once(field: Field, elsewhere: Home, closing: bool) -> None:
    paper = a_poll(field.home)
    phones = voters(field, 120)
    chosen = {voter: number % 5 + 1 for number, voter in enumerate(phones)}
    for voter in phones[:20]:
        field.sms(voter, str(chosen[voter]), id=voter)

    def work() -> None:
        if closing:
            mixing.close(elsewhere, paper.poll, field.now, "operator", early=True)
        for day in range(6 if not closing else 0):
            mixing.mix(elsewhere, paper.poll, f"day {day}", VOTING)

    async def all_at_once() -> None:
        mixed = asyncio.create_task(asyncio.to_thread(work))
        for voter in phones[20:]:
            reply = await field.texts(voter, str(chosen[voter]), id=voter)
            assert reply.status == 200
        await mixed

    field.run(all_at_once())
    accepted = Counter((chosen[voter],) for voter in phones if field.outcome(voter) == "accepted")
    refused = [voter for voter in phones if field.outcome(voter) == "refused"]
    assert field.votes(paper) == accepted
    assert sum(accepted.values()) + len(refused) == 120
    assert closing or not refused
    mixing.close(field.home, paper.poll, CLOSES, "box")
    assert cast_in(field.home, paper) == accepted
    check(field.home, paper)
    field.invariants()


def test_no_vote_follows_a_close(field: Field, elsewhere: Home) -> None:
    paper = a_poll(field.home, grace_seconds=3600)
    (voter,) = voters(field, 1)
    mixing.close(elsewhere, paper.poll, VOTING, "operator", early=True)

    field.sms(voter, "1", id="late", date=(VOTING - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S"))
    assert field.outcome("late") == "refused"
    assert field.standing(paper, voter) is None
