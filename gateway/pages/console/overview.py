"""/console, /console/areas/{area}, /console/cycles/{cycle}: what the visitor looks after, and the way to its pages."""

from gateway.pages.console import requests
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.store import areas, cycles


def show(desk: Desk) -> Answer:
    """The first page."""
    with desk.site.store.reading() as tx:
        places = [place for place in areas.every(tx) if desk.visitor.oversees(place.id)]
        found = [cycle for cycle in cycles.every(tx) if desk.visitor.oversees(cycle.place.id)]
        waiting = len(requests.waiting(desk, tx))
    return desk.screen("overview.html", places=places, cycles=found, waiting=waiting)


def show_area(desk: Desk) -> Answer:
    """One area with its votes."""
    assert desk.place is not None
    with desk.site.store.reading() as tx:
        found = [cycle for cycle in cycles.every(tx) if cycle.place.id == desk.place.id]
    return desk.screen("area.html", place=desk.place, cycles=found)


def show_cycle(desk: Desk) -> Answer:
    """One vote; its other pages stand in its menu."""
    return desk.screen("cycle.html", cycle=desk.cycle)
