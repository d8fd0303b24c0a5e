"""The poster for the notice board: what is voted on, how to vote, until when, and by what the count is verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, KeepTogether

from ballots.casting import cost_limit, most_choices
from ballots.model import Proposal
from gateway.pages.public import dial_string
from gateway.printing import layout
from gateway.printing.imprint import Imprint, money
from gateway.printing.layout import SECTION, SMALL, Cell, columns, gap, grouped, labelled, rows, style, text
from gateway.printing.qr import QrCode, dialling, texting

SIGN = 21 * mm  # side of a QR code: a telephone reads it from an arm's length
PICTURE = (34 * mm, 26 * mm)  # the most of a proposal's picture
HUGE, NUMBER = style(19, bold=True, centred=True), style(24, bold=True, centred=True)


@dataclass(frozen=True, slots=True)
class Poster:
    """What the poster says."""

    imprint: Imprint
    short_code: str
    service_code: str  # '' without USSD
    pictures: Mapping[int, bytes] = field(default_factory=dict)  # number -> JPEG

    def with_pictures(self, pictures: Mapping[int, bytes]) -> "Poster":
        """The same poster with these pictures, too, in the place of those that it has."""
        return replace(self, pictures={**self.pictures, **pictures})


def poster(facts: Poster) -> bytes:
    """The poster as a PDF."""
    return layout.pdf(facts.imprint.document("poster", lambda: _story(facts)))


def _story(facts: Poster) -> list[Flowable]:
    imprint = facts.imprint
    warning = [] if imprint.manifest else [*(layout.marked(said) for said in imprint.said("preview")), gap(2)]
    question = [text(title, style(15, bold=True, centred=True)) for title in imprint.in_each(imprint.paper.title)]
    return [
        *warning,
        *imprint.heading(),
        *question,
        gap(3),
        _dates(imprint),
        gap(4),
        *_how(facts),
        gap(4),
        text(imprint.label("proposals"), SECTION),
        gap(1),
        _proposals(facts),
        gap(5),
        KeepTogether(_verify(imprint)),
    ]


def _dates(imprint: Imprint) -> Flowable:
    paper = imprint.paper
    shown = {
        "opens_at": imprint.clock(paper.opens_at),
        "closes_at": imprint.clock(paper.closes_at),
        "budget": money(paper.rules.budget),
    }
    return columns(
        [[text(imprint.label(name), SMALL), text(value, style(13, bold=True))] for name, value in shown.items()],
        (1, 1, 1),
        boxed=True,
    )


def _how(facts: Poster) -> list[Flowable]:
    """How to vote: what to send, what to dial, and in each language what else to know."""
    imprint, code = facts.imprint, facts.imprint.paper.area.code
    sms = [
        *(text(said, _MIDDLE) for said in imprint.said("poster_sms_to")),
        gap(1),
        text(f"№ → {facts.short_code}", HUGE),
    ]
    channels: list[Cell] = [[text(imprint.label("poster_sms"), _MIDDLE_STRONG), *sms]]
    if facts.service_code:
        dial = [*(text(said, _MIDDLE) for said in imprint.said("poster_dial")), gap(1)]
        dial += [text(dial_string(facts.service_code, code), HUGE)]
        dial += [text(said, _MIDDLE) for said in imprint.said("poster_dial_note")]
        channels += [[text("USSD", _MIDDLE_STRONG), *dial], QrCode(dialling(facts.service_code, code), 27 * mm)]
    shares = (80, 73, 27) if facts.service_code else (1,)
    notes = [[text(f"• {said}", _BULLET) for said in _notes(facts, place)] for place in range(len(imprint.languages))]
    return [
        text(imprint.label("how"), SECTION),
        gap(1),
        columns(channels, shares, boxed=True),
        gap(2),
        columns(notes, [1] * len(notes)),
    ]


def _notes(facts: Poster, place: int) -> list[str]:
    """What a voter must know, in the language at this place."""
    words, rules = facts.imprint.words[place], facts.imprint.paper.rules
    most = min(most_choices(rules), len(facts.imprint.paper.proposals))
    limit = cost_limit(rules)
    return [
        words.say("poster_one") if most == 1 else words.say("poster_several", limit=most),
        *([] if limit is None else [words.say("how_cost", limit=words.tenge(limit))]),
        *([words.say("poster_confirm")] if facts.imprint.paper.confirm_sms else []),
        words.say("poster_change"),
        words.say("poster_check"),
        words.say("how_roll"),
        words.say("how_secret"),
        words.say("poster_qr" if facts.service_code else "poster_qr_sms"),
    ]


def _proposals(facts: Poster) -> Flowable:
    imprint = facts.imprint
    heading: list[Cell] = [text("№", style(10, bold=True, centred=True)), text(imprint.label("results_project"), SMALL)]
    heading += [text(imprint.label("cost"), style(8.5, right=True)), ""]
    lines = [heading, *(_proposal(facts, proposal) for proposal in imprint.paper.proposals)]
    return rows(lines, (18, 94, 43, 25))


def _proposal(facts: Poster, proposal: Proposal) -> list[Cell]:
    imprint = facts.imprint
    names = imprint.names(proposal.names, 12.5, 10.5)
    about = [text(said, SMALL) for said in imprint.in_each(proposal.texts) if said]
    if proposal.withdrawn:
        taken_back = [text(said, style(9, bold=True)) for said in imprint.said("withdrawn")]
        return [layout.struck(str(proposal.number), NUMBER), [*names, *taken_back], "", ""]
    cost: list[Flowable] = [text(money(proposal.cost), style(11.5, bold=True, right=True))]
    if facts.service_code:
        number = (imprint.paper.area.code, proposal.number)
        cost += [gap(1), text(dial_string(facts.service_code, *number), style(9.5, right=True))]
        sign = QrCode(dialling(facts.service_code, *number), SIGN)
    else:
        sign = QrCode(texting(facts.short_code, str(proposal.number)), SIGN)
    return [text(str(proposal.number), NUMBER), [*names, *about, *_picture(facts, proposal.number)], cost, sign]


def _picture(facts: Poster, number: int) -> list[Flowable]:
    if number not in facts.pictures:
        return []
    image = Image(BytesIO(facts.pictures[number]))
    scale = min(PICTURE[0] / image.imageWidth, PICTURE[1] / image.imageHeight)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    image.hAlign = "LEFT"
    return [gap(1), image]


def _verify(imprint: Imprint) -> list[Flowable]:
    shown = {"verify_key": grouped(imprint.fingerprint), "verify_manifest": grouped(imprint.manifest)}
    return [
        text(imprint.label("verify"), style(10, bold=True)),
        *(text(said, SMALL) for said in imprint.said("verify_note")),
        *(labelled(imprint.label(name), value, SMALL) for name, value in shown.items() if value),
        *([labelled(imprint.label("address"), imprint.address, SMALL)] if imprint.address else []),
    ]


_BULLET = style(10)
_BULLET.leftIndent, _BULLET.firstLineIndent, _BULLET.spaceAfter = 9, -9, 2
_MIDDLE, _MIDDLE_STRONG = style(10, centred=True), style(10.5, bold=True, centred=True)
