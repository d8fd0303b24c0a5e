"""Areas: auls, their districts and regions, under the codes that people dial."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import select

from ballots.linting import FIRST_AREA_CODE
from ballots.model import Area, AreaKind
from gateway.errors import NotThere, Taken, Unfit
from gateway.store.engine import Tx
from gateway.store.tables import AreaRow

METHODS = ("roll", "slip")
MOST_DIGITS = 6  # of a code that is dialled


@dataclass(frozen=True, slots=True)
class Place:
    """An area with what only the gateway needs to know of it."""

    id: int
    area: Area
    parent: int | None  # id of its district or region
    method: str  # roll or slip
    provider: str  # by which announcements leave; '' = the first one
    adults: int  # 0 = unknown
    joining_paused: bool

    @property
    def code(self) -> int:
        """The code that people dial."""
        return self.area.code


def create(  # noqa: PLR0913 - one row of facts
    tx: Tx,
    area: Area,
    parent_code: int | None = None,
    *,
    method: str = "roll",
    provider: str = "",
    adults: int = 0,
) -> Place:
    """A new area. Raises Unfit for a code below 7 or a method that is unknown, Taken, NotThere (the parent)."""
    if not FIRST_AREA_CODE <= area.code < 10**MOST_DIGITS:
        raise Unfit(
            f"the code {area.code} cannot be dialled: codes are {FIRST_AREA_CODE} to {10**MOST_DIGITS - 1}"
            f" (1 to {FIRST_AREA_CODE - 1} are keys of the first menu)"
        )
    if method not in METHODS:
        raise Unfit(f"phones cannot be verified by {method!r}: choose {' or '.join(METHODS)}")
    if not any(name.strip() for name in area.names.values()):
        raise Unfit(f"area {area.code} needs a name")
    if tx.row("SELECT 1 FROM area WHERE code = ?", area.code):
        raise Taken(
            f"the code {area.code} belongs to another area already; codes stand on posters and are not reused",
            "code_taken",
        )
    parent = None if parent_code is None else by_code(tx, parent_code).id
    row = AreaRow(
        code=area.code,
        kind=area.kind,
        parent_id=parent,
        names=dict(area.names),
        method=method,
        provider=provider,
        adults=adults,
    )
    tx.session.add(row)
    tx.session.flush()
    return _place(row)


def by_code(tx: Tx, code: int) -> Place:
    """The area with this code. Raises NotThere."""
    row = tx.session.exec(select(AreaRow).where(AreaRow.code == code)).one_or_none()
    if row is None:
        raise NotThere(f"there is no area {code}; see dauys area list, or make it: dauys area new {code} NAME")
    return _place(row)


def by_id(tx: Tx, area_id: int) -> Place:
    """The area in this row. Raises NotThere."""
    row = tx.session.get(AreaRow, area_id)
    if row is None:
        raise NotThere(f"there is no area in row {area_id}")
    return _place(row)


def every(tx: Tx) -> tuple[Place, ...]:
    """All areas by code."""
    return tuple(_place(row) for row in tx.session.exec(select(AreaRow).order_by(AreaRow.code)))  # type: ignore[arg-type]


def related(tx: Tx, area_id: int) -> frozenset[int]:
    """Ids of the area itself, all above it and all below it: the areas that share its phones."""
    parents = _parents(tx)
    above = _above(area_id, parents)
    return frozenset(above | {other for other in parents if area_id in _above(other, parents)})


def below(tx: Tx, area_id: int) -> frozenset[int]:
    """Ids of the area itself and all below it: whose rolls together are its roll."""
    parents = _parents(tx)
    return frozenset(other for other in parents if area_id in _above(other, parents))


def above(places: Iterable[Place]) -> dict[int, tuple[int, ...]]:
    """Code of each area -> codes of the areas in which it lies, the nearest first."""
    by_id = {place.id: place for place in places}
    found: dict[int, tuple[int, ...]] = {}
    for place in by_id.values():
        chain: list[int] = []
        at = by_id.get(place.parent or 0)
        while at is not None and at.code not in {place.code, *chain}:
            chain.append(at.code)
            at = by_id.get(at.parent or 0)
        found[place.code] = tuple(chain)
    return found


def rename(tx: Tx, code: int, names: Mapping[str, str]) -> Place:
    """Give names in some languages; the others stay. Open papers keep the names that they were frozen with."""
    row = tx.session.exec(select(AreaRow).where(AreaRow.code == code)).one_or_none()
    if row is None:
        raise NotThere(f"there is no area {code}")
    row.names = row.names | dict(names)
    tx.session.flush()
    return _place(row)


def set_provider(tx: Tx, code: int, provider: str) -> None:
    """By which provider its announcements and tallies leave; '' = the first one that calls out. Raises NotThere."""
    if not tx.run("UPDATE area SET provider = ? WHERE code = ?", provider, code):
        raise NotThere(f"there is no area {code}")


def set_adults(tx: Tx, code: int, adults: int) -> None:
    """More votes than this raise an alarm; 0 = unknown. Raises NotThere."""
    if not tx.run("UPDATE area SET adults = ? WHERE code = ?", adults, code):
        raise NotThere(f"there is no area {code}")


def set_joining(tx: Tx, code: int, *, paused: bool) -> None:
    """Pause or resume joining by slips in an area."""
    if not tx.run("UPDATE area SET joining_paused = ? WHERE code = ?", paused, code):
        raise NotThere(f"there is no area {code}")


def _parents(tx: Tx) -> dict[int, int | None]:
    return dict(tx.rows("SELECT id, parent_id FROM area"))


def _above(area_id: int, parents: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    at: int | None = area_id
    while at is not None and at not in found:
        found.add(at)
        at = parents.get(at)
    return found


def _place(row: AreaRow) -> Place:
    assert row.id is not None
    area = Area(row.code, AreaKind(row.kind), dict(row.names))
    return Place(row.id, area, row.parent_id, row.method, row.provider, row.adults, row.joining_paused)
