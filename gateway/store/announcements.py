"""Announcements: one text to a whole contact list, a cursor over the list, and copies in the outbox.

sending -> done                 the cursor has passed the whole list, and no copy waits any more
 ^   |
 |   v
paused -> cancelled <- sending  copies that wait die

Which copy is whose is never kept: a copy's recipient is sealed in the outbox and erased there. Progress is counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from gateway.errors import NotNow, NotThere, Taken
from gateway.store.engine import Tx
from gateway.store.outbox import BULK
from gateway.store.outreach import Kind, Reason, State
from gateway.store.tables import AnnouncementRow
from gateway.store.types import to_micros

UNFINISHED = (State.SENDING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An announcement that is about to begin."""

    cycle: int
    kind: Kind
    day: str  # local date
    texts: Mapping[str, str]  # language -> what leaves
    provider: str
    price: int  # hundredths of a tenge for one part of an SMS
    budget: int | None  # whole tenge
    contacts: int  # how many take announcements now
    expires_at: datetime  # a later copy would be of no use


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement as it stands."""

    id: int
    wanted: Wanted
    state: State
    reason: Reason
    cursor: bytes  # phone tag of the last contact that was looked at; b'' before the first
    queued: int  # copies put into the outbox
    parts: int  # of SMS, of these copies

    @property
    def cycle(self) -> int:
        """Of which cycle."""
        return self.wanted.cycle

    @property
    def spent(self) -> int:
        """Hundredths of a tenge: what the copies cost if all of them leave."""
        return self.parts * self.wanted.price


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy on its way into the outbox, sealed."""

    id: int  # store.outbox.new_id
    recipient: bytes
    content: bytes


def begin(tx: Tx, wanted: Wanted, at: datetime) -> Announcement:
    """Keep it; the schedule sends it. Raises Taken: one of a kind a day, whoever presses twice."""
    taken = tx.row(
        "SELECT id FROM announcement WHERE cycle_id = ? AND kind = ? AND day = ? AND state <> 'cancelled'",
        wanted.cycle,
        wanted.kind,
        wanted.day,
    )
    if taken:
        said = f"announcement {taken[0]} is the {wanted.kind} of today: one a day; see dauys announce list"
        raise Taken(said, "once_a_day")
    row = AnnouncementRow(
        cycle_id=wanted.cycle,
        kind=wanted.kind,
        day=wanted.day,
        texts=dict(wanted.texts),
        provider=wanted.provider,
        price=wanted.price,
        budget=wanted.budget,
        contacts=wanted.contacts,
        expires_at=wanted.expires_at,
        made_at=at,
    )
    tx.session.add(row)
    tx.session.flush()
    return _announcement(row)


def by_id(tx: Tx, announcement: int) -> Announcement:
    """As this transaction sees it; nobody else moves it until the transaction ends. Raises NotThere."""
    query = select(AnnouncementRow).where(AnnouncementRow.id == announcement)
    row = tx.session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotThere(f"there is no announcement {announcement}; see dauys announce list", "no_announcement")
    return _announcement(row)


def every(tx: Tx) -> tuple[Announcement, ...]:
    """All of them, the oldest first."""
    return tuple(_announcement(row) for row in tx.session.exec(select(AnnouncementRow).order_by(AnnouncementRow.id)))  # type: ignore[arg-type]


def unfinished(tx: Tx) -> tuple[Announcement, ...]:
    """Those that are sending or paused."""
    return tuple(one for one in every(tx) if one.state in UNFINISHED)


def put(tx: Tx, one: Announcement, copies: Sequence[Copy], due_at: datetime, expires_at: datetime) -> None:
    """Copies into the outbox, behind replies and digests."""
    due, expires = to_micros(due_at), to_micros(expires_at)
    tx.many(
        "INSERT INTO outbox (id, channel, provider, priority, recipient, content, state, due_at, expires_at, owner, "
        "tries, error, announcement_id) VALUES (?, 'sms', ?, ?, ?, ?, 'due', ?, ?, '', 0, '', ?)",
        [(copy.id, one.wanted.provider, BULK, copy.recipient, copy.content, due, expires, one.id) for copy in copies],
    )


