"""The rows of a mix: what is open, what was done, what is only ever added to."""

from datetime import timedelta

from ballots.model import Phase, PollId, PollKind, Standing
from gateway.home import Home
from gateway.store import ballots, cycles, polls, votes
from gateway.store.ballots import Batch, Envelope, LastBatch
from gateway.store.polls import Opening
from tests.gateway.store.villages import CLOSES, LANGUAGES, OPENS, aul, cycle, opened

ANN, BEK = b"a" * 16, b"b" * 16
MIXED = Batch(PollId(1), 1, 12, 10, 1, "ab", "cd")


def test_votes_go_into_the_newest_batch(home: Home) -> None:
    aul(home)
    poll = opened(home, mix_min=4).poll
    with home.store.transaction() as tx:
        assert ballots.last_batch(tx, poll) == LastBatch(poll, 1, 4, open=True)
        ballots.end_batch(tx, MIXED, "2026-05-01", OPENS)
        assert ballots.last_batch(tx, poll) == LastBatch(poll, 1, 4, open=False)
        ballots.begin_batch(tx, poll, 2)
        assert ballots.last_batch(tx, poll) == LastBatch(poll, 2, 4, open=True)


def test_a_batch_that_was_mixed_waits_for_the_end_of_its_key(home: Home) -> None:
    aul(home)
    poll = opened(home).poll
    with home.store.transaction() as tx:
        assert ballots.undestroyed(tx) == []
        assert not ballots.slot_done(tx, poll, "2026-05-01")
        ballots.end_batch(tx, MIXED, "2026-05-01", OPENS)
        assert ballots.slot_done(tx, poll, "2026-05-01")
        assert ballots.undestroyed(tx) == [(poll, 1)]
        ballots.mark_destroyed(tx, poll, 1)
        assert ballots.undestroyed(tx) == []
        assert ballots.slot_done(tx, poll, "2026-05-01")


def test_the_mix_sees_each_envelope_with_its_standing(home: Home) -> None:
    aul(home)
    poll = opened(home).poll
    with home.store.transaction() as tx:
        for tag, state in ((ANN, Standing.PENDING), (BEK, Standing.HELD)):
            given = votes.Participation(poll, tag, "sms", "2026-05-01", state, tag.decode())
            votes.cast(tx, given, votes.Sealed(1, b"sealed " + tag))
        found = ballots.envelopes(tx, poll)

    assert sorted(found, key=lambda envelope: envelope.tag) == [
        Envelope(ANN, Standing.PENDING, "a" * 16, 1, b"sealed " + ANN),
        Envelope(BEK, Standing.HELD, "b" * 16, 1, b"sealed " + BEK),
    ]


def test_closing_a_vote_closes_its_cycle(home: Home) -> None:
    aul(home)
    paper = opened(home, grace_seconds=60)
    with home.store.transaction() as tx:
        assert ballots.close_poll(tx, paper.poll, OPENS + timedelta(days=1), early=False)
        assert not ballots.close_poll(tx, paper.poll, OPENS + timedelta(days=1), early=True)

    with home.store.reading() as tx:
        assert cycles.by_id(tx, paper.cycle).phase is Phase.CLOSED
        assert polls.published(tx, paper.poll).closes_at == CLOSES


def test_closing_early_never_moves_the_end_to_a_later_instant(home: Home) -> None:
    aul(home)
    paper = opened(home, grace_seconds=60)
    with home.store.transaction() as tx:
        ballots.close_poll(tx, paper.poll, CLOSES + timedelta(seconds=30), early=True)
        closed = polls.published(tx, paper.poll)

    assert (closed.closes_at, closed.grace) == (CLOSES, timedelta())


def test_closing_a_rehearsal_leaves_its_cycle_as_it_was(home: Home) -> None:
    aul(home)
    draft = cycle(home)
    opening = Opening("akim", LANGUAGES, fitted=True)
    with home.store.transaction() as tx:
        rehearsal = polls.add(tx, draft.id, PollKind.REHEARSAL, OPENS, CLOSES)
        polls.open_poll(tx, home.keys, rehearsal, OPENS, opening)
        assert ballots.close_poll(tx, rehearsal, CLOSES, early=False)

        assert polls.published(tx, rehearsal).phase is Phase.CLOSED
        assert cycles.by_id(tx, draft.id).phase is Phase.DRAFT
        assert polls.open_poll(tx, home.keys, draft.poll, OPENS, opening).phase is Phase.VOTING


def test_what_is_said_of_a_batch_names_nobody(home: Home) -> None:
    assert MIXED.facts() == {
        "poll": 1,
        "batch": 1,
        "size": 12,
        "held_back": 10,
        "unreadable": 1,
        "ballots_hash": "ab",
        "receipts_hash": "cd",
    }
