"""What must leave: rows put in by a message's own transaction, taken out by the sender."""

from dataclasses import dataclass
from datetime import datetime

from ballots.model import PollId
from gateway.store.engine import Tx
from gateway.store.types import to_micros


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be sent. Nothing in it holds a choice; recipient and content are sealed."""

    id: int  # random, 63 bits: order tells nothing
    channel: str  # sms, webhook, email
    provider: str
    recipient: bytes
    content: bytes
    due_at: datetime
    expires_at: datetime
    priority: int = 5  # lower leaves first: 1 replies, 3 digests, 7 announcements
    poll: PollId | None = None  # with `tag`: the sentence may repeat the choice in this envelope
    tag: bytes | None = None
    dedupe: str | None = None  # at most one row ever has this key


_ENQUEUE = """
INSERT INTO outbox (id, channel, provider, priority, recipient, content, poll_id, tag, state, due_at, expires_at,
                    owner, tries, error, dedupe)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'due', ?, ?, '', 0, '', ?) ON CONFLICT DO NOTHING"""


def enqueue(tx: Tx, out: Outgoing) -> bool:
    """Keep `out` until it is sent. False if its dedupe key was used before."""
    return (
        tx.run(
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
        == 1
    )
