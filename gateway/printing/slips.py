"""Slips (талон) on A4, to be cut: at the left what stays at the office, at the right what a resident takes home.

The office keeps the mark and a name. The mark admits nobody; it only lets a lost slip be replaced.
"""

from dataclasses import dataclass
from datetime import UTC

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Table, TableStyle

from ballots.model import Area
from gateway.errors import Unfit
from gateway.pages.public import dial_string
from gateway.pages.wording import Wording
from gateway.printing import layout
from gateway.printing.layout import LINE, SMALL, SMALL_STRONG, TINY, WIDTH, Document, Part, gap, style, text
from gateway.printing.wording import wording
from gateway.slips import Slip
from handlers.telling import clipped, in_language

ON_A_PAGE = 6
MOST_LANGUAGES = 2
MOST_LETTERS = 75  # of the line above the number
HEIGHT = 42 * mm
STUB = 58 * mm
NUMBER, MARK = style(19, bold=True), style(13, bold=True)
CUT = (0.7, LINE, None, (4, 3))  # a dashed line


@dataclass(frozen=True, slots=True)
class SlipSheets:
    """A batch of slips. Whoever holds this holds the numbers: it is printed and forgotten."""

    area: Area
    batch: str
    slips: tuple[Slip, ...]
    short_code: str
    service_code: str  # '' without USSD
    languages: tuple[str, ...]

    @property
    def words(self) -> tuple[Wording, ...]:
        """One per language. Raises Unfit."""
        return tuple(wording(language, UTC) for language in self.languages)

    @property
    def name(self) -> str:
        """The area's names."""
        return " / ".join(dict.fromkeys(in_language(self.area.names, language) for language in self.languages))

    def label(self, name: str) -> str:
        """A label in all languages."""
        return " / ".join(dict.fromkeys(words.say(name) for words in self.words))


def slip_sheets(facts: SlipSheets) -> bytes:
    """The slips as a PDF, six on a page. Raises Unfit for more languages than a slip has room for."""
    if len(facts.languages) > MOST_LANGUAGES:
        raise Unfit(f"a slip has room for {MOST_LANGUAGES} languages")
    title = facts.label("slips")
    first = facts.words[0]
    foot = f"{facts.name} ({facts.area.code}) · {title} · {facts.batch}"
    part = Part(foot, first.say("page", page="{page}", pages="{pages}"), lambda: _story(facts))
    return layout.pdf(Document(f"{title}: {facts.name}", first.html_language, (part,)))


def _story(facts: SlipSheets) -> list[Flowable]:
    story: list[Flowable] = []
    for start in range(0, len(facts.slips), ON_A_PAGE):
        page = [[_stub(facts, slip), _slip(facts, slip)] for slip in facts.slips[start : start + ON_A_PAGE]]
        table = Table(page, colWidths=[STUB, WIDTH - STUB], rowHeights=[HEIGHT] * len(page))
        table.setStyle(
            TableStyle(
                [
                    ("INNERGRID", (0, 0), (-1, -1), *CUT),
                    ("BOX", (0, 0), (-1, -1), *CUT),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ]
            )
        )
        cut = [text(f"✂ {words.say('slip_cut')}", TINY) for words in facts.words]
        story += [*([PageBreak()] if start else []), *cut, gap(1), table]
    return story


def _stub(facts: SlipSheets, slip: Slip) -> list[Flowable]:
    return [
        *(text(words.say("slip_stub"), TINY) for words in facts.words),
        gap(1),
        text(facts.label("slip_mark"), SMALL),
        text(slip.mark, MARK),
        gap(1),
        text(f"{facts.label('slip_to')}:", SMALL),
        gap(4),
        text("_" * 26, SMALL),
        gap(1),
        text(f"{facts.label('sign_here')}: {'_' * 14}", SMALL),
    ]


def _slip(facts: SlipSheets, slip: Slip) -> list[Flowable]:
    whose = clipped(f"{facts.label('slip_number')} · {facts.name}", MOST_LETTERS)
    said: list[Flowable] = [text(whose, SMALL), text(slip.number, NUMBER)]
    for words in facts.words:
        word = words.say("slip_word", number=slip.number)
        said += [gap(1), text(words.say("slip_sms", short_code=facts.short_code, word=word), SMALL_STRONG)]
        if facts.service_code:
            said += [text(words.say("slip_dial", dial=dial_string(facts.service_code)), TINY)]
        said += [text(words.say("slip_once"), TINY)]
    return said
