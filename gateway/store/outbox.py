"""What must leave: rows put in by a message's own transaction, taken out by the sender.

due -> leased (until, owner) -> sent -> delivered | dead
 ^        |          |            `-> unknown -> delivered | dead      a report settles it
 `--------'          `-> unknown                                       it may have left: never sent again blindly

An announcement that is paused takes its copies from due to paused, and back.
Recipient and content are erased when delivered or dead, and when no report came for 75 h.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ballots.model import PollId
from gateway.keys import Randomness
from gateway.store import votes
from gateway.store.engine import LostRace, Tx
from gateway.store.types import from_micros, to_micros
from handlers.values import value

HOPE = timedelta(hours=75)  # for a report, and for a digest to leave at all: longer than a weekend without a line
AGAIN = timedelta(hours=1)  # a digest that was reported undelivered
REPLY, BULK = 1, 7  # priorities; what is lower than bulk (replies, digests) is never held back by the day's budget
STALE = 64  # messages that are looked at, and buried if they are stale, in one short transaction


@value
class Outgoing:
    """One message to be sent. Nothing in it holds a choice; recipient and content are sealed."""

    id: int  # new_id
    channel: str  # sms, webhook, email
    provider: str  # by whom: a provider's name, or the channel again
    recipient: bytes
    content: bytes
    due_at: datetime
    expires_at: datetime
    priority: int = 5  # lower leaves first: 1 replies, 3 digests, 7 announcements
    poll: PollId | None = None  # with `tag`: the sentence may repeat the choice in this envelope
    tag: bytes | None = None
    dedupe: str | None = None  # at most one row ever has this key; such a row is sent until it is delivered


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process may send until its lease ends."""

    id: int
    channel: str
    recipient: bytes
    content: bytes
    tries: int  # this one included
    expires_at: datetime
    repeatable: bool  # it carries an id of its own: twice is no harm
    poll: PollId | None
    tag: bytes | None
    ballot: votes.Sealed | None  # the envelope to be echoed, while it is there


_ENQUEUE = """
INSERT INTO outbox (id, channel, provider, priority, recipient, content, poll_id, tag, state, due_at, expires_at,
                    owner, tries, error, dedupe)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'due', ?, ?, '', 0, '', ?) ON CONFLICT DO NOTHING"""

_DUE = """
SELECT id, channel, recipient, content, tries, expires_at, dedupe, poll_id, tag FROM outbox
WHERE provider = ? AND state = 'due' AND priority <= ? AND due_at <= ? ORDER BY priority, due_at LIMIT ?"""

_MOVABLE = "provider = ? AND channel = 'sms' AND state = 'due' AND priority >= ? AND NOT doubtful"

_ERASED = "recipient = NULL, content = NULL, poll_id = NULL, tag = NULL, leased_until = NULL, owner = ''"


def new_id(at: datetime, randomness: Randomness) -> int:
    """63 bits: milliseconds, then 22 random ones. In time's order, as `due_at` is, so that rows lie close together."""
    return to_micros(at) // 1000 << 22 | int.from_bytes(randomness(3)) & 0x3FFFFF


def born(message: int) -> datetime:
    """When the message of this id was put in."""
    return from_micros((message >> 22) * 1000)


def enqueue(tx: Tx, out: Outgoing) -> bool:
    """Keep `out` until it is sent. False if its dedupe key was used before.

    Raises LostRace where the id was drawn before, in the same millisecond: whoever runs the work again draws another.
    """
    kept = tx.run(
        _ENQUEUE,
        out.id,
        out.channel,
        out.provider,
        out.priority,
        out.recipient,
        out.content,
        out.poll,
        out.tag,
        to_micros(out.due_at),
        to_micros(out.expires_at),
        out.dedupe,
    )
    if not kept and (out.dedupe is None or tx.row("SELECT 1 FROM outbox WHERE dedupe = ?", out.dedupe) is None):
        raise LostRace
    return kept == 1


def waits(tx: Tx, provider: str, now: datetime) -> bool:
    """Is there anything to claim? Reads only."""
    at = to_micros(now)
    due = "SELECT 1 FROM outbox WHERE provider = ? AND state = 'due' AND due_at <= ? LIMIT 1"
    lost = "SELECT 1 FROM outbox WHERE provider = ? AND state = 'leased' AND leased_until <= ? LIMIT 1"
    return tx.row(due, provider, at) is not None or tx.row(lost, provider, at) is not None


def claim(  # noqa: PLR0913, PLR0917 - one row of facts
    tx: Tx, provider: str, owner: str, now: datetime, until: datetime, limit: int, below: int = BULK + 1
) -> tuple[list[Claimed], int]:
    """Lease up to `limit` messages of priority under `below`, the most urgent first; how many expired before them.

    After days without a line hundreds of stale replies stand before the first useful one: they are buried some at a
    time, so that no vote waits for it.
    """
    _free_expired_leases(tx, provider, now)
    lock = " FOR UPDATE SKIP LOCKED" if tx.postgresql else ""
    rows = tx.rows(_DUE + lock, provider, below - 1, to_micros(now), max(limit, STALE))
    stale = [row for row in rows if row[5] <= to_micros(now)]
    live = [row for row in rows if row[5] > to_micros(now)][:limit]
    for row in stale:
        mark_dead(tx, row[0], "expired")
    tx.many(
        "UPDATE outbox SET state = 'leased', leased_until = ?, owner = ?, tries = tries + 1 WHERE id = ?",
        [(to_micros(until), owner, row[0]) for row in live],
    )
    return [_claimed(tx, row) for row in live], len(stale)


