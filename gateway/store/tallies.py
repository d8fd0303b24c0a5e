"""Tallies: from anonymous ballots to who is funded, and how many votes were accepted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ballots import tallying
from ballots.model import Choices, Paper, PollId, Tally
from gateway.store import audit, cycles, polls
from gateway.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Counted:
    """A poll counted at one instant."""

    paper: Paper
    ballots: Mapping[Choices, int]
    tally: Tally
    pending: int  # accepted, sealed, not mixed yet
    head: str  # of the audit log

    @property
    def accepted(self) -> int:
        """Votes that will be counted, or are."""
        return self.pending + self.tally.ballots

    def plain(self) -> dict[str, Any]:
        """What `dauys tally --json` prints."""
        return tallying.as_plain(
            self.tally, cycle=self.paper.cycle, accepted=self.accepted, pending=self.pending, head=self.head
        )


def tally_of(tx: Tx, cycle: int) -> Counted:
    """The voting poll of a cycle, counted. Raises NotThere, NotNow before it is opened."""
    return of_poll(tx, cycles.by_id(tx, cycle).poll)


def of_poll(tx: Tx, poll: PollId) -> Counted:
    """Any poll, counted. Raises NotThere, NotNow before it is opened."""
    paper = polls.published(tx, poll)
    alike = cast_in(tx, poll)
    return Counted(paper, alike, tallying.tally(paper, alike), pending(tx, poll), audit.head(tx).hash)


def cast_in(tx: Tx, poll: PollId) -> Counter[Choices]:
    """Distinct anonymous ballot -> how many."""
    rows = tx.rows("SELECT choices, count(*) FROM ballot WHERE poll_id = ? GROUP BY choices", poll)
    return Counter({tuple(map(int, filter(None, choices.split(",")))): times for choices, times in rows})


def pending(tx: Tx, poll: PollId) -> int:
    """Votes that are accepted and still sealed."""
    row = tx.row("SELECT count(*) FROM participation WHERE poll_id = ? AND state = 'pending'", poll)
    return 0 if row is None else int(row[0])
