"""Votes behind receipts, as text messages, screens and pages ask for them: a phone's own, or of anybody's receipt."""

from datetime import datetime

from ballots.cycles import is_over
from ballots.model import Standing
from handlers.messages import Entry, Found, Known


def of_entry(entry: Entry, known: Known) -> Found:
    """This phone's vote; once it is mixed, with the batch that counted it."""
    if entry.standing is Standing.MIXED:
        for found in known.lookups.receipt(entry.receipt):
            if found.paper.poll == entry.paper.poll:
                return found
    return Found(entry.paper, entry.standing, entry.voted_on)


def of_receipt(digits: str, known: Known) -> tuple[Found, ...]:
    """The votes with these ten digits, those of the phone's own areas first."""
    found = known.lookups.receipt(digits)
    return tuple(sorted(found, key=lambda one: one.paper.area.code not in known.areas))


def has_expired(found: Found, at: datetime) -> bool:
    """Did this vote wait for its confirmation until nothing was taken any more?"""
    return found.standing is Standing.HELD and is_over(found.paper, at)
