"""Copies of announcements on their way into the outbox, and contact lists that are erased when a round is over.

Each slice of a list is one short transaction together with its cursor: a process may die anywhere and nobody gets two
copies. The outbox is never filled further ahead than a line can send, and never at night.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from time import sleep

import structlog

from ballots.model import Phase
from gateway.announcing import By, note, rate_of
from gateway.daytime import daytime_of
from gateway.home import Home
from gateway.keys import Unreadable
from gateway.outbox import seal
from gateway.store import announcements, areas, audit, contacts, cycles, outbox
from gateway.store.announcements import Announcement, Copy
from gateway.store.contacts import Contact
from gateway.store.engine import Tx
from gateway.store.outreach import Kind, Reason, State
from gateway.store.rolls import ABOUT
from handlers.segments import sms_parts

log = structlog.get_logger(__name__)

BOX = "box"
MOMENT = timedelta(milliseconds=1)
SLICE = 50  # contacts of one transaction: some 5 ms
REST = 0.03  # seconds between two of them: SQLite lets a vote that waits for the lock try again every 25 ms
AHEAD = timedelta(seconds=90)  # so much of a line's rate may wait in the outbox: thrice the schedule's rest
MOST_AHEAD = 5000  # copies
ERASED = 500  # contacts of one transaction
ERASURES = 40  # such transactions of one look


def tick(home: Home, now: datetime) -> None:
    """Put in what the lines can send until the next look; end what is out of date; erase contacts in time."""
    with home.store.reading() as tx:
        unfinished = announcements.unfinished(tx)
    daytime = daytime_of(home.settings).holds(now)
    for one in unfinished:
        try:
            if _goes_on(home, one, now) and daytime:
                _fill(home, one, now)
        except Exception:  # one announcement must not keep the others from leaving
            log.exception("An announcement could not be sent on; it is tried again", announcement=one.id)
    _forget(home, now)


def _fill(home: Home, one: Announcement, now: datetime) -> None:
    """A millisecond for each copy: an id holds the millisecond and 22 random bits, too few for thousands in one."""
    room = _room(home, one)
    while room > 0 and (looked_at := _slice(home, one.id, min(room, SLICE), now)):
        room -= looked_at
        now += looked_at * MOMENT
        sleep(REST)


def _goes_on(home: Home, one: Announcement, now: datetime) -> bool:
    """Is it to be sent on? What is out of date ends here; copies of a paused one that fell due are held again."""
    with home.store.transaction() as tx:
        one = announcements.by_id(tx, one.id)
        running = one.wanted.kind is Kind.RESULTS or cycles.by_id(tx, one.cycle).phase is Phase.VOTING
        if one.state in announcements.UNFINISHED and (now >= one.wanted.expires_at or not running):
            announcements.cancel(tx, one.id, Reason.OVER, now)
            note(tx, home, By(now, BOX), one.id, "cancel announcement")
            return False
        if one.state is State.PAUSED:
            announcements.hold(tx, one.id)
    return one.state is State.SENDING


def _room(home: Home, one: Announcement) -> int:
    """How many more copies may wait in the outbox."""
    with home.store.reading() as tx:
        waiting = announcements.waiting(tx, one.id)
    return min(MOST_AHEAD, max(1, ceil(rate_of(home, one.wanted.provider) * AHEAD.total_seconds()))) - waiting


def _slice(home: Home, announcement: int, limit: int, now: datetime) -> int:
    """Copies for the next contacts, in one transaction with the cursor; how many contacts were looked at."""
    with home.store.transaction() as tx:
        one = announcements.by_id(tx, announcement)
        if one.state is not State.SENDING:
            return 0
        cycle = cycles.by_id(tx, one.cycle)
        found = contacts.after(tx, cycle.round_id, areas.below(tx, cycle.place.id), one.cursor, limit)
        if not found:
            if not announcements.waiting(tx, one.id):
                announcements.finish(tx, one.id)
                note(tx, home, By(now, BOX), one.id, "announced")
            return 0
        affordable = _affordable(home, one, found)
        if not affordable:
            announcements.pause(tx, one.id, Reason.BUDGET)
            note(tx, home, By(now, BOX), one.id, "pause announcement")
            return 0
        _put(tx, home, one, affordable, now)
        return len(affordable)


def _affordable(home: Home, one: Announcement, found: Sequence[Contact]) -> Sequence[Contact]:
    """As many of the first ones as the budget allows."""
    if one.wanted.budget is None:
        return found
    parts = _parts(one)
    left = one.wanted.budget * 100 - one.spent
    for place, contact in enumerate(found):
        left -= 0 if contact.stopped else parts[_spoken(home, one, contact)] * one.wanted.price
        if left < 0:
            return found[:place]
    return found


def _put(tx: Tx, home: Home, one: Announcement, found: Sequence[Contact], now: datetime) -> None:
    parts = _parts(one)
    letters = [(_spoken(home, one, contact), phone) for contact, phone in _takers(home, found)]
    texts = one.wanted.texts
    copies = [
        Copy(outbox.new_id(now + place * MOMENT, home.randomness), *seal(home.keys, phone, {"text": texts[language]}))
        for place, (language, phone) in enumerate(letters)
    ]
    announcements.put(tx, one, copies, now, min(now + outbox.HOPE, one.wanted.expires_at))
    announcements.advance(tx, one.id, found[-1].tag, len(copies), sum(parts[language] for language, _ in letters))


def _takers(home: Home, found: Sequence[Contact]) -> Iterator[tuple[Contact, str]]:
    """Who did not refuse, with the number."""
    for contact in found:
        if contact.stopped:
            continue
        try:
            yield contact, home.keys.contacts.open(contact.sealed, ABOUT).decode()
        except Unreadable:
            log.error("A contact is sealed under another key and gets no announcement")  # noqa: TRY400 - no fault of ours


def _parts(one: Announcement) -> Mapping[str, int]:
    """Language -> SMS parts."""
    return {language: sms_parts(text) for language, text in one.wanted.texts.items()}


def _spoken(home: Home, one: Announcement, contact: Contact) -> str:
    """In which language this contact is spoken to: else the gateway's first."""
    texts, first = one.wanted.texts, home.settings.gateway.languages[0]
    known = (language for language in (contact.language, first) if language in texts)
    return next(known, next(iter(texts)))


def _forget(home: Home, now: datetime) -> None:
    """Contact lists of rounds that are over are erased, some at a time."""
    keep = timedelta(days=home.settings.announcements.keep_contacts_days)
    with home.store.reading() as tx:
        over = contacts.rounds_over(tx, now - keep)
        busy = {cycles.by_id(tx, one.cycle).round_id for one in announcements.unfinished(tx)}
    for round_id in over:
        if round_id in busy:
            continue
        for _ in range(ERASURES):
            with home.store.transaction() as tx:
                erased = contacts.erase(tx, round_id, ERASED)
                if erased:
                    audit.record(tx, home.keys, now, BOX, "erase contacts", round=round_id, contacts=erased)
            if not erased:
                break
            sleep(REST)
