"""What stands on every sheet of a paper, in every language that it is printed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from reportlab.platypus import Flowable

from ballots.model import Paper, Texts
from gateway.pages.wording import Wording
from gateway.printing import layout
from gateway.printing.layout import Document, Part, Story, style, text
from gateway.printing.wording import wording
from handlers.telling import amount, in_language


@dataclass(frozen=True, slots=True)
class Imprint:
    """A paper, whose it is, and by what its results are verified."""

    paper: Paper
    above: tuple[Texts, ...]  # names of the district and the region
    zone: tzinfo
    languages: tuple[str, ...]  # of gateway.printing.wording.LANGUAGES; the first one stands first
    fingerprint: str  # of the signing key, 32 hex digits
    manifest: str  # hash of what was frozen at opening, 64 hex digits; '' before
    address: str = ""  # of the area's public page; '' if nobody can reach it

    @property
    def words(self) -> tuple[Wording, ...]:
        """One per language. Raises Unfit."""
        return tuple(wording(language, self.zone) for language in self.languages)

    def in_each(self, texts: Texts) -> list[str]:
        """The text in each language, each wording once."""
        return list(dict.fromkeys(in_language(texts, language) for language in self.languages if texts))

    def said(self, name: str, /, **facts: object) -> list[str]:
        """A sentence in each language."""
        return list(dict.fromkeys(each.say(name, **facts) for each in self.words))

    def label(self, name: str) -> str:
        """A short label in all languages: `Басталуы / Начало`."""
        return " / ".join(self.said(name))

    def clock(self, at: datetime) -> str:
        """`02.05.2026 09:00`: the same in every language."""
        return f"{at.astimezone(self.zone):%d.%m.%Y %H:%M}"

    def day(self, at: datetime) -> str:
        """`02.05.2026`."""
        return f"{at.astimezone(self.zone):%d.%m.%Y}"

    def names(self, texts: Texts, first: float, others: float) -> list[Flowable]:
        """A name in each language, the first one bold."""
        return [
            text(name, style(others if place else first, bold=not place))
            for place, name in enumerate(self.in_each(texts))
        ]

    def heading(self) -> list[Flowable]:
        """Programme, area and what is above it."""
        centred = [text(" · ".join(self.said("programme")), style(11, centred=True))]
        centred += [text(" / ".join(self.in_each(self.paper.area.names)), style(26, bold=True, centred=True))]
        above = " · ".join(", ".join(filter(None, names)) for names in zip(*map(self._all, self.above), strict=False))
        return [*centred, *([text(above, style(9.5, centred=True))] if above else []), layout.gap(2)]

    def document(self, name: str, story: Story) -> Document:
        """A PDF in all languages at once, titled by the sentence `name`."""
        title = " / ".join(self.said(name))
        return self.bound(name, [Part(self.foot(title), self.numbered(self.words[0]), story)])

    def bound(self, name: str, parts: Sequence[Part]) -> Document:
        """A PDF of these parts."""
        area = " / ".join(self.in_each(self.paper.area.names))
        return Document(f"{' / '.join(self.said(name))}: {area}", self.words[0].html_language, tuple(parts))

    def foot(self, title: str) -> str:
        """What stands at the foot of each page."""
        area = " / ".join(self.in_each(self.paper.area.names))
        return f"{area} ({self.paper.area.code}) · {title}"

    @staticmethod
    def numbered(words: Wording) -> str:
        """`Бет {page} / {pages}`."""
        return words.say("page", page="{page}", pages="{pages}")

    def _all(self, texts: Texts) -> list[str]:
        return [in_language(texts, language) for language in self.languages]


def money(tenge: int) -> str:
    """`4 500 000 ₸`: the same in every language, and no line end tears it apart."""
    return f"{amount(tenge)} ₸".replace(" ", "\u00a0")
