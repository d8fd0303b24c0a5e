"""A new epoch: a database that came back from a backup knows that the world went on without it.

What the lost time may have done is not done again (docs/decisions/0051): messages are not sent a second time, days that
were due are not tallied a second time, and whatever is handed out from now on carries another name of the gateway.
"""

from dataclasses import dataclass
from datetime import datetime

from ballots.model import PollId
from gateway import timekeeping
from gateway.bulletins.digest import FINAL
from gateway.daily import TALLY
from gateway.home import Home
from gateway.schedule import due_slots
from gateway.store import announcements, audit, ballots, jobs, outbox, states
from gateway.store.engine import Tx
from gateway.store.outreach import Reason
from gateway.store.types import from_micros, to_micros

WEBHOOK = "webhook"  # its receiver knows a message by its id: once more is no harm


@dataclass(frozen=True, slots=True)
class Epoch:
    """What began, and what it means for those who voted and those who wait."""

    number: int  # 1 was the first
    taken_at: datetime | None  # when the backup was made; None: it does not say
    silenced: int  # messages that may have been sent since, and are not sent again
    kept: int  # messages that leave once more, under an id that their receiver knows
    skipped: int  # days whose tally may have been sent since
    unreadable: int  # sealed votes whose key is not here
    in_doubt: bool  # the clock is, until a person confirms it


def begin(tx: Tx, home: Home, at: datetime) -> Epoch:
    """Make the database of this home that of a new epoch. Audited."""
    number = int(states.get(tx, states.EPOCH) or 1) + 1
    taken = taken_at(tx)
    states.put(tx, states.EPOCH, str(number))
    states.put(tx, states.INSTANCE, home.randomness(16).hex())
    states.bump_catalogue(tx)
    jobs.release(tx)
    tx.run("DELETE FROM gateway_state WHERE key = ?", states.TAKEN)  # of that backup: a later copy is another one
    tx.run("DELETE FROM ussd_session")
    for one in announcements.unfinished(tx):  # an official says whether the rest of the list is to be told
        announcements.pause(tx, one.id, Reason.RESTORED)
    silenced, kept = _settle_outbox(tx, at)
    epoch = Epoch(
        number,
        taken,
        silenced,
        kept,
        _skip_days(tx, home, at),
        _renew_batches(tx, home),
        timekeeping.tell(tx, at).doubt is not None,
    )
    audit.record(
        tx,
        home.keys,
        at,
        audit.OPERATOR,
        "restore",
        epoch=number,
        taken_at=taken.isoformat() if taken else "",
        silenced=silenced,
        skipped_days=epoch.skipped,
        unreadable=epoch.unreadable,
    )
    return epoch


def taken_at(tx: Tx) -> datetime | None:
    """When this copy was made: as it says itself, else its last act."""
    said = states.get(tx, states.TAKEN)
    if said is not None:
        return datetime.fromisoformat(said)
    last = tx.row("SELECT max(at) FROM audit")
    return None if last is None or last[0] is None else from_micros(last[0])


def _settle_outbox(tx: Tx, at: datetime) -> tuple[int, int]:
    """How many messages are not sent again, and how many are."""
    waiting = "state IN ('due', 'paused', 'leased')"
    silenced = tx.run(
        "UPDATE outbox SET state = 'unknown', error = 'restored', due_at = ?, poll_id = NULL, tag = NULL, "  # noqa: S608
        f"leased_until = NULL, owner = '' WHERE {waiting} AND channel <> ?",
        to_micros(at + outbox.HOPE),
        WEBHOOK,
    )
    kept = tx.run(
        f"UPDATE outbox SET state = 'due', doubtful = TRUE, leased_until = NULL, owner = '' WHERE {waiting}"  # noqa: S608
    )
    return silenced, kept


def _skip_days(tx: Tx, home: Home, at: datetime) -> int:
    """Tallies of days that are over count as told; the closing is not one of them. How many."""
    tallied, skipped = jobs.done(tx, TALLY), 0
    for watched in jobs.watched(tx):
        slots = due_slots(watched, home.settings.gateway.zone, at, tallied.get(watched.poll, frozenset()))
        for slot in slots:
            if slot != FINAL:
                jobs.mark(tx, TALLY, watched.poll, slot, at)
                skipped += 1
    return skipped


def _renew_batches(tx: Tx, home: Home) -> int:
    """Votes are sealed under keys that are here; how many sealed ones are under keys that are not."""
    lost = [
        (PollId(poll), no)
        for poll, no in tx.rows("SELECT poll_id, no FROM batch WHERE state = 'open' ORDER BY poll_id, no")
        if not home.keys.has_batch(PollId(poll), no)
    ]
    for poll, no in lost:
        ballots.mark_destroyed(tx, poll, no)
        home.keys.new_batch(poll, no + 1)
        ballots.begin_batch(tx, poll, no + 1)
    sealed = tx.rows("SELECT poll_id, batch_no, count(*) FROM pending_ballot GROUP BY poll_id, batch_no")
    return sum(count for poll, no, count in sealed if not home.keys.has_batch(PollId(poll), no))
