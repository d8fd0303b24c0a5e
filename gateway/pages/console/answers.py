"""What a page of the console answers: a screen, another address, a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Screen:
    """A page from its template."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class SeeOther:
    """Done; the browser goes on to `path` (below /console) and there reads the sentence `said`."""

    path: str
    said: str = ""  # a sentence of common.toml, or of the page that is gone to
    facts: Mapping[str, Any] = field(default_factory=dict)
    session: str | None = None  # a new session's token; '' ends the browser's session
    language: str | None = None  # chosen just now


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep or print."""

    content: bytes
    media_type: str
    name: str


Answer = Screen | SeeOther | Download


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two officials changed: as it is now, and as the second one typed it."""

    label: str
    theirs: str
    yours: str


class Conflict(Exception):  # noqa: N818
    """Somebody else has changed it since the form was opened: both versions are shown, nothing is lost."""

    def __init__(self, version: str, by: str, differences: tuple[Difference, ...]) -> None:
        """`version`: as it is now, for the hidden field of that name; `by`: who changed it."""
        super().__init__(f"changed by {by}")
        self.version = version
        self.by = by
        self.differences = differences
