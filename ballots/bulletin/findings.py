"""What a verifier found: something holds, is wrong, or cannot be verified here; phrases/ says it in a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # nothing in the bulletin can tell


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the report."""

    state: State
    phrase: str  # a key of words.PHRASES
    facts: Mapping[str, object] = field(default_factory=dict)  # fill its blanks


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader knows from elsewhere, and the bulletin is held against."""

    key: str = ""  # fingerprint on the poster (32 hex digits), or the whole public key (64)
    heads: tuple[str, ...] = ()  # of the audit log, as they stand in SMS (16 characters) or whole (64 hex digits)
    digest: str = ""  # a whole SMS of an observer


def holds(phrase: str, **facts: object) -> Finding:
    """This is as it should be."""
    return Finding(State.HOLDS, phrase, facts)


def wrong(phrase: str, **facts: object) -> Finding:
    """This is not as it should be."""
    return Finding(State.WRONG, phrase, facts)


def unknown(phrase: str, **facts: object) -> Finding:
    """This cannot be verified here."""
    return Finding(State.UNKNOWN, phrase, facts)
