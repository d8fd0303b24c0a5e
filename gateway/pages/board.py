"""What everybody may know of results at one moment: all that are over, the areas they belong to, and sums of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from ballots.model import AreaKind
from ballots.rollups import GOALS, Rollup, roll_up
from gateway.open_data import state_of
from gateway.pages.shapes import STATE, State
from gateway.pages.site import Site
from gateway.store import areas, results, states
from gateway.store.areas import Place
from gateway.store.results import Published

LEVELS = (AreaKind.REGION, AreaKind.DISTRICT, AreaKind.AUL)


class Wanted(BaseModel):
    """Which results are asked for."""

    area: int | None = Field(
        None, description="Code of an area: its own vote, and those of all areas in it.", examples=[90]
    )
    state: State | None = Field(None, description=STATE)
    sdg: int | None = Field(
        None, ge=GOALS[0], le=GOALS[-1], description="Votes with a proposal that serves this goal.", examples=[6]
    )


@dataclass(frozen=True, slots=True)
class Board:
    """Results that were asked for."""

    published: tuple[Published, ...]  # the last closed one first
    places: tuple[Place, ...]
    above: Mapping[int, tuple[int, ...]]  # code -> codes of the areas in which it lies
    changed_at: datetime | None  # nothing here is younger
    instance: str  # which gateway this is, 32 hex digits

    def within(self, one: Published) -> tuple[int, ...]:
        """Codes of the areas above that of a result."""
        return self.above.get(one.result.paper.area.code, ())

    def by_area(self, level: AreaKind | None = None) -> Iterator[tuple[Place, Rollup]]:
        """Each area in which a vote is over, with the sums of all votes in it: regions first, each kind by code."""
        for place in sorted(self.places, key=lambda place: (LEVELS.index(place.area.kind), place.code)):
            mine = [one.result for one in self.published if _lies_in(one, place.code, self.above)]
            if mine and level in {None, place.area.kind}:
                yield place, roll_up(mine)

    def total(self) -> Rollup:
        """The sums of the whole gateway."""
        return roll_up(one.result for one in self.published)


async def board_of(site: Site, wanted: Wanted) -> Board:
    """The results that are wanted, as they are now."""
    return await run_in_threadpool(_read, site, wanted)


def _read(site: Site, wanted: Wanted) -> Board:
    with site.store.reading() as tx:
        places = areas.every(tx)
        above = areas.above(places)
        published = tuple(one for one in site.archive.every(tx) if _matches(one, wanted, above))
        return Board(published, places, above, results.last_act(tx), states.instance(tx))


def _matches(one: Published, wanted: Wanted, above: Mapping[int, tuple[int, ...]]) -> bool:
    if wanted.area is not None and not _lies_in(one, wanted.area, above):
        return False
    if wanted.state is not None and wanted.state != state_of(one):
        return False
    return wanted.sdg is None or any(wanted.sdg in proposal.sdgs for proposal in one.result.paper.proposals)


def _lies_in(one: Published, code: int, above: Mapping[int, tuple[int, ...]]) -> bool:
    own = one.result.paper.area.code
    return code == own or code in above.get(own, ())
