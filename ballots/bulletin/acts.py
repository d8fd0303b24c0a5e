"""What the audit log says of one poll: the acts that a bulletin is held against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ballots.ledger import Link

OPEN, MIX, PAPER, CLOSE, EXTEND, WITHDRAW = "open", "mix", "load paper-votes", "close", "extend", "withdraw"
"""Acts of gateway.store.audit that are read here; all others are only chained."""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the audit log."""

    seq: int
    at: str  # ISO 8601, UTC
    name: str
    facts: dict[str, Any]


def every(chain: Sequence[Link]) -> Iterator[Act]:
    """All acts in their order. Raises KeyError, TypeError for an entry of another shape."""
    for link in chain:
        entry = link.entry
        yield Act(int(entry["seq"]), str(entry["at"]), str(entry["act"]), dict(entry["facts"]))


def of_poll(chain: Sequence[Link], poll: int, cycle: int) -> list[Act]:
    """The acts that name this poll, or its cycle alone."""
    return [
        act
        for act in every(chain)
        if act.facts.get("poll") == poll or (act.facts.get("cycle") == cycle and "poll" not in act.facts)
    ]


def batches(acts: Sequence[Act]) -> dict[int, dict[str, Any]]:
    """Batch number -> what the log says of it: `seq` of the entry, size, hashes; `held` and `paper` where known."""
    found: dict[int, dict[str, Any]] = {}
    for act in acts:
        if act.name == MIX:
            found[act.facts["batch"]] = {**act.facts, "seq": act.seq, "paper": False}
        elif act.name == PAPER:
            facts = {"size": act.facts["ballots"], "ballots_hash": act.facts["hash"], "unreadable": 0, "held_back": 0}
            found[act.facts["batch"]] = {**facts, "seq": act.seq, "paper": True}
    return found


def closing(acts: Sequence[Act], planned: datetime) -> datetime:
    """When voting ended: as planned, or as the acts of extending and of closing early say. Raises ValueError."""
    ends = planned
    for act in acts:
        if act.name == EXTEND:
            ends = datetime.fromisoformat(act.facts["closes_at"])
        elif act.name == CLOSE and act.facts["early"]:
            ends = min(ends, datetime.fromisoformat(act.at))
    return ends


def withdrawn(acts: Sequence[Act], until: int | None = None) -> tuple[int, ...]:
    """Numbers taken back by the entry `until` (None: by the end), ascending."""
    taken_back = {
        int(act.facts["number"]) for act in acts if act.name == WITHDRAW and (until is None or act.seq <= until)
    }
    return tuple(sorted(taken_back))
