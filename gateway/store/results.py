"""Results: every voting poll that is over, of all rounds, as far as everybody may know what it came to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ballots.model import Choices, CycleId, Phase, PollId, PollKind
from ballots.rollups import Result
from gateway.store import few, tallies
from gateway.store.engine import Tx
from gateway.store.types import from_micros

CERTIFIED = few.OVER - {Phase.CLOSED}
BALLOTS = "ballots"

_OVER = """
SELECT p.id, c.id, p.phase, c.phase, c.publish, p.closes_at, max(b.mixed_at), count(b.no)
FROM poll p JOIN cycle c ON c.id = p.cycle_id LEFT JOIN batch b ON b.poll_id = p.id
WHERE p.kind = ? AND p.manifest <> '' AND p.phase IN (?, ?, ?, ?)
GROUP BY p.id, c.id, p.phase, c.phase, c.publish, p.closes_at ORDER BY p.closes_at DESC, c.id DESC"""


@dataclass(frozen=True, slots=True)
class Published:
    """One poll that is over."""

    cycle: CycleId
    result: Result
    voted: int  # how many voted: told even where the totals are withheld
    ballots: Mapping[Choices, int] | None  # distinct ballot -> how many; None: the cycle publishes totals only
    closed_at: datetime
    counted_at: datetime  # of its last batch; paper may come after closing
    certified_at: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """When what is told of it became as it is."""
        return self.certified_at or self.counted_at


class Archive:
    """Counts each poll once, and again only when a batch came or its phase moved."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Published] = {}

    def every(self, tx: Tx) -> tuple[Published, ...]:
        """All of them, the last closed one first."""
        keys = [tuple(row) for row in tx.rows(_OVER, PollKind.VOTE, *sorted(few.OVER))]
        found = {key: self._known.get(key) or _count(tx, key) for key in keys}
        self._known = found
        acts = _certifications(tx)
        return tuple(replace(one, certified_at=acts.get(one.cycle)) for one in found.values())


def last_act(tx: Tx) -> datetime | None:
    """When the last audited act was: no result changes without one. None of an empty log."""
    row = tx.row("SELECT max(at) FROM audit")
    return from_micros(row[0]) if row and row[0] is not None else None


def _certifications(tx: Tx) -> dict[int, datetime]:
    """Cycle -> when it was certified, as the audit log says."""
    return {
        json.loads(facts).get("cycle", 0): from_micros(at)
        for at, facts in tx.rows("SELECT at, facts FROM audit WHERE act = 'certify' ORDER BY seq")
    }


def _count(tx: Tx, key: tuple[Any, ...]) -> Published:
    poll, cycle, phase, cycle_phase, publish, closes_at, mixed_at, _ = key
    counted = tallies.of_poll(tx, PollId(poll))
    withheld = few.ended_with_few(tx, counted)
    certified = bool({Phase(phase), Phase(cycle_phase)} & CERTIFIED)
    return Published(
        cycle=CycleId(cycle),
        result=Result(counted.paper, None if withheld else counted.tally, certified),
        voted=counted.accepted,
        ballots=None if withheld or publish != BALLOTS else counted.ballots,
        closed_at=from_micros(closes_at),
        counted_at=from_micros(closes_at if mixed_at is None else mixed_at),
    )
