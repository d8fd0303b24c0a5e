"""Reading USSD screens as a voter does, in any language: by the shape of what stands there, not by its words."""

import re
from dataclasses import dataclass
from enum import StrEnum

RECEIPT = re.compile(r"(?<!\d)\d{3} \d{3} \d{4}(?!\d)")
MAIN_KEYS = 5
LANGUAGES = frozenset({"Қазақша", "Qazaqsha", "Русский", "English"})


class Kind(StrEnum):
    """What a screen asks for."""

    LANGUAGE = "language"
    MAIN = "main"
    RESUME = "resume"  # 1 continue 2 from the start
    CONFIRM = "confirm"  # 1 yes 2 no … 00 back
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on the phone."""

    text: str
    ends: bool  # the dialogue is over

    @property
    def receipt(self) -> str:
        """The receipt that is shown, '' if none."""
        found = RECEIPT.search(self.text)
        return found[0] if found else ""

    @property
    def kind(self) -> Kind:
        """What it asks for."""
        lines = self.text.split("\n")
        if any(line[:1].isdigit() and line[2:] in LANGUAGES for line in lines):
            return Kind.LANGUAGE
        if lines[-1].startswith("1 ") and " 2 " in lines[-1]:
            return Kind.CONFIRM if " 00 " in lines[-1] else Kind.RESUME
        numbered = [line.partition(" ")[0] for line in lines[-MAIN_KEYS:]]
        return Kind.MAIN if numbered == [str(key) for key in range(1, MAIN_KEYS + 1)] else Kind.OTHER

    @property
    def keys(self) -> int:
        """How many lines begin with a key."""
        return sum(line[:1].isdigit() for line in self.text.split("\n"))

    @property
    def noticed(self) -> bool:
        """Does a line of help stand above the main menu?"""
        return self.text.count("\n") >= MAIN_KEYS
