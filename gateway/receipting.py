"""From a receipt to what became of its vote, in any poll that was ever open, whatever was shredded since."""

from datetime import date, tzinfo
from typing import Any

from ballots.model import Standing
from gateway.catalogue import paper_in
from gateway.store.engine import Tx
from gateway.store.types import from_micros
from handlers.messages import Found

_FIND = """
SELECT p.id, p.manifest, p.phase, p.opens_at, p.closes_at, p.grace_seconds,
  v.state, v.day, r.batch_no, b.slot, b.mixed_at
FROM poll p
LEFT JOIN participation v ON v.poll_id = p.id AND v.receipt = ?
LEFT JOIN batch_receipt r ON r.poll_id = p.id AND r.receipt = ?
LEFT JOIN batch b ON b.poll_id = p.id AND b.no = r.batch_no
WHERE p.manifest <> '' AND (v.receipt IS NOT NULL OR r.receipt IS NOT NULL) ORDER BY p.id DESC"""
"""From the polls, of which there are few, by the key of each list: no poll is read through."""


def find(tx: Tx, digits: str, zone: tzinfo) -> tuple[Found, ...]:
    """The votes with these ten digits, of the newest poll first; () if there is none. Never the choice."""
    return tuple(_found(row, zone) for row in tx.rows(_FIND, digits, digits))


def _found(row: tuple[Any, ...], zone: tzinfo) -> Found:
    """The public list of a batch has the last word; the list of who took part may be gone by then."""
    state, voted_on, batch, slot, mixed_at = row[6:]
    paper = paper_in(row[:6])
    if batch is None:
        standing = Standing(state)
        return Found(paper, standing, date.fromisoformat(voted_on), lost=standing is Standing.MIXED)
    return Found(paper, Standing.MIXED, _day(slot, mixed_at, zone), batch)


def _day(slot: str, mixed_at: int, zone: tzinfo) -> date:
    """The day of the daily tally for which the batch was mixed; of the closing batch the day on which it was."""
    try:
        return date.fromisoformat(slot)
    except ValueError:
        return from_micros(mixed_at).astimezone(zone).date()
