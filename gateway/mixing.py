"""The mix: pending envelopes become anonymous ballots, and the key that could tie them together is destroyed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import structlog

from ballots.model import Choices, PollId, Standing
from gateway.backup import keep_newest, verified_copy
from gateway.envelopes import open_choices, seal_choices
from gateway.home import Home
from gateway.keys import Keyring, Unreadable
from gateway.store import audit, ballots, states
from gateway.store.ballots import Batch, Envelope, LastBatch
from gateway.store.engine import Store, Tx

log = structlog.get_logger(__name__)

ID = 16  # random bytes of a ballot's id


def mix(home: Home, poll: PollId, slot: str, at: datetime) -> Batch | None:
    """The daily mix: with at least 2·mix_min pending, open all but mix_min of them. One mix per slot.

    None if there was nothing to do. Each step may be repeated after a crash.
    """
    finish(home)
    with home.store.reading() as tx:
        home.keys.new_batch(poll, ballots.last_batch(tx, poll).no + 1)
    with home.store.transaction() as tx:
        tx.lock()
        batch = _daily(tx, home, poll, slot, at)
    finish(home)
    return batch


def close(home: Home, poll: PollId, at: datetime, actor: str, *, early: bool = False) -> Batch | None:
    """No vote is taken from now on, and the closing mix opens all. `early`: at once, without grace.

    None if the poll was closed and mixed before.
    """
    finish(home)
    with home.store.transaction() as tx:
        tx.lock()
        if ballots.close_poll(tx, poll, at, early=early):
            audit.record(tx, home.keys, at, actor, "close", poll=poll, early=early)
        batch = _final(tx, home, poll, at)
    finish(home)
    return batch


def finish(home: Home) -> None:
    """What follows a mix that was committed: a verified copy, then the batch's key is destroyed."""
    with home.store.reading() as tx:
        mixed = ballots.undestroyed(tx)
    if not mixed:
        return
    folder = home.path / "backups"
    with home.store.reading() as tx:
        head = audit.head(tx)
    if verified_copy(home.store, folder / f"mix-{head.seq:08d}.db"):
        keep_newest(folder, "mix-*.db")
    for poll, no in mixed:
        home.keys.destroy_batch(poll, no)
        log.info("A batch was mixed and its key destroyed", poll=poll, batch=no)
    with home.store.transaction() as tx:
        for poll, no in mixed:
            ballots.mark_destroyed(tx, poll, no)
    truncate_wal(home.store)


def truncate_wal(store: Store) -> None:
    """The second belt: nothing old lies in SQLite's write-ahead log. Repeated until no reader stands in its way."""
    if store.file is None:
        return
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for _ in range(20):
            busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
    log.warning("The write-ahead log could not be emptied: a reader holds it. The next mix tries again")


def _daily(tx: Tx, home: Home, poll: PollId, slot: str, at: datetime) -> Batch | None:
    last = ballots.last_batch(tx, poll)
    sealed = ballots.envelopes(tx, poll)
    pending = [envelope for envelope in sealed if envelope.standing is Standing.PENDING]
    if not last.open or len(pending) < 2 * last.mix_min or ballots.slot_done(tx, poll, slot):
        return None
    order = sorted(range(len(pending)), key=lambda _: home.randomness(8))
    held_back = [pending[i] for i in order[: last.mix_min]]
    held = [envelope for envelope in sealed if envelope.standing is Standing.HELD]
    ballots.take_envelopes(tx, poll)
    batch = _open_batch(tx, home, last, [pending[i] for i in order[last.mix_min :]], len(held_back))
    ballots.put_back(tx, poll, last.no + 1, _reseal(home.keys, poll, last.no + 1, [*held_back, *held]))
    _end(tx, home, batch, slot, at)
    ballots.begin_batch(tx, poll, last.no + 1)
    return batch


def _final(tx: Tx, home: Home, poll: PollId, at: datetime) -> Batch | None:
    """Held votes expire here: their envelopes go, unopened and uncounted."""
    last = ballots.last_batch(tx, poll)
    if not last.open:
        return None
    sealed = ballots.envelopes(tx, poll)
    ballots.take_envelopes(tx, poll)
    pending = [envelope for envelope in sealed if envelope.standing is Standing.PENDING]
    batch = _open_batch(tx, home, last, pending, 0)
    _end(tx, home, batch, "final", at)
    return batch


def _open_batch(tx: Tx, home: Home, last: LastBatch, envelopes: Sequence[Envelope], held_back: int) -> Batch:
    choices, unreadable = _open(home.keys, last.poll, envelopes)
    rows = sorted((home.randomness(ID), chosen) for chosen in choices.values())
    receipts = sorted(envelope.receipt for envelope in envelopes if envelope.tag in choices)
    ballots.append(tx, last.poll, last.no, rows)
    ballots.set_aside(tx, last.poll, unreadable)
    ballots.mark_mixed(tx, last.poll, [envelope.tag for envelope in envelopes])
    ballots.publish_receipts(tx, last.poll, last.no, receipts)
    hashes = _hash_ballots(rows), _hash(receipts)
    return Batch(last.poll, last.no, len(rows), held_back, len(unreadable), *hashes)


def _end(tx: Tx, home: Home, batch: Batch, slot: str, at: datetime) -> None:
    ballots.end_batch(tx, batch, slot, at)
    audit.record(tx, home.keys, at, "box", "mix", slot=slot, **batch.facts())
    states.bump_catalogue(tx)


def _open(keys: Keyring, poll: PollId, envelopes: Sequence[Envelope]) -> tuple[dict[bytes, Choices], list[Envelope]]:
    choices: dict[bytes, Choices] = {}
    unreadable: list[Envelope] = []
    for envelope in envelopes:
        try:
            choices[envelope.tag] = open_choices(keys, poll, envelope.tag, envelope.batch, envelope.sealed)[0]
        except Unreadable:
            unreadable.append(envelope)
    return choices, unreadable


def _reseal(keys: Keyring, poll: PollId, batch: int, envelopes: Sequence[Envelope]) -> list[tuple[bytes, bytes]]:
    """(tag, envelope) under the next batch's key. What no key opens is carried on: the closing mix counts it."""
    resealed: list[tuple[bytes, bytes]] = []
    for envelope in envelopes:
        try:
            choices, weight = open_choices(keys, poll, envelope.tag, envelope.batch, envelope.sealed)
            resealed.append((envelope.tag, seal_choices(keys, poll, envelope.tag, batch, choices, weight)))
        except Unreadable:
            resealed.append((envelope.tag, envelope.sealed))
    return resealed


def _hash_ballots(rows: Sequence[tuple[bytes, Choices]]) -> str:
    return _hash([f"{ballot.hex()} {','.join(map(str, choices))}" for ballot, choices in rows])


def _hash(lines: Sequence[str]) -> str:
    """SHA-256 of the lines, each with its newline: the same bytes that the bulletin publishes."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
