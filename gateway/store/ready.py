"""First votes that only wait to be written: any number of them is one statement of SQLite, all of them or none.

What is put into a temporary view becomes, by its trigger, the rows that a vote, its message and its reply consist of.
One statement is one crossing into SQLite: the thread that runs it needs the interpreter before and after, not between
(docs/decisions/0094).
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple


class Ready(NamedTuple):
    """A vote by SMS that counts at once, as columns."""

    version: int  # of the catalogue by which it was answered
    key: bytes  # of the message
    poll: int
    tag: bytes
    day: str  # local date, ISO
    receipt: str
    batch: int
    envelope: bytes
    phone_tag: bytes
    language: str | None  # to be remembered
    reply: int  # its id in the outbox
    provider: str
    recipient: bytes
    content: bytes
    due_at: int  # microseconds since 1970, as `expires_at`
    expires_at: int
    echoes: bool  # may the reply repeat the choice?


_VIEW = f"CREATE TEMP VIEW ready AS SELECT {', '.join(f'NULL AS {name}' for name in Ready._fields)}"

_TRIGGER = """
CREATE TEMP TRIGGER keep INSTEAD OF INSERT ON ready BEGIN
    SELECT RAISE(ABORT, 'the catalogue has moved on')
    WHERE NEW.version IS NOT (SELECT CAST(value AS INTEGER) FROM gateway_state WHERE key = 'catalogue');
    INSERT INTO participation (poll_id, tag, channel, day, state, receipt)
    VALUES (NEW.poll, NEW.tag, 'sms', NEW.day, 'pending', NEW.receipt);
    INSERT INTO pending_ballot (poll_id, tag, batch_no, envelope)
    VALUES (NEW.poll, NEW.tag, NEW.batch, NEW.envelope);
    INSERT INTO inbox (key, outcome, receipt) VALUES (NEW.key, 'accepted', NEW.receipt);
    INSERT INTO phone (phone_tag, language, stopped) SELECT NEW.phone_tag, NEW.language, FALSE
    WHERE NEW.language IS NOT NULL ON CONFLICT (phone_tag) DO UPDATE SET language = excluded.language;
    INSERT INTO outbox (id, channel, provider, priority, recipient, content, poll_id, tag, state, due_at, expires_at,
                        owner, tries, error)
    VALUES (NEW.reply, 'sms', NEW.provider, 1, NEW.recipient, NEW.content, CASE WHEN NEW.echoes THEN NEW.poll END,
            CASE WHEN NEW.echoes THEN NEW.tag END, 'due', NEW.due_at, NEW.expires_at, '', 0, '');
END"""


def prepare(raw: sqlite3.Connection) -> None:
    """The way in, for this connection alone."""
    raw.execute(_VIEW)
    raw.execute(_TRIGGER)


def keep(raw: sqlite3.Connection, votes: Sequence[Ready]) -> bool:
    """Write them. False, and nothing is written: one of them is void.

    It has a vote already, its message was taken before, the receipt is taken, or the catalogue has moved on.
    """
    try:
        raw.execute(_statement(len(votes)), tuple(chain.from_iterable(votes)))
    except sqlite3.IntegrityError:
        return False
    return True


@cache
def _statement(votes: int) -> str:
    one = f"({', '.join('?' * len(Ready._fields))})"
    return f"INSERT INTO ready VALUES {', '.join([one] * votes)}"  # noqa: S608 - nothing but question marks
