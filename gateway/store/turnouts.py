"""Who took part in a poll, in figures: by channel where they are many enough, and batch by batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ballots.model import PollId
from gateway.store.engine import Tx
from gateway.store.types import from_micros

SMALL = 3  # fewer votes than this are not told apart
PHONE = ("sms", "ussd")


@dataclass(frozen=True, slots=True)
class TookPart:
    """Votes that were accepted, and those that were not counted."""

    channels: Mapping[str, int]  # sms, ussd, paper, console -> votes, held ones apart
    unreadable: int
    held: int


@dataclass(frozen=True, slots=True)
class Mixed:
    """One batch that was opened."""

    no: int
    mixed_at: datetime
    size: int
    ballots_hash: str


def of_poll(tx: Tx, poll: PollId) -> TookPart:
    """What came, by channel."""
    channels = dict(
        tx.rows(
            "SELECT channel, count(*) FROM participation WHERE poll_id = ? AND state <> 'held' "
            "GROUP BY channel ORDER BY channel",
            poll,
        )
    )
    (unreadable,) = tx.row("SELECT count(*) FROM unreadable_envelope WHERE poll_id = ?", poll) or (0,)
    (held,) = tx.row("SELECT count(*) FROM participation WHERE poll_id = ? AND state = 'held'", poll) or (0,)
    return TookPart(channels, int(unreadable), int(held))


def told_apart(channels: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """(channel, votes) as they may be printed: SMS and USSD together where one of them has 1 or 2, else nothing.

    A cell that is left out could be had by subtraction: so a smaller one is merged with its neighbour, never hidden.
    """
    for cells in (_apart(channels), _by_phone(channels)):
        shown = tuple((channel, votes) for channel, votes in cells if votes)
        if all(votes >= SMALL for _, votes in shown):
            return shown
    return ()


def batches(tx: Tx, poll: PollId) -> tuple[Mixed, ...]:
    """All that were opened, those of the mix before those of paper."""
    rows = tx.rows(
        "SELECT no, mixed_at, size, ballots_hash FROM batch WHERE poll_id = ? AND mixed_at IS NOT NULL ORDER BY no",
        poll,
    )
    return tuple(Mixed(no, from_micros(mixed_at), size, ballots_hash) for no, mixed_at, size, ballots_hash in rows)


def _apart(channels: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(channel, channels.get(channel, 0)) for channel in (*PHONE, "paper")]


def _by_phone(channels: Mapping[str, int]) -> list[tuple[str, int]]:
    return [("phone", sum(channels.get(channel, 0) for channel in PHONE)), ("paper", channels.get("paper", 0))]
