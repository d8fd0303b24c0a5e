"""Envelopes leave, anonymous ballots come: the rows of a mix. Batches, receipts, and the append-only ballots."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ballots.model import Choices, Phase, PollId, Standing
from gateway.errors import NotNow
from gateway.store.engine import LostRace, Tx
from gateway.store.types import to_micros


@dataclass(frozen=True, slots=True)
class LastBatch:
    """The batch that votes are sealed into now, or, once the poll is over, the last one."""

    poll: PollId
    no: int
    mix_min: int  # no batch of a running poll has fewer ballots
    open: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed choice with what the mix must know of its voter."""

    tag: bytes
    standing: Standing
    receipt: str
    batch: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was mixed."""

    poll: PollId
    batch: int
    size: int
    held_back: int
    unreadable: int
    ballots_hash: str
    receipts_hash: str

    def facts(self) -> dict[str, Any]:
        """For the audit log."""
        return asdict(self)


def last_batch(tx: Tx, poll: PollId) -> LastBatch:
    """The newest batch of a poll. Raises NotNow if it was never opened."""
    row = tx.row(
        "SELECT p.batch_no, c.mix_min, b.state FROM poll p JOIN cycle c ON c.id = p.cycle_id "
        "JOIN batch b ON b.poll_id = p.id AND b.no = p.batch_no WHERE p.id = ?",
        poll,
    )
    if row is None:
        raise NotNow(f"poll {poll} was never opened: nothing can be mixed or closed")
    return LastBatch(poll, row[0], row[1], row[2] == "open")


def slot_done(tx: Tx, poll: PollId, slot: str) -> bool:
    """Was a batch mixed for this slot already?"""
    return tx.row("SELECT 1 FROM batch WHERE poll_id = ? AND slot = ?", poll, slot) is not None


def envelopes(tx: Tx, poll: PollId) -> list[Envelope]:
    """All sealed ballots of a poll, pending and held."""
    rows = tx.rows(
        "SELECT b.tag, p.state, p.receipt, b.batch_no, b.envelope FROM pending_ballot b "
        "JOIN participation p ON p.poll_id = b.poll_id AND p.tag = b.tag WHERE b.poll_id = ?",
        poll,
    )
    return [Envelope(bytes(tag), Standing(state), receipt, no, bytes(env)) for tag, state, receipt, no, env in rows]


def take_envelopes(tx: Tx, poll: PollId, seen: int) -> None:
    """Out of the table, all of them; what was pending is mixed: it can no longer be changed, and no reply repeats it.

    Raises LostRace if they are not the `seen` ones: no vote goes unopened.
    """
    tx.run(
        "UPDATE participation SET state = 'mixed' WHERE poll_id = ? AND state = 'pending' "
        "AND tag IN (SELECT tag FROM pending_ballot WHERE poll_id = ?)",
        poll,
        poll,
    )
    tx.run("UPDATE outbox SET poll_id = NULL, tag = NULL WHERE poll_id = ?", poll)
    if tx.run("DELETE FROM pending_ballot WHERE poll_id = ?", poll) != seen:
        raise LostRace


def put_back(tx: Tx, poll: PollId, batch: int, resealed: Sequence[tuple[bytes, bytes]]) -> None:
    """(tag, envelope) into the next batch, as pending or held as they were."""
    tx.many(
        "INSERT INTO pending_ballot (poll_id, tag, batch_no, envelope) VALUES (?, ?, ?, ?)",
        sorted((poll, tag, batch, envelope) for tag, envelope in resealed),
    )
    tx.many(
        "UPDATE participation SET state = 'pending' WHERE poll_id = ? AND tag = ? AND state = 'mixed'",
        [(poll, tag) for tag, _ in resealed],
    )


def set_aside(tx: Tx, poll: PollId, unreadable: Sequence[Envelope]) -> None:
    """Envelopes that no key opened."""
    tx.many(
        "INSERT INTO unreadable_envelope (poll_id, tag, batch_no, envelope) VALUES (?, ?, ?, ?)",
        sorted((poll, envelope.tag, envelope.batch, envelope.sealed) for envelope in unreadable),
    )


def append(tx: Tx, poll: PollId, batch: int, rows: Sequence[tuple[bytes, Choices]]) -> None:
    """Anonymous ballots, in the order of their random ids."""
    tx.many(
        "INSERT INTO ballot (poll_id, id, batch_no, choices) VALUES (?, ?, ?, ?)",
        [(poll, ballot, batch, ",".join(map(str, choices))) for ballot, choices in rows],
    )


def publish_receipts(tx: Tx, poll: PollId, batch: int, receipts: Sequence[str]) -> None:
    """The public list: which receipts this batch counted."""
    tx.many(
        "INSERT INTO batch_receipt (poll_id, receipt, batch_no) VALUES (?, ?, ?)",
        [(poll, receipt, batch) for receipt in receipts],
    )


def end_batch(tx: Tx, mixed: Batch, slot: str, at: datetime) -> None:
    """What became of a batch."""
    tx.run(
        "UPDATE batch SET state = 'mixed', slot = ?, size = ?, held_back = ?, unreadable = ?, ballots_hash = ?, "
        "receipts_hash = ?, mixed_at = ? WHERE poll_id = ? AND no = ?",
        slot,
        mixed.size,
        mixed.held_back,
        mixed.unreadable,
        mixed.ballots_hash,
        mixed.receipts_hash,
        to_micros(at),
        mixed.poll,
        mixed.batch,
    )


def begin_batch(tx: Tx, poll: PollId, no: int) -> None:
    """Votes are sealed into batch `no` from now on; its key file must be there."""
    tx.run(
        "INSERT INTO batch (poll_id, no, state, slot, size, held_back, unreadable, ballots_hash, receipts_hash) "
        "VALUES (?, ?, 'open', '', 0, 0, 0, '', '')",
        poll,
        no,
    )
    tx.run("UPDATE poll SET batch_no = ? WHERE id = ?", no, poll)


def mixed(tx: Tx, poll: PollId) -> tuple[tuple[Batch, str], ...]:
    """Every batch that was mixed, and those of paper, with their slots, by number; not one that a restore cut off."""
    rows = tx.rows(
        "SELECT no, size, held_back, unreadable, ballots_hash, receipts_hash, slot FROM batch "
        "WHERE poll_id = ? AND mixed_at IS NOT NULL ORDER BY no",
        poll,
    )
    return tuple((Batch(poll, *facts), slot) for *facts, slot in rows)


def anonymous(tx: Tx, poll: PollId) -> Iterator[tuple[int, str, Choices]]:
    """Batch, id (32 hex digits) and choices of every ballot, by batch and random id."""
    for no, ballot, choices in tx.rows(
        "SELECT batch_no, id, choices FROM ballot WHERE poll_id = ? ORDER BY batch_no, id", poll
    ):
        yield no, bytes(ballot).hex(), tuple(map(int, filter(None, choices.split(","))))


def receipts(tx: Tx, poll: PollId) -> list[tuple[int, str]]:
    """Batch and receipt, sorted."""
    return sorted(
        (no, text) for no, text in tx.rows("SELECT batch_no, receipt FROM batch_receipt WHERE poll_id = ?", poll)
    )


def undestroyed(tx: Tx) -> list[tuple[PollId, int]]:
    """Batches that are mixed but whose key may still be there."""
    rows = tx.rows("SELECT poll_id, no FROM batch WHERE state = 'mixed' ORDER BY poll_id, no")
    return [(PollId(poll), no) for poll, no in rows]


def mark_destroyed(tx: Tx, poll: PollId, no: int) -> None:
    """The batch's key is gone."""
    tx.run("UPDATE batch SET state = 'destroyed' WHERE poll_id = ? AND no = ?", poll, no)


def close_poll(tx: Tx, poll: PollId, at: datetime, *, early: bool) -> bool:
    """The poll and, if it is the voting poll, its cycle are closed. False if they were."""
    row = tx.row("SELECT phase, closes_at, kind, cycle_id FROM poll WHERE id = ?", poll)
    assert row is not None
    if row[0] not in {Phase.VOTING, Phase.GRACE}:
        return False
    closes_at = min(row[1], to_micros(at)) if early else row[1]
    grace = ", grace_seconds = 0" if early else ""
    tx.run(f"UPDATE poll SET phase = ?, closes_at = ?{grace} WHERE id = ?", Phase.CLOSED, closes_at, poll)  # noqa: S608
    if row[2] == "vote":
        tx.run("UPDATE cycle SET phase = ? WHERE id = ?", Phase.CLOSED, row[3])
    return True
