"""Participation and sealed ballots: one vote per verified phone, decided by the primary key (poll, tag)."""

from datetime import date

from ballots.model import PollId, Standing
from gateway.store.engine import LostRace, Tx
from handlers.values import value


@value
class Participation:
    """That a phone (or slip) took part in a poll: never what it chose."""

    poll: PollId
    tag: bytes
    channel: str  # sms, ussd, paper
    day: str  # local date, ISO
    state: Standing
    receipt: str  # ten digits


@value
class Sealed:
    """An envelope in a batch."""

    batch: int
    envelope: bytes


def participation(tx: Tx, poll: PollId, tag: bytes) -> tuple[Standing, date, str] | None:
    """Standing, local day and receipt of this tag's vote; None if it has none."""
    row = tx.row("SELECT state, day, receipt FROM participation WHERE poll_id = ? AND tag = ?", poll, tag)
    return None if row is None else (Standing(row[0]), date.fromisoformat(row[1]), row[2])


def sealed(tx: Tx, poll: PollId, tag: bytes) -> Sealed | None:
    """This tag's envelope; None before the vote and after the mix."""
    row = tx.row("SELECT batch_no, envelope FROM pending_ballot WHERE poll_id = ? AND tag = ?", poll, tag)
    return None if row is None else Sealed(row[0], bytes(row[1]))


def cast(tx: Tx, vote: Participation, ballot: Sealed) -> None:
    """Record a first vote. Raises LostRace if this tag has one already, or the receipt is taken."""
    inserted = tx.run(
        "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        vote.poll,
        vote.tag,
        vote.channel,
        vote.day,
        vote.state.value,  # the driver takes a plain str faster
        vote.receipt,
    )
    if not inserted:
        raise LostRace
    _put(tx, vote, ballot)


def replace_held(tx: Tx, vote: Participation, ballot: Sealed) -> None:
    """A newer vote takes the place of a held one. Raises LostRace if it is held no longer."""
    updated = tx.run(
        "UPDATE participation SET channel = ?, day = ?, state = ?, receipt = ? "
        "WHERE poll_id = ? AND tag = ? AND state = 'held'",
        vote.channel,
        vote.day,
        vote.state,
        vote.receipt,
        vote.poll,
        vote.tag,
    )
    if not updated:
        raise LostRace
    _put(tx, vote, ballot)


def reseal(tx: Tx, poll: PollId, tag: bytes, ballot: Sealed) -> None:
    """Another choice in a pending vote. Raises LostRace if it is pending no longer."""
    updated = tx.run(
        "UPDATE pending_ballot SET batch_no = ?, envelope = ? WHERE poll_id = ? AND tag = ?",
        ballot.batch,
        ballot.envelope,
        poll,
        tag,
    )
    if not updated:
        raise LostRace


def confirm(tx: Tx, poll: PollId, tag: bytes) -> None:
    """A held vote becomes pending. Raises LostRace if it is held no longer."""
    sql = "UPDATE participation SET state = 'pending' WHERE poll_id = ? AND tag = ? AND state = 'held'"
    if not tx.run(sql, poll, tag):
        raise LostRace


def _put(tx: Tx, vote: Participation, ballot: Sealed) -> None:
    tx.run(
        "INSERT INTO pending_ballot (poll_id, tag, batch_no, envelope) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (poll_id, tag) DO UPDATE SET batch_no = excluded.batch_no, envelope = excluded.envelope",
        vote.poll,
        vote.tag,
        ballot.batch,
        ballot.envelope,
    )
