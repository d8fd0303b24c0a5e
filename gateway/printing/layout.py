"""A4 pages: styles, boxes, page numbers. What a sheet says is the sheet's business."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from gateway.printing.fonts import BOLD, REGULAR, held, printable

MARGIN = 15 * mm
FOOT = 9 * mm  # height of the line at the foot of each page
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
PALE = Color(0.93, 0.93, 0.93)  # prints as a light grey on any printer
LINE = Color(0.45, 0.45, 0.45)

Cell = Flowable | Sequence[Flowable] | str
Line = Sequence[Cell]  # of a table
Story = Callable[[], list[Flowable]]


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that are numbered together, and what stands at the foot of each."""

    foot: str
    numbered: str  # with {page} and {pages}
    story: Story


@dataclass(frozen=True, slots=True)
class Document:
    """What a PDF says of itself, and its parts."""

    title: str
    language: str  # BCP 47
    parts: tuple[Part, ...]


def pdf(document: Document) -> bytes:
    """The same facts give the same bytes. Each story is called twice: the first time only to count its pages."""
    held()
    _, pages = _build(document, [0] * len(document.parts))
    return _build(document, pages)[0]


def style(size: float, *, bold: bool = False, right: bool = False, centred: bool = False) -> ParagraphStyle:
    """Text of `size` points."""
    alignment: Literal[0, 1, 2] = 2 if right else 1 if centred else 0  # reportlab.lib.enums
    font = BOLD if bold else REGULAR
    return ParagraphStyle(
        f"{font}{size}{alignment}", fontName=font, fontSize=size, leading=size * 1.27, alignment=alignment
    )


BODY, STRONG = style(10), style(10, bold=True)
SMALL, SMALL_STRONG = style(8.5), style(8.5, bold=True)
TINY = style(7.5)
SECTION = style(12.5, bold=True)


def text(said: str, how: ParagraphStyle = BODY) -> Paragraph:
    """One paragraph; what is said is text, never markup."""
    return Paragraph(escape(printable(said)).replace("\n", "<br/>"), how)


def struck(said: str, how: ParagraphStyle = BODY) -> Paragraph:
    """One paragraph, crossed out."""
    return Paragraph(f"<strike>{escape(printable(said))}</strike>", how)


def labelled(label: str, value: str, how: ParagraphStyle = BODY) -> Paragraph:
    """`label: value`, the value bold."""
    return Paragraph(f"{escape(printable(label))}: <b>{escape(printable(value))}</b>", how)


def gap(millimetres: float) -> Spacer:
    """Some white."""
    return Spacer(1, millimetres * mm)


def columns(cells: Sequence[Cell], widths: Sequence[float], *, boxed: bool = False) -> Table:
    """Cells side by side; `widths` are shares of the page's width."""
    table = Table([list(cells)], colWidths=_points(widths))
    table.setStyle(TableStyle([*_CLOSE, *([("BOX", (0, 0), (-1, -1), 1.2, black)] if boxed else [])]))
    return table


def rows(lines: Sequence[Sequence[Cell]], widths: Sequence[float], *, headed: bool = True) -> Table:
    """A table with lines between its rows; a heading is repeated on every page."""
    table = Table([list(line) for line in lines], colWidths=_points(widths), repeatRows=1 if headed else 0)
    ruled: list[Any] = [("LINEBELOW", (0, 0), (-1, -1), 0.6, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    head: list[Any] = (
        [("BACKGROUND", (0, 0), (-1, 0), PALE), ("LINEABOVE", (0, 0), (-1, 0), 1, black)] if headed else []
    )
    table.setStyle(TableStyle([*_CLOSE, *ruled, *(head if headed else [])]))
    return table


def marked(said: str, how: ParagraphStyle = STRONG) -> Table:
    """A warning in a thick frame."""
    table = Table([[text(said, how)]], colWidths=[WIDTH])
    table.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 2, black), ("BACKGROUND", (0, 0), (-1, -1), white)]))
    return table


def grouped(digits: str, size: int = 4) -> str:
    """A hash in groups that an eye can follow: `3f2a 91bc …`."""
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))


_CLOSE = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
)


def _points(shares: Sequence[float]) -> list[float]:
    return [WIDTH * share / sum(shares) for share in shares]


def _build(document: Document, pages: Sequence[int]) -> tuple[bytes, list[int]]:
    """The bytes, and how many pages each part has; `pages` is what the numbers say that it has."""
    out = BytesIO()
    template = BaseDocTemplate(
        out, pagesize=A4, title=document.title, creator="Dauys", lang=document.language, invariant=1
    )
    counted = [0] * len(document.parts)
    story: list[Flowable] = []
    for at, part in enumerate(document.parts):
        template.addPageTemplates([_page(str(at), part, counted, pages[at])])
        story += [NextPageTemplate(str(at)), *([PageBreak()] if at else []), *part.story()]
    template.build(story)
    return out.getvalue(), counted


def _page(name: str, part: Part, counted: list[int], pages: int) -> PageTemplate:
    """A4 with a frame for the story; every page that is begun is counted in the place of its part."""

    def foot(canvas: Canvas, _template: BaseDocTemplate) -> None:
        counted[int(name)] += 1
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setFont(REGULAR, 8)
        numbered = part.numbered.format(page=counted[int(name)], pages=pages)
        canvas.drawRightString(A4[0] - MARGIN, FOOT, printable(numbered))
        canvas.drawString(MARGIN, FOOT, _clipped(part.foot, numbered))

    frame = Frame(MARGIN, MARGIN, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    return PageTemplate(name, [frame], onPage=foot)


def _clipped(said: str, beside: str) -> str:
    """As much of the foot line as leaves room for the page's number."""
    clean = printable(said)
    room = WIDTH - stringWidth(printable(beside), REGULAR, 8) - 5 * mm
    while stringWidth(clean, REGULAR, 8) > room:
        clean = clean.removesuffix("…")[:-1].rstrip() + "…"
    return clean
