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

MINUTES = "minutes"
ALL = ("poster", "board", "office", MINUTES)
"""Keys of gateway.printing.offered.SHEETS, which is read only when somebody prints."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A sheet, and why it cannot be had yet: the name of a sentence, '' if it can."""

    name: str
    waits: str


def show(desk: Desk) -> Answer:
    """Each sheet, what it is for, and the ways to it."""
    with desk.site.store.reading() as tx:
        return desk.screen("sheets.html", sheets=tuple(_offered(desk, tx)), choices=CHOICES)


def take_out(desk: Desk) -> Answer:
    """The PDF. Raises NotThere, and Mistake while there is nothing to print."""
    from gateway.printing.collecting import Asked, Press  # noqa: PLC0415 - reportlab is read when somebody prints
    from gateway.printing.offered import SHEETS  # noqa: PLC0415 - the same

    name, languages = desk.path.get("sheet", ""), CHOICES.get(desk.query.get("in", "kk-ru"))
    if name not in SHEETS or languages is None:
        raise NotThere("there is no such sheet")
    cycle = _cycle(desk)
    with desk.site.store.reading() as tx:
        asked = Asked(cycle.id, languages, desk.at, by_two=name == MINUTES and not _minutes_wait(desk, tx))
        content = SHEETS[name](tx, Press.of(desk.site.home), asked)
    return Download(content, PDF, f"{name}-{cycle.place.code}-{cycle.id}.pdf")


def _offered(desk: Desk, tx: Tx) -> Iterator[Offered]:
    tallied = bool(bulletins.archived(tx, _cycle(desk).id))
    waits = {"poster": "", "board": "" if tallied else "no_tally", "office": "" if tallied else "no_tally"}
    for name in ALL:
        yield Offered(name, waits[name] if name in waits else _minutes_wait(desk, tx))


def _minutes_wait(desk: Desk, tx: Tx) -> str:
    cycle = _cycle(desk)
    if cycle.phase not in few.OVER:
        return "not_over"
    if paper.unmatched(tx, cycle.poll):
        return "paper_waits"
    kept = few.is_kept_from(tx, desk.visitor.official.id, tallies.of_poll(tx, cycle.poll))
    return "for_two" if kept else ""


def _cycle(desk: Desk) -> Cycle:
    assert desk.cycle is not None
    return desk.cycle
