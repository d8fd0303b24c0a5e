"""A tally as one SMS: a sentence for officials, or an ASCII line for observers with the head of the audit log."""

from gateway.bulletins.digest import Digest, fitted
from gateway.store.recipients import Recipient
from handlers.phrases import say

OBSERVER = "observer"  # the form of recipients who compare heads
PARTS = 2  # of a sentence in Cyrillic


def compose(digest: Digest, to: Recipient) -> dict[str, str]:
    """What lies in the outbox: the text."""
    return {"text": line(digest) if to.form == OBSERVER else sentence(digest, to.language)}


def sentence(digest: Digest, language: str) -> str:
    """For officials, in their language."""
    facts = digest.facts(language)
    if digest.votes is None:
        return say(language, "digest_turnout", **facts)
    phrase = "digest_final" if digest.final else "digest"
    chosen = ""
    if digest.final and digest.funded:
        chosen = " " + say(language, "digest_funded", funded=", ".join(map(str, digest.funded)))
    return fitted(digest, "{number}:{votes}", lambda votes: say(language, phrase, votes=votes, **facts) + chosen, PARTS)


def line(digest: Digest) -> str:
    """`A7 D07 N57 P1:12 P2:40 P3:5 H:9F86D081884C7D65`: 160 GSM-7 characters at most. FIN stands for the last day."""
    before = f"A{digest.paper.area.code} {'FIN' if digest.final else f'D{digest.day:02d}'} N{digest.accepted}"
    after = f"H:{digest.head16}"
    return fitted(digest, "P{number}:{votes}", lambda votes: " ".join(filter(None, (before, votes, after))))
