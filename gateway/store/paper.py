"""Rows of a sitting on paper: who voted, and batches of ballots that never were sealed."""

from collections.abc import Collection
from datetime import datetime

from ballots.model import PollId
from gateway.store import states
from gateway.store.ballots import Batch
from gateway.store.engine import Tx
from gateway.store.types import to_micros

SPOILED = "spoiled:"  # and the poll: a fact of gateway.store.states
FIRST_BATCH = 1001  # paper batches are numbered apart from those of the mix


def is_free(tx: Tx, round_id: int, tag: bytes, area_ids: Collection[int]) -> bool:
    """Is this a slip of one of these areas that nobody has used?"""
    row = tx.row("SELECT area_id FROM slip WHERE round_id = ? AND tag = ? AND state = 'free'", round_id, tag)
    return row is not None and row[0] in area_ids


def spend(tx: Tx, round_id: int, tag: bytes, area_ids: Collection[int]) -> bool:
    """Use up a free slip of one of these areas. False if there is none."""
    if not is_free(tx, round_id, tag, area_ids):
        return False
    return tx.run("UPDATE slip SET state = 'spent' WHERE round_id = ? AND tag = ?", round_id, tag) == 1


def mark(tx: Tx, poll: PollId, tag: bytes, day: str, receipt: str) -> bool:
    """This voter has voted on paper, which also replaces a held vote. False if the voter has voted already."""
    marked = tx.run(
        "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, 'paper', ?, 'paper', ?) "
        "ON CONFLICT (poll_id, tag) DO UPDATE SET channel = 'paper', day = excluded.day, state = 'paper', "
        "receipt = excluded.receipt WHERE participation.state = 'held'",
        poll,
        tag,
        day,
        receipt,
    )
    if marked:
        tx.run("DELETE FROM pending_ballot WHERE poll_id = ? AND tag = ?", poll, tag)
    return marked == 1


def release(tx: Tx, poll: PollId, round_id: int, tag: bytes, *, slip: bool) -> None:
    """This voter has not voted on paper after all; a slip is free again."""
    tx.run("DELETE FROM participation WHERE poll_id = ? AND tag = ? AND state = 'paper'", poll, tag)
    if slip:
        tx.run("UPDATE slip SET state = 'free' WHERE round_id = ? AND tag = ? AND state = 'spent'", round_id, tag)


def spoil(tx: Tx, poll: PollId, ballots: int) -> None:
    """So many more voters on paper whose ballots say nothing."""
    states.put(tx, f"{SPOILED}{poll}", str(spoiled(tx, poll) + ballots))


def spoiled(tx: Tx, poll: PollId) -> int:
    """Paper ballots that say nothing."""
    return int(states.get(tx, f"{SPOILED}{poll}") or 0)


def unmatched(tx: Tx, poll: PollId) -> int:
    """Voters on paper whose ballots are not loaded yet; those of open sittings are not among them."""
    (voters,) = tx.row("SELECT count(*) FROM participation WHERE poll_id = ? AND state = 'paper'", poll) or (0,)
    (cast,) = tx.row("SELECT count(*) FROM ballot WHERE poll_id = ? AND batch_no >= ?", poll, FIRST_BATCH) or (0,)
    (entered,) = tx.row(
        "SELECT count(*) FROM sitting_voter v JOIN sitting s ON s.id = v.sitting_id WHERE s.poll_id = ?", poll
    ) or (0,)
    return int(voters) - int(cast) - int(entered) - spoiled(tx, poll)


def next_batch(tx: Tx, poll: PollId) -> int:
    """The number of the next batch of paper."""
    row = tx.row("SELECT max(no) FROM batch WHERE poll_id = ? AND no >= ?", poll, FIRST_BATCH)
    return FIRST_BATCH if row is None or row[0] is None else int(row[0]) + 1


def end_batch(tx: Tx, batch: Batch, at: datetime) -> None:
    """Keep a batch that never had a key."""
    tx.run(
        "INSERT INTO batch "
        "(poll_id, no, state, slot, size, held_back, unreadable, ballots_hash, receipts_hash, mixed_at) "
        "VALUES (?, ?, 'mixed', ?, ?, 0, 0, ?, ?, ?)",
        batch.poll,
        batch.batch,
        f"paper-{batch.batch}",
        batch.size,
        batch.ballots_hash,
        batch.receipts_hash,
        to_micros(at),
    )
