"""Slips in batches: their numbers exist while they are printed, and then on paper only.

Whoever prints gets number and mark of each slip; the database keeps tags. What is printed is on the disk before the
first slip can be used, and is removed if the slips could not be kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ballots.slips import show
from gateway.errors import NotNow, Taken
from gateway.home import Home
from gateway.store import areas, audit, rounds, slips

CHUNK = 2000  # rows of one transaction


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip as it is printed, once."""

    number: str  # `4821-7735-2`
    mark: str  # `K3M9-2P7Q`


@dataclass(frozen=True, slots=True)
class Batch:
    """So many slips for an aul, under the name of their print."""

    aul: int  # its code
    name: str
    count: int


class Reason(StrEnum):
    """Why a slip is replaced."""

    LOST = "lost"
    SPOILED = "spoiled"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A slip that shall admit nobody any more."""

    aul: int  # its code
    slip: str  # its number or its mark, as typed
    reason: Reason


Undo = Callable[[], None]
Put = Callable[[areas.Place, str, Sequence[Slip]], Undo]
"""(aul, name of the print, slips) -> what takes the print away again. It is on the disk when this returns."""


def make(home: Home, batch: Batch, at: datetime, put: Put, actor: str = audit.OPERATOR) -> None:
    """Draw, print and keep new slips. Raises NotThere, and Taken for a name that was used."""
    with home.store.reading() as tx:
        place, round_id = areas.by_code(tx, batch.aul), rounds.current(tx).id
        if slips.batch_exists(tx, round_id, place.id, batch.name):
            said = f"aul {batch.aul} has slips named {batch.name!r} already: choose another name"
            raise Taken(said, "batch_taken", name=batch.name)
        drawn = slips.draw(tx, home.keys, round_id, batch.count, home.randomness)
    tags = list(drawn)
    undo = put(place, batch.name, _printed(drawn))
    try:
        for start in range(0, len(tags), CHUNK):
            with home.store.transaction() as tx:
                slips.keep(tx, round_id, place.id, batch.name, tags[start : start + CHUNK])
        with home.store.transaction() as tx:
            facts = {"area": place.code, "count": batch.count, "batch": batch.name}
            audit.record(tx, home.keys, at, actor, "slips", **facts)
    except BaseException:
        undo()
        raise


def replace(home: Home, replaced: Replaced, at: datetime, put: Put, actor: str = audit.OPERATOR) -> None:
    """A new slip for one that is known by its number or its mark; the old one admits nobody any more.

    Raises NotThere; NotNow if the old one was used: whoever used it is on the roll, or has voted on paper.
    """
    with home.store.reading() as tx:
        place, round_id = areas.by_code(tx, replaced.aul), rounds.current(tx).id
        old = slips.find(tx, home.keys, round_id, place.id, replaced.slip)
        if old.state != slips.FREE:
            raise NotNow("the slip was used or replaced before: it cannot be replaced", "slip_used")
        drawn = slips.draw(tx, home.keys, round_id, 1, home.randomness)
    undo = put(place, old.batch, _printed(drawn))
    try:
        with home.store.transaction() as tx:
            slips.void(tx, round_id, old.tag)
            slips.keep(tx, round_id, place.id, old.batch, list(drawn))
            facts = {"area": place.code, "batch": old.batch, "reason": str(replaced.reason)}
            audit.record(tx, home.keys, at, actor, "replace slip", **facts)
    except BaseException:
        undo()
        raise


def _printed(drawn: dict[bytes, str]) -> list[Slip]:
    """In the order of their numbers, which tells nothing."""
    return sorted(
        (Slip(show(digits), slips.mark_of(tag)) for tag, digits in drawn.items()), key=lambda slip: slip.number
    )
