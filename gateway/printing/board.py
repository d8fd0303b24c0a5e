"""The daily sheet of the notice board: how many have voted, day by day, and where the log ends.

What hangs on the board is what everybody may be told: of a running vote only the turnout, as on the public page. The
sheet for the office shows totals, too, where the cycle's visibility lets officials see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from ballots.ledger import short_head
from gateway.printing import layout
from gateway.printing.imprint import Imprint
from gateway.printing.layout import (
    BODY,
    SECTION,
    SMALL,
    STRONG,
    Cell,
    Line,
    columns,
    gap,
    grouped,
    labelled,
    rows,
    style,
    text,
)
from handlers.telling import amount

BAR = 70 * mm  # the longest bar
SOLID: Any = {"fillColor": Color(0.3, 0.3, 0.3), "strokeColor": None}
FIGURE = style(22, bold=True)


@dataclass(frozen=True, slots=True)
class Day:
    """How many had voted by the end of a day of voting."""

    on: date  # local
    accepted: int


@dataclass(frozen=True, slots=True)
class BoardSheet:
    """What one tally tells the village, or the office."""

    imprint: Imprint
    made_at: datetime
    day: int  # of voting, from 1
    final: bool
    accepted: int
    ballots: int
    roll: int  # phones on it; 0 = nobody is told apart
    days: tuple[Day, ...]  # up to this one, the oldest first
    head: str  # of the audit log at this tally, 64 hex digits
    votes: Mapping[int, int] | None  # number -> votes; None where only the turnout may be told
    funded: tuple[int, ...]  # numbers
    office: bool  # for officials only


def board_sheet(facts: BoardSheet) -> bytes:
    """The sheet as a PDF."""
    title = "sheet_final" if facts.final else "sheet"
    return layout.pdf(facts.imprint.document(title, lambda: _story(facts, title)))


def _story(facts: BoardSheet, title: str) -> list[Flowable]:
    imprint = facts.imprint
    day = imprint.said("sheet_day", day=facts.day)
    warning = [*(layout.marked(said) for said in imprint.said("for_office")), gap(3)] if facts.office else []
    return [
        *warning,
        *imprint.heading(),
        text(imprint.label(title), style(17, bold=True, centred=True)),
        text(" / ".join([imprint.clock(facts.made_at), *([] if facts.final else day)]), style(11, centred=True)),
        gap(4),
        _figures(facts),
        gap(2),
        *_remarks(facts),
        gap(3),
        *_votes(facts),
        *_days(facts),
        gap(4),
        KeepTogether(_head(imprint, facts.head)),
    ]


def _figures(facts: BoardSheet) -> Flowable:
    imprint = facts.imprint
    shown = {"sheet_voted": amount(facts.accepted)}
    if facts.roll:
        shown |= {"on_roll": amount(facts.roll), "share": percent(facts.accepted, facts.roll)}
    cells: list[Cell] = [
        [*(text(said, SMALL) for said in imprint.said(name)), text(figure, FIGURE)] for name, figure in shown.items()
    ]
    return columns(cells, [1] * len(cells), boxed=True)


def _remarks(facts: BoardSheet) -> list[Flowable]:
    imprint = facts.imprint
    told: list[str] = []
    if facts.accepted > facts.ballots:
        told += imprint.said("sheet_sealed", count=amount(facts.accepted - facts.ballots))
    if facts.votes is None:
        told += imprint.said("results_few" if facts.final else "sheet_hidden")
    if not facts.final:
        closes_at = imprint.paper.closes_at
        told += [words.say("sheet_open_until", moment=words.moment(closes_at)) for words in imprint.words]
    return [text(said, BODY) for said in told]


def _days(facts: BoardSheet) -> list[Flowable]:
    """Every day with a bar: as long as its share of the busiest day."""
    imprint = facts.imprint
    if not facts.days:
        return []
    before = [0, *(day.accepted for day in facts.days)]
    new = [day.accepted - past for day, past in zip(facts.days, before, strict=False)]
    most = max(*new, 1)
    heading: list[Cell] = [text(imprint.label(name), SMALL) for name in ("sheet_date", "sheet_total", "sheet_new")]
    lines: list[Line] = [[*heading, ""]]
    for day, came in zip(facts.days, new, strict=True):
        figures = [text(f"{day.on:%d.%m.%Y}"), text(amount(day.accepted)), text(amount(came))]
        lines.append([*figures, _bar(max(came, 0) / most)])
    return [text(imprint.label("sheet_days"), SECTION), gap(1), rows(lines, (32, 34, 34, 80))]


def _bar(share: float) -> Cell:
    if not share:
        return ""
    drawing = Drawing(BAR, 4 * mm)
    drawing.add(Rect(0, 0, BAR * share, 4 * mm, **SOLID))
    return drawing


def _votes(facts: BoardSheet) -> list[Flowable]:
    imprint = facts.imprint
    if facts.votes is None:
        return []
    place = {number: at for at, number in enumerate(facts.funded)}
    told = sorted(facts.votes.items(), key=lambda row: (place.get(row[0], len(place)), -row[1], row[0]))
    heading: list[Cell] = [text("№", SMALL), text(imprint.label("results_project"), SMALL)]
    heading += [text(imprint.label("results_votes"), style(8.5, right=True))]
    heading += [text(imprint.label("results_outcome"), SMALL)]
    lines: list[Line] = [heading]
    for number, votes in told:
        outcome = ("" if facts.final else "so_far_") + ("funded" if number in place else "not_funded")
        figure = text(amount(votes), style(11, bold=True, right=True))
        names = imprint.names(imprint.paper.by_number[number].names, 10.5, 9.5)
        sign = "✓ " if number in place else ""
        outcomes = [text(sign + said, SMALL) for said in imprint.said(outcome)]
        lines.append([text(str(number), STRONG), names, figure, outcomes])
    title = imprint.label("results" if facts.final else "so_far")
    return [text(title, SECTION), gap(1), rows(lines, (12, 98, 32, 38)), gap(4)]


def _head(imprint: Imprint, head: str) -> list[Flowable]:
    return [
        text(imprint.label("head"), style(10, bold=True)),
        text(f"H: {grouped(short_head(head))}", style(15, bold=True)),
        text(head, layout.TINY),
        *(text(said, SMALL) for said in imprint.said("head_note")),
        labelled(imprint.label("verify_key"), grouped(imprint.fingerprint), SMALL),
    ]


def percent(part: int, whole: int) -> str:
    """`26,4 %`, rounded half up in whole numbers; '' of nothing."""
    if not whole:
        return ""
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10}\u00a0%"
