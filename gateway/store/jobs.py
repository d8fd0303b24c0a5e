"""What was done for which slot: the truth that the schedule asks; polls that it watches; who may run it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ballots.model import Phase, PollId, PollKind
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class Watched:
    """A poll whose days are counted."""

    poll: PollId
    cycle: int
    kind: PollKind
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    grace: timedelta
    tally_at: str  # local time, HH:MM
    mix_min: int

    @property
    def over(self) -> bool:
        """Was it closed, whatever the clock says?"""
        return self.phase not in {Phase.VOTING, Phase.GRACE}


def watched(tx: Tx) -> tuple[Watched, ...]:
    """Polls that take votes, or are closed; the newest last."""
    rows = tx.rows(
        "SELECT p.id, p.cycle_id, p.kind, p.phase, p.opens_at, p.closes_at, p.grace_seconds, c.tally_at, c.mix_min "
        "FROM poll p JOIN cycle c ON c.id = p.cycle_id "
        "WHERE p.phase IN (?, ?, ?, ?) AND p.opens_at IS NOT NULL AND p.closes_at IS NOT NULL ORDER BY p.id",
        Phase.VOTING,
        Phase.GRACE,
        Phase.CLOSED,
        Phase.CERTIFIED,
    )
    return tuple(
        Watched(
            PollId(poll),
            cycle,
            PollKind(kind),
            Phase(phase),
            from_micros(opens_at),
            from_micros(closes_at),
            timedelta(seconds=grace),
            tally_at,
            mix_min,
        )
        for poll, cycle, kind, phase, opens_at, closes_at, grace, tally_at, mix_min in rows
    )


def done(tx: Tx, job: str) -> Mapping[PollId, frozenset[str]]:
    """Slots of a job that were done, by poll."""
    found: dict[PollId, set[str]] = {}
    for (slot,) in tx.rows("SELECT slot FROM job_run WHERE job = ?", job):
        poll, _, of_poll = slot.partition(":")
        found.setdefault(PollId(int(poll)), set()).add(of_poll)
    return {poll: frozenset(slots) for poll, slots in found.items()}


def mark(tx: Tx, job: str, poll: PollId, slot: str, at: datetime) -> None:
    """The job was done for this slot of this poll."""
    sql = "INSERT INTO job_run (job, slot, done_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    tx.run(sql, job, f"{poll}:{slot}", to_micros(at))


def lease(tx: Tx, job: str, owner: str, now: datetime, until: datetime) -> bool:
    """May this process run the job now? The same owner may again, another one after `until`."""
    sql = (
        "INSERT INTO gateway_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value "
        "WHERE substr(gateway_state.value, 1, 20) <= ? OR substr(gateway_state.value, 22) = ?"
    )
    return tx.run(sql, f"lease:{job}", f"{to_micros(until):020d} {owner}", f"{to_micros(now):020d}", owner) == 1


def release(tx: Tx) -> None:
    """Nobody holds a job any more: leases that were taken by a wrong clock may never end."""
    tx.run("DELETE FROM gateway_state WHERE key > 'lease:' AND key < 'lease;'")
