"""/console/new-area: an aul with its district and region; the first step of setting a gateway up."""

from dataclasses import dataclass, replace

from ballots.linting import FIRST_AREA_CODE
from ballots.model import Area, AreaKind, Texts
from gateway.errors import Unfit
from gateway.filling import filled
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from gateway.store import areas, states
from gateway.store.areas import MOST_DIGITS, Place
from gateway.store.engine import Tx
from gateway.store.officials import folded

ABOVE = (("region", AreaKind.REGION, 900), ("district", AreaKind.DISTRICT, 90))
"""Field, kind, and where free codes are looked for: nobody dials a district until it has a vote of its own."""


@dataclass(frozen=True, slots=True)
class Named:
    """An aul as typed, with what lies above it."""

    above: tuple[Texts, Texts]  # of region and district; empty: none
    aul: Area
    adults: int


def show(desk: Desk) -> Answer:
    """The form; what lies above the last aul is filled in."""
    _check_whole(desk)
    with desk.site.store.reading() as tx:
        places = areas.every(tx)
    by_id = {place.id: place for place in places}
    last = next((place for place in reversed(places) if place.area.kind is AreaKind.AUL), None)
    above = {} if last is None else {str(place.area.kind): place.area.names for place in _above(by_id, last)}
    return desk.screen("new_area.html", above=above, code=_free(places, FIRST_AREA_CODE), places=places)


def take(desk: Desk) -> Answer:
    """Make the aul, and what lies above it if it is new. Raises WrongFields, Mistake."""
    _check_whole(desk)
    named = _read(desk)

    def work(tx: Tx) -> SeeOther:
        first = not areas.every(tx)
        parent: int | None = None
        for (_, kind, code), names in zip(ABOVE, named.above, strict=True):
            if names:
                parent = _found_or_made(desk, tx, Area(_free(areas.every(tx), code), kind, names), parent)
        _make(desk, tx, named.aul, parent, named.adults)
        name = desk.name_of(named.aul.names)
        return SeeOther("/trial-sms" if first else f"/areas/{named.aul.code}", "area_made", {"name": name})

    return desk.once(work)


def _read(desk: Desk) -> Named:
    """Raises WrongFields."""
    read = Reading(desk.form)
    above = [_names(read, field, needed=False) for field, _, _ in ABOVE]
    names = _names(read, "aul", needed=True)
    code = read.whole("code", least=FIRST_AREA_CODE, most=10**MOST_DIGITS - 1)
    adults = read.whole("adults", most=10**6, needed=False)
    read.done()
    return Named((above[0], above[1]), Area(code, AreaKind.AUL, names), adults)


def _names(read: Reading, field: str, *, needed: bool) -> Texts:
    kk, ru = read.text(f"{field}_kk", most=60, needed=needed), read.text(f"{field}_ru", most=60, needed=False)
    return {language: name for language, name in (("kk", kk or ru), ("ru", ru or kk)) if name}


def _found_or_made(desk: Desk, tx: Tx, area: Area, parent: int | None) -> int:
    """The code of the area of this kind and name."""
    for place in areas.every(tx):
        if place.area.kind is area.kind and folded(place.area.names.get("kk", "")) == folded(area.names["kk"]):
            return place.code
    _make(desk, tx, area, parent)
    return area.code


def _make(desk: Desk, tx: Tx, area: Area, parent: int | None, adults: int = 0) -> None:
    names = filled(area.names, desk.site.gateway.languages)
    areas.create(tx, replace(area, names=names), parent, adults=adults)
    desk.record(tx, "new area", code=area.code, kind=str(area.kind))
    states.bump_catalogue(tx)


def _free(places: tuple[Place, ...], first: int) -> int:
    taken = {place.code for place in places}
    return next(code for code in range(first, 10**MOST_DIGITS) if code not in taken)


def _above(by_id: dict[int, Place], place: Place) -> list[Place]:
    found = []
    while place.parent is not None:
        place = by_id[place.parent]
        found.append(place)
    return found


def _check_whole(desk: Desk) -> None:
    """Raises Unfit: an administrator of some areas would make one that is not theirs."""
    if desk.visitor.areas is not None:
        raise Unfit("only an administrator of the whole gateway adds areas", "whole_only")
