"""The mix: pending envelopes become anonymous ballots, and the key that could tie them together is destroyed."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import structlog

from ballots.model import Choices, PollId, Standing
from gateway.backup import keep_newest, verified_copy
from gateway.envelopes import Opened, Opener, seal_choices
from gateway.home import Home
from gateway.keys import Randomness
from gateway.store import audit, ballots, states
from gateway.store.ballots import Batch, Envelope, LastBatch
from gateway.store.engine import Store, Tx, connect_sqlite

log = structlog.get_logger(__name__)

ID = 16  # random bytes of a ballot's id
SHORT = 100  # milliseconds that voters may be kept waiting for readers, while the write-ahead log is emptied


def mix(home: Home, poll: PollId, slot: str, at: datetime) -> Batch | None:
    """The daily mix: with at least 2·mix_min that can be read, open all but mix_min of them. One mix per slot.

    None if there was nothing to do. Each step may be repeated after a crash.
    """
    finish(home)
    opener = Opener(home.keys, poll)
    with home.store.reading() as tx:
        sealed = ballots.envelopes(tx, poll)
        if _due(tx, ballots.last_batch(tx, poll), slot, sealed):
            opener.open(sealed)  # while votes go on
    with home.store.transaction() as tx:
        tx.lock()
        batch = _daily(tx, home, opener, poll, slot, at)
    finish(home)
    return batch


def close(home: Home, poll: PollId, at: datetime, actor: str, *, early: bool = False, **why: Any) -> Batch | None:
    """No vote is taken from now on, and the closing mix opens all. `early`: at once, without grace.

    `why` are more facts for the audit log: store.phases.Decision.facts().

    None if the poll was closed and mixed before.
    """
    finish(home)
    opener = Opener(home.keys, poll)
    with home.store.reading() as tx:
        opener.open(_of(ballots.envelopes(tx, poll), Standing.PENDING))  # while votes go on
    with home.store.transaction() as tx:
        batch = close_within(tx, home, poll, at, actor, opener, early=early, **why)
    finish(home)
    return batch


def close_within(  # noqa: PLR0913, PLR0917 - who closes what, when and how
    tx: Tx,
    home: Home,
    poll: PollId,
    at: datetime,
    actor: str,
    opener: Opener | None = None,
    *,
    early: bool = False,
    **why: Any,
) -> Batch | None:
    """As `close`, in a transaction that holds something else, too; `finish` must follow its commit."""
    tx.lock()
    if ballots.close_poll(tx, poll, at, early=early):
        audit.record(tx, home.keys, at, actor, "close", poll=poll, early=early, **why)
    return _final(tx, home, opener or Opener(home.keys, poll), poll, at)


def finish(home: Home) -> None:
    """What follows a mix that was committed: a verified copy, then the batch's key is destroyed."""
    with home.store.reading() as tx:
        mixed, head = ballots.undestroyed(tx), audit.head(tx)
    if not mixed:
        return
    if verified_copy(home.store, home.backups / f"mix-{head.seq:08d}.db"):
        keep_newest(home.backups, "mix-*.db")
    for poll, no in mixed:
        home.keys.destroy_batch(poll, no)
        log.info("A batch was mixed and its key destroyed", poll=poll, batch=no)
    truncate_wal(home.store)
    with home.store.transaction() as tx:
        for poll, no in mixed:
            ballots.mark_destroyed(tx, poll, no)


def truncate_wal(store: Store) -> None:
    """The second belt: nothing old lies in SQLite's write-ahead log. Repeated until no reader stands in its way."""
    if store.file is None:
        return
    with closing(connect_sqlite(store.file, SHORT)) as raw:
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)")  # most of the work, while votes go on
        for _ in range(20):
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
    log.warning("The write-ahead log could not be emptied: a reader holds it. The next mix tries again")


def _due(tx: Tx, last: LastBatch, slot: str, sealed: Sequence[Envelope]) -> bool:
    """Is there enough to mix, and was it not done for this slot?"""
    pending = len(_of(sealed, Standing.PENDING))
    return last.open and pending >= 2 * last.mix_min and not ballots.slot_done(tx, last.poll, slot)


