"""/console/cycles/{cycle}/print: the sheets of paper that can be had of a cycle, as PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import NotThere
from gateway.pages.console.answers import Answer, Download
from gateway.pages.console.desk import Desk
from gateway.store import bulletins, few, paper, tallies
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx

PDF = "application/pdf"
CHOICES: dict[str, tuple[str, ...]] = {"kk-ru": ("kk", "ru"), "kk": ("kk",), "ru": ("ru",)}
"""Word in the address -> languages of the sheet, one after the other."""

ALL = ("poster", "board", "office", "minutes")
"""Keys of gateway.printing.offered.SHEETS, which is read only when somebody prints."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A sheet, and why it cannot be had yet: the name of a sentence, '' if it can."""

    name: str
    waits: str


def show(desk: Desk) -> Answer:
    """Each sheet, what it is for, and the ways to it."""
    with desk.site.store.reading() as tx:
        return desk.screen("sheets.html", sheets=tuple(_offered(tx, _cycle(desk))), choices=CHOICES)


def take_out(desk: Desk) -> Answer:
    """The PDF. Raises NotThere, and Mistake while there is nothing to print."""
    from gateway.printing.collecting import Asked, Press  # noqa: PLC0415 - reportlab is read when somebody prints
    from gateway.printing.offered import SHEETS  # noqa: PLC0415 - the same

    name, languages = desk.path.get("sheet", ""), CHOICES.get(desk.query.get("in", "kk-ru"))
    if name not in SHEETS or languages is None:
        raise NotThere("there is no such sheet")
    cycle = _cycle(desk)
    with desk.site.store.reading() as tx:
        content = SHEETS[name](tx, Press.of(desk.site.home), Asked(cycle.id, languages, desk.at))
    return Download(content, PDF, f"{name}-{cycle.place.code}-{cycle.id}.pdf")


def _offered(tx: Tx, cycle: Cycle) -> Iterator[Offered]:
    tallied = bool(bulletins.archived(tx, cycle.id))
    waits = {"poster": "", "board": "" if tallied else "no_tally", "office": "" if tallied else "no_tally"}
    for name in ALL:
        yield Offered(name, waits[name] if name in waits else _minutes_wait(tx, cycle))


def _minutes_wait(tx: Tx, cycle: Cycle) -> str:
    if cycle.phase not in few.OVER:
        return "not_over"
    if paper.unmatched(tx, cycle.poll):
        return "paper_waits"
    return "for_two" if few.ended_with_few(tx, tallies.of_poll(tx, cycle.poll)) else ""


def _cycle(desk: Desk) -> Cycle:
    assert desk.cycle is not None
    return desk.cycle
