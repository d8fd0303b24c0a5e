"""Our own sentences, known again when they come back: two gateways wired to each other must fall silent."""

import re

from handlers.phrases import PHRASES

_BLANK = re.compile(r"\\\{\w+\\\}")
_NOT_SENT = ("ussd_", "rehearsal", "numbered")
"""Screens, and pieces that a villager may well type: №3."""

_LEAST = 12
"""Letters of a sentence without its blanks; no message under this length is looked at, and so no common vote."""

_SENTENCES = frozenset(
    sentence
    for phrases in PHRASES.values()
    for name, sentence in phrases.items()
    if not name.startswith(_NOT_SENT) and len(re.sub(r"\{\w+\}", "", sentence)) >= _LEAST
)
_PREFIXES = "|".join(re.escape(phrases["rehearsal"]) for phrases in PHRASES.values())
_PATTERNS = "|".join(_BLANK.sub(".*", re.escape(sentence)) for sentence in sorted(_SENTENCES))
_OURS = re.compile(f"(?:{_PREFIXES})?(?:{_PATTERNS})", re.DOTALL)


def is_ours(text: str) -> bool:
    """Could we have sent this ourselves?"""
    return len(text) >= _LEAST and _OURS.fullmatch(text.strip()) is not None
