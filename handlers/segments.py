"""How long a text is on the air: GSM-7 and UCS-2 lengths, parts of an SMS, pages of a USSD screen.

Sources: 3GPP TS 23.038 6.2.1 and 6.2.1.1 (alphabets), 6.1.2.3 (USSD: 160 octets), 6.1.2.1 (SMS: 140 octets);
3GPP TS 23.040 9.2.3.24.1 (the six octets that a concatenated part spends on its header).
"""

from collections.abc import Callable, Iterable, Sequence

from handlers.values import value

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of one septet (TS 23.038 6.2.1, without the escape)."""

EXTENSION = "\f^{}\\[~]|€"
"""Characters of two septets: an escape and its partner (TS 23.038 6.2.1.1)."""

SMS_SEPTETS, PART_SEPTETS = 160, 153
SMS_UNITS, PART_UNITS = 70, 67
USSD_SEPTETS, USSD_UNITS = 182, 80

_COST = dict.fromkeys(BASIC, 1) | dict.fromkeys(EXTENSION, 2)

Fits = Callable[[str], bool]


@value
class Size:
    """How much of its place a text takes: the `62 / 80` beside it."""

    used: int  # septets of GSM-7, or UTF-16 units where a letter is outside that alphabet
    limit: int  # of one screen, or of as many parts of an SMS as it takes
    parts: int = 1  # of an SMS; a screen has one

    @property
    def fits(self) -> bool:
        """Is it no longer than its place?"""
        return self.used <= self.limit


def ussd_size(text: str) -> Size:
    """How much of a USSD screen this takes."""
    length = septets(text)
    return Size(units(text), USSD_UNITS) if length is None else Size(length, USSD_SEPTETS)


def sms_size(text: str) -> Size:
    """How many parts of an SMS this takes, and how much of them; it always fits."""
    length, parts = septets(text), sms_parts(text)
    whole, part = (SMS_UNITS, PART_UNITS) if length is None else (SMS_SEPTETS, PART_SEPTETS)
    return Size(units(text) if length is None else length, whole if parts == 1 else parts * part, parts)


def septets(text: str) -> int | None:
    """Length in GSM-7 septets; None if a character is outside the alphabet and its extension."""
    try:
        return sum(map(_COST.__getitem__, text))
    except KeyError:
        return None


def units(text: str) -> int:
    """Length in UCS-2 code units: two for a character beyond the Basic Multilingual Plane."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits_ussd(text: str) -> bool:
    """Is this one USSD screen: 182 septets or 80 code units?"""
    return ussd_size(text).fits


def fits_sms(text: str, parts: int = 1) -> bool:
    """Does this leave as at most `parts` parts of an SMS?"""
    return sms_parts(text) <= parts


def sms_parts(text: str) -> int:
    """How many parts of an SMS this takes; an empty text takes one."""
    return len(split_sms(text))


def split_sms(text: str) -> tuple[str, ...]:
    """The parts in which a text leaves; neither an escape nor a surrogate pair is torn apart."""
    length = septets(text)
    if length is None:
        return _split(text, units(text), (SMS_UNITS, PART_UNITS), units)
    return _split(text, length, (SMS_SEPTETS, PART_SEPTETS), _COST.__getitem__)


def pages(lines: Sequence[str], head: str, more: str, fits: Fits, end: str = "") -> tuple[str, ...]:
    """Whole lines on as few pages as they need; a line is never split.

    `head` opens the first page, `more` closes every page that another follows ({next} in it is that page's number), and
    `end` the last one; an empty one is left out. A line that fits no page stands alone on one that is too long: `fits`
    tells, and the lint asks.
    """
    found: list[str] = []
    page: list[str] = []
    top = head
    for place, line in enumerate(lines):
        on = more.replace("{next}", str(len(found) + 2))
        if page and not fits(_page(top, [*page, line], end if place == len(lines) - 1 else on)):
            found.append(_page(top, page, on))
            page, top = [], ""
        page.append(line)
    return (*found, _page(top, page, end))


def _page(head: str, lines: Iterable[str], foot: str) -> str:
    return "\n".join(line for line in (head, *lines, foot) if line)


def _split(text: str, length: int, limits: tuple[int, int], cost: Callable[[str], int]) -> tuple[str, ...]:
    """`limits`: of a message that is whole, and of a part."""
    whole, part = limits
    if length <= whole:
        return (text,)
    if length == len(text):  # every character takes one: there is nothing that could be torn apart
        return tuple(text[start : start + part] for start in range(0, length, part))
    return tuple(_cut(text, list(map(cost, text)), part))


def _cut(text: str, costs: Sequence[int], limit: int) -> Iterable[str]:
    start = spent = 0
    for place, cost in enumerate(costs):
        if spent + cost > limit:
            yield text[start:place]
            start, spent = place, 0
        spent += cost
    yield text[start:]
