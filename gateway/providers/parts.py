"""Long messages come in parts (3GPP TS 23.040 section 9.2.3.24.1): their headers, and how they are joined again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

APART = timedelta(minutes=10)  # parts of one message lie no further apart; references are used again after 255 others
CONCATENATED = {0x00: 1, 0x08: 2}  # information element -> octets of its reference


class Header(NamedTuple):
    """Which part of which message this is."""

    reference: int
    total: int
    number: int  # from 1


@dataclass(frozen=True, slots=True)
class Part:
    """One row of an inbox."""

    row: int
    sender: str
    sent_at: datetime | None
    header: Header | None  # None: the whole message
    text: bytes  # UTF-16-BE: a surrogate pair may be torn over two parts


@dataclass(slots=True)
class Message:
    """Parts that belong together, each once, and all rows in which they lie."""

    total: int
    parts: dict[int, Part] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Is every part there?"""
        return set(self.parts) == set(range(1, self.total + 1))

    @property
    def text(self) -> str:
        """The parts in their order."""
        joined = b"".join(self.parts[number].text for number in sorted(self.parts))
        return joined.decode("utf-16-be", "replace")

    @property
    def sender(self) -> str:
        return next(iter(self.parts.values())).sender

    @property
    def sent_at(self) -> datetime | None:
        """When the operator took the last part; None if it told no time."""
        times = [part.sent_at for part in self.parts.values() if part.sent_at is not None]
        return max(times) if times else None

    def takes(self, part: Part) -> bool:
        """May `part` belong here: is it missing, or the same once more?"""
        assert part.header is not None
        here = self.parts.get(part.header.number)
        if here is not None:
            return here.text == part.text
        known = self.sent_at
        return known is None or part.sent_at is None or abs(part.sent_at - known) <= APART

    def add(self, part: Part) -> None:
        """One more row."""
        self.parts.setdefault(part.header.number if part.header else 1, part)
        self.rows.append(part.row)


def read_header(udh: str) -> Header | None:
    """The concatenation in a user data header, hex digits with the length octet first; None if there is none.

    A part of a number that cannot be keeps its header: then it is never whole, and never taken for a message.
    """
    try:
        octets = bytes.fromhex(udh)
    except ValueError:
        return None
    at = 1
    while at + 1 < len(octets):
        element, length = octets[at], octets[at + 1]
        content = octets[at + 2 : at + 2 + length]
        width = CONCATENATED.get(element)
        if width is not None and len(content) == width + 2:
            return Header(int.from_bytes(content[:width]), content[width], content[width + 1])
        at += 2 + length
    return None


def join(parts: Iterable[Part]) -> tuple[Message, ...]:
    """Messages in the order of their first rows, whole or not. A row that lies there twice is part of the same one."""
    found: list[Message] = []
    by_reference: dict[tuple[str, int, int], list[Message]] = {}
    for part in parts:
        if part.header is None:
            found.append(Message(1))
            found[-1].add(part)
            continue
        candidates = by_reference.setdefault((part.sender, part.header.reference, part.header.total), [])
        message = next((candidate for candidate in candidates if candidate.takes(part)), None)
        if message is None:
            message = Message(part.header.total)
            candidates.append(message)
            found.append(message)
        message.add(part)
    return tuple(found)
