"""A tally as one SMS: a sentence for officials, or an ASCII line for observers with the head of the audit log."""

from functools import partial

from gateway.bulletins.digest import Digest, Trial, fitted
from gateway.store.recipients import Recipient
from handlers.phrases import say
from handlers.segments import fits_sms

OBSERVER = "observer"  # the form of recipients who compare heads
PARTS = 2  # of a sentence in Cyrillic
MOST_CHOSEN = 20  # numbers of chosen proposals, the rest as +n


def compose(digest: Digest, to: Recipient) -> dict[str, str]:
    """What lies in the outbox: the text."""
    return {"text": line(digest) if to.form == OBSERVER else sentence(digest, to.language)}


def prove(trial: Trial, to: Recipient) -> dict[str, str]:
    """The same for a test message."""
    return {"text": f"A{trial.area.code} TEST" if to.form == OBSERVER else trial.sentence(to.language)}


def sentence(digest: Digest, language: str) -> str:
    """For officials, in their language. What was chosen comes before how many votes it had."""
    if digest.votes is None:
        return say(language, "digest_turnout", **digest.facts(language)) + _odd(digest, language)
    phrase = "digest_final" if digest.final else "digest"
    shown = min(len(digest.funded), MOST_CHOSEN)
    text = ""
    while not text or (shown >= 0 and not fits_sms(text, PARTS)):
        text = fitted(digest, "{number}:{votes}", partial(_say, digest, language, phrase, shown), PARTS)
        shown -= 1
    return text


def line(digest: Digest) -> str:
    """`A7 D07 N57 P1:12 P2:40 P3:5 H:KY3D10C89HYPB6HF`: 160 GSM-7 characters at most.

    FIN stands for the last day, `!ADULTS` and `!BURST` for alarms.
    """
    before = f"A{digest.paper.area.code} {'FIN' if digest.final else f'D{digest.day:02d}'} N{digest.accepted}"
    after = " ".join((*(f"!{kind.upper()}" for kind in digest.alarms), f"H:{digest.head16}"))
    return fitted(digest, "P{number}:{votes}", lambda votes: " ".join(filter(None, (before, votes, after))))


def _say(digest: Digest, language: str, phrase: str, shown: int, votes: str) -> str:
    said = say(language, phrase, votes=votes, **digest.facts(language))
    return said + _chosen(digest, language, shown) + _odd(digest, language)


def _odd(digest: Digest, language: str) -> str:
    return "".join(f" {say(language, f'digest_{kind}')}" for kind in digest.alarms)


def _chosen(digest: Digest, language: str, shown: int) -> str:
    if not digest.final or not digest.funded:
        return ""
    left = len(digest.funded) - shown
    funded = ", ".join(map(str, digest.funded[:shown])) + (f" +{left}" if left else "")
    return " " + say(language, "digest_funded", funded=funded.strip())