def mark_delivered(tx: Tx, message: int) -> None:
    """It has arrived."""
    tx.run(f"UPDATE outbox SET state = 'delivered', error = '', {_ERASED} WHERE id = ?", message)  # noqa: S608


def mark_dead(tx: Tx, message: int, reason: str) -> None:
    """It will not be tried again."""
    tx.run(f"UPDATE outbox SET state = 'dead', error = ?, {_ERASED} WHERE id = ?", reason, message)  # noqa: S608


def mark_unknown(tx: Tx, message: int, reason: str, now: datetime) -> None:
    """It may have left."""
    tx.run(
        "UPDATE outbox SET state = 'unknown', error = ?, due_at = ?, poll_id = NULL, tag = NULL, leased_until = NULL, "
        "owner = '' WHERE id = ?",
        reason,
        to_micros(now + HOPE),
        message,
    )


def retry_at(  # noqa: PLR0913 - one row of facts
    tx: Tx, message: int, owner: str, at: datetime, reason: str, *, doubtful: bool = False
) -> None:
    """It did not leave, or (`doubtful`) may have: due again at `at`, unless somebody else has it by now."""
    tx.run(
        "UPDATE outbox SET state = 'due', due_at = ?, error = ?, doubtful = (doubtful OR ?), leased_until = NULL, "
        "owner = '' WHERE id = ? AND state = 'leased' AND owner = ?",
        to_micros(at),
        reason,
        doubtful,
        message,
        owner,
    )


def put_back(tx: Tx, message: int, owner: str) -> None:
    """Nobody tried to send it: due as before."""
    tx.run(
        "UPDATE outbox SET state = 'due', tries = tries - 1, leased_until = NULL, owner = '' "
        "WHERE id = ? AND state = 'leased' AND owner = ?",
        message,
        owner,
    )


def movable(tx: Tx, provider: str, *, replies: bool) -> bool:
    """Is there an SMS that waits, perhaps for a later try, and certainly did not leave? Reads only."""
    return tx.row(f"SELECT 1 FROM outbox WHERE {_MOVABLE} LIMIT 1", provider, _first(replies=replies)) is not None  # noqa: S608


def fail_over(tx: Tx, provider: str, to: str, now: datetime, *, replies: bool) -> int:
    """What is `movable` goes by another provider, now; how many."""
    at = to_micros(now)
    return tx.run(
        f"UPDATE outbox SET provider = ?, due_at = CASE WHEN due_at > ? THEN ? ELSE due_at END WHERE {_MOVABLE}",  # noqa: S608
        to,
        at,
        at,
        provider,
        _first(replies=replies),
    )


def hurry(tx: Tx, now: datetime) -> int:
    """What waits for a later try is due now; how many."""
    return tx.run("UPDATE outbox SET due_at = ? WHERE state = 'due' AND due_at > ?", to_micros(now), to_micros(now))


def give_up(tx: Tx, now: datetime) -> int:
    """Kill what expired unsent, forget whom we wrote to where no report came; how many rows changed."""
    at = to_micros(now)
    tx.run("DELETE FROM early_report WHERE at <= ?", to_micros(now - HOPE))
    dead = (
        f"UPDATE outbox SET state = 'dead', error = 'expired', {_ERASED} "  # noqa: S608
        "WHERE state IN ('due', 'paused') AND expires_at <= ?"
    )
    unknown = (
        f"UPDATE outbox SET state = 'unknown', {_ERASED} "  # noqa: S608
        "WHERE state IN ('sent', 'unknown') AND due_at <= ? AND recipient IS NOT NULL"
    )
    return tx.run(dead, at) + tx.run(unknown, at)


def _first(*, replies: bool) -> int:
    return REPLY if replies else REPLY + 1


def bring_back(tx: Tx, now: datetime) -> None:
    """The clock was in the future: what is due or leased more than a day ahead is so now."""
    at, far = to_micros(now), to_micros(now + timedelta(days=1))
    tx.run("UPDATE outbox SET due_at = ? WHERE state = 'due' AND due_at > ?", at, far)
    tx.run("UPDATE outbox SET leased_until = ? WHERE state = 'leased' AND leased_until > ?", at, far)


def _free_expired_leases(tx: Tx, provider: str, now: datetime) -> None:
    """A process died between send and mark. A citizen may get one SMS twice, never a third time."""
    tx.run(
        "UPDATE outbox SET state = 'unknown', error = 'lost twice', due_at = ?, poll_id = NULL, tag = NULL, owner = '' "
        "WHERE provider = ? AND state = 'leased' AND leased_until <= ? AND dedupe IS NULL AND doubtful",
        to_micros(now + HOPE),
        provider,
        to_micros(now),
    )
    tx.run(
        "UPDATE outbox SET state = 'due', error = 'lost', doubtful = TRUE, leased_until = NULL, owner = '' "
        "WHERE provider = ? AND state = 'leased' AND leased_until <= ?",
        provider,
        to_micros(now),
    )


def _claimed(tx: Tx, row: tuple[Any, ...]) -> Claimed:
    message, channel, recipient, content, tries, expires_at, dedupe, poll, tag = row
    ballot = votes.sealed(tx, PollId(poll), bytes(tag)) if poll is not None and tag is not None else None
    return Claimed(
        id=message,
        channel=channel,
        recipient=bytes(recipient),
        content=bytes(content),
        tries=tries + 1,
        expires_at=from_micros(expires_at),
        repeatable=dedupe is not None,
        poll=None if poll is None else PollId(poll),
        tag=None if tag is None else bytes(tag),
        ballot=ballot,
    )
