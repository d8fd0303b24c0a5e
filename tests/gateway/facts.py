"""Receipts and confirming digits: drawn at random, so two runs of one dialogue differ in them and in nothing else."""

import re
from collections.abc import Mapping

from handlers.phrases import PHRASES

NUMBER = re.compile(r"(?<=[№#])(?P<fact>\d\d)\b")  # digits that were taken for the number of a proposal
RECEIPT = re.compile(r"(?P<fact>\b\d{3} \d{3} \d{4}\b)")
TYPED = re.compile(r"\b\d{3} ?\d{3} ?\d{4}\b|\b\d\d\b")
HELD = ("sms_held", "sms_held_digits")


def _around_digits(phrase: str) -> re.Pattern[str]:
    before, after = (".+".join(map(re.escape, re.split(r"\{\w+\}", part))) for part in phrase.split("{digits}"))
    return re.compile(rf"{before}(?P<fact>\d\d){after}")


DIGITS = tuple(_around_digits(phrases[name]) for phrases in PHRASES.values() for name in HELD)


class Facts:
    """What one side has said at random, under a name for each in the order in which they were first said."""

    def __init__(self) -> None:
        self.named: dict[tuple[str, str], str] = {}  # (whose, name) -> what was said; whose: a phone, '' of a receipt
        self._names: dict[tuple[str, str], str] = {}  # (whose, what was said) -> name

    def name(self, phone: str, said: str) -> str:
        """What was said to a phone, with names for what is random in it."""
        for pattern in DIGITS:
            said = self._named(pattern, phone, said)
        said = self._named(RECEIPT, "", said)
        return NUMBER.sub(lambda found: f"<{self._names.get((phone, found[0]), found[0])}>", said)

    def _named(self, pattern: re.Pattern[str], whose: str, said: str) -> str:
        def name(found: re.Match[str]) -> str:
            start, end = (place - found.start() for place in found.span("fact"))
            return f"{found[0][:start]}<{self._name(whose, found['fact'])}>{found[0][end:]}"

        return pattern.sub(name, said)

    def _name(self, whose: str, fact: str) -> str:
        name = self._names.setdefault((whose, fact), f"{'digits' if whose else 'receipt'} {len(self._names) + 1}")
        self.named[whose, name] = fact
        return name


def typed(text: str, phone: str, written: Facts, real: Facts) -> str:
    """What the phone types where the transcript has `text`: the facts that it was told, and none where it tells none."""
    told = {key: fact for key, fact in written.named.items() if key[0] in {"", phone} and key in real.named}
    means = {fact: real.named[key] for key, fact in told.items()}
    return TYPED.sub(lambda found: _meant(found[0], means), text)


def _meant(fact: str, means: Mapping[str, str]) -> str:
    """A fact of the transcript is the real one; what happens to be a real one, but is not meant, becomes another."""
    back = {real: written for written, real in means.items()}
    if fact in means:
        return means[fact]
    while fact in back:
        fact = back[fact]
    return fact