def _daily(tx: Tx, home: Home, opener: Opener, poll: PollId, slot: str, at: datetime) -> Batch | None:  # noqa: PLR0913, PLR0917
    last = ballots.last_batch(tx, poll)
    sealed = ballots.envelopes(tx, poll)
    if not _due(tx, last, slot, sealed):
        return None
    held = _of(sealed, Standing.HELD)
    opened, unreadable = opener.open(_of(sealed, Standing.PENDING))
    if len(opened) < 2 * last.mix_min:  # what cannot be read hides nobody
        return None
    waiting, lost = opener.open(held)
    order = sorted(opened, key=lambda _: home.randomness(8))
    held_back, mixed = order[: last.mix_min], order[last.mix_min :]
    no = last.no + 1
    home.keys.new_batch(poll, no)
    ballots.take_envelopes(tx, poll, len(sealed))
    batch = _batch(tx, home, last, mixed, unreadable, len(held_back))
    resealed = [
        (vote.tag, seal_choices(home.keys, poll, vote.tag, no, vote.choices, vote.weight))
        for vote in (*held_back, *waiting)
    ]
    ballots.put_back(tx, poll, no, [*resealed, *((envelope.tag, envelope.sealed) for envelope in lost)])
    _end(tx, home, batch, slot, at, held=len(held))
    ballots.begin_batch(tx, poll, no)
    return batch


def _final(tx: Tx, home: Home, opener: Opener, poll: PollId, at: datetime) -> Batch | None:
    """Held votes expire here: their envelopes go unopened and uncounted; the audit log says how many."""
    last = ballots.last_batch(tx, poll)
    if not last.open:
        return None
    sealed = ballots.envelopes(tx, poll)
    opened, unreadable = opener.open(_of(sealed, Standing.PENDING))
    ballots.take_envelopes(tx, poll, len(sealed))
    batch = _batch(tx, home, last, opened, unreadable, 0)
    _end(tx, home, batch, "final", at, held=len(_of(sealed, Standing.HELD)))
    return batch


def _of(envelopes: Iterable[Envelope], standing: Standing) -> list[Envelope]:
    return [envelope for envelope in envelopes if envelope.standing is standing]


def _batch(  # noqa: PLR0913, PLR0917 - one batch is all of this
    tx: Tx, home: Home, last: LastBatch, opened: Sequence[Opened], unreadable: Sequence[Envelope], held_back: int
) -> Batch:
    rows = _anonymous(home.randomness, [vote.choices for vote in opened])
    receipts = sorted(vote.receipt for vote in opened)
    ballots.append(tx, last.poll, last.no, rows)
    ballots.set_aside(tx, last.poll, unreadable)
    ballots.publish_receipts(tx, last.poll, last.no, receipts)
    hashes = _hash_ballots(rows), _hash(receipts)
    return Batch(last.poll, last.no, len(rows), held_back, len(unreadable), *hashes)


def _anonymous(randomness: Randomness, choices: Iterable[Choices]) -> list[tuple[bytes, Choices]]:
    """Each choice under a new random id, in the order of these ids: nothing tells whose it was, or who came first."""
    return sorted((randomness(ID), chosen) for chosen in choices)


def _end(tx: Tx, home: Home, batch: Batch, slot: str, at: datetime, *, held: int) -> None:  # noqa: PLR0913
    ballots.end_batch(tx, batch, slot, at)
    audit.record(tx, home.keys, at, "box", "mix", slot=slot, held=held, **batch.facts())
    states.bump_catalogue(tx)


def _hash_ballots(rows: Sequence[tuple[bytes, Choices]]) -> str:
    return _hash([f"{ballot.hex()} {','.join(map(str, choices))}" for ballot, choices in rows])


def _hash(lines: Sequence[str]) -> str:
    """SHA-256 of the lines, each with its newline: the same bytes that the bulletin publishes."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