def advance(tx: Tx, announcement: int, cursor: bytes, copies: int, parts: int) -> None:
    """The cursor stands behind this tag; so many copies were put."""
    tx.run(
        "UPDATE announcement SET cursor = ?, queued = queued + ?, parts = parts + ? WHERE id = ?",
        cursor,
        copies,
        parts,
        announcement,
    )


def waiting(tx: Tx, announcement: int) -> int:
    """Copies that have not left the outbox."""
    sql = "SELECT count(*) FROM outbox WHERE announcement_id = ? AND state IN ('due', 'leased')"
    row = tx.row(sql, announcement)
    return int(row[0]) if row else 0


def progress(tx: Tx, announcement: int) -> dict[str, int]:
    """State in the outbox -> copies."""
    rows = tx.rows("SELECT state, count(*) FROM outbox WHERE announcement_id = ? GROUP BY state", announcement)
    return {state: int(count) for state, count in rows}


def finish(tx: Tx, announcement: int) -> None:
    """A copy for everybody has left, or never will."""
    tx.run("UPDATE announcement SET state = 'done' WHERE id = ?", announcement)


def pause(tx: Tx, announcement: int, reason: Reason) -> None:
    """Nothing of it leaves but what is being sent now. Raises NotThere, NotNow."""
    one = _unfinished(tx, announcement)
    tx.run("UPDATE announcement SET state = 'paused', reason = ? WHERE id = ?", reason, one.id)
    hold(tx, one.id)


def hold(tx: Tx, announcement: int) -> None:
    """Copies of a paused announcement that are due, as after a failed call, wait with the others."""
    tx.run("UPDATE outbox SET state = 'paused' WHERE announcement_id = ? AND state = 'due'", announcement)


def resume(tx: Tx, announcement: int, at: datetime, budget: int | None = None) -> Announcement:
    """Go on, with another budget if one is given. Raises NotThere, NotNow."""
    one = _unfinished(tx, announcement)
    if one.state is not State.PAUSED:
        raise NotNow(f"announcement {announcement} is being sent already", "sent_already")
    if at >= one.wanted.expires_at:
        raise NotNow(f"announcement {announcement} is out of date: cancel it", "out_of_date")
    tx.run(
        "UPDATE announcement SET state = 'sending', reason = '', budget = coalesce(?, budget) WHERE id = ?",
        budget,
        announcement,
    )
    tx.run("UPDATE outbox SET state = 'due' WHERE announcement_id = ? AND state = 'paused'", announcement)
    return by_id(tx, announcement)


def cancel(tx: Tx, announcement: int, reason: Reason, at: datetime) -> int:
    """Copies that wait never leave; how many. What is being sent now is not tried again. Raises NotThere, NotNow."""
    one = _unfinished(tx, announcement)
    tx.run("UPDATE announcement SET state = 'cancelled', reason = ? WHERE id = ?", reason, one.id)
    tx.run(
        "UPDATE outbox SET expires_at = ? WHERE announcement_id = ? AND state IN ('leased', 'sent')",
        to_micros(at),
        one.id,
    )
    return tx.run(
        "UPDATE outbox SET state = 'dead', error = 'cancelled', recipient = NULL, content = NULL "
        "WHERE announcement_id = ? AND state IN ('due', 'paused')",
        one.id,
    )


def _unfinished(tx: Tx, announcement: int) -> Announcement:
    one = by_id(tx, announcement)
    if one.state not in UNFINISHED:
        raise NotNow(f"announcement {announcement} is {one.state}", "announced_already")
    return one


def _announcement(row: AnnouncementRow) -> Announcement:
    assert row.id is not None
    wanted = Wanted(
        cycle=row.cycle_id,
        kind=Kind(row.kind),
        day=row.day,
        texts=dict(row.texts),
        provider=row.provider,
        price=row.price,
        budget=row.budget,
        contacts=row.contacts,
        expires_at=row.expires_at,
    )
    return Announcement(
        row.id, wanted, State(row.state), Reason(row.reason), bytes(row.cursor or b""), row.queued, row.parts
    )
