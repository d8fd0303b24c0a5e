"""Digests to compose bulletins of."""

from dataclasses import replace
from datetime import date
from typing import Any

from gateway.bulletins.digest import FINAL, Digest
from gateway.store.recipients import Recipient
from tests.ballots.papers import paper, proposal

HEAD = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NAMES = {"kk": "Су құбыры", "kk-latin": "Su qubyry", "ru": "Водопровод", "en": "=Water"}
AREA = {"kk": "Қарағайлы", "kk-latin": "Qaragaily", "ru": "Карагайлы", "en": "Karagaily"}


def digest(**changes: Any) -> Digest:
    """Day 7 of a vote between three proposals, 57 accepted."""
    made = paper(*(proposal(number, names=NAMES) for number in (1, 2, 3)))
    usual = Digest(
        cycle=4,
        slot="2026-05-08",
        on=date(2026, 5, 8),
        day=7,
        paper=replace(made, area=replace(made.area, names=AREA)),
        accepted=57,
        pending=10,
        ballots=47,
        votes={1: 12, 2: 30, 3: 5},
        funded=(2, 1),
        rule="greedy",
        ties=(),
        head=HEAD,
    )
    return replace(usual, **changes)


def many(votes: dict[int, int], **changes: Any) -> Digest:
    """A digest with as many proposals as `votes` has."""
    return digest(paper=paper(*(proposal(number) for number in votes)), votes=votes, **changes)


DIGESTS = {
    "daily": digest(),
    "turnout": digest(votes=None, funded=()),
    "final": digest(slot=FINAL, on=date(2026, 5, 16), day=15, pending=0, ballots=57),
    "nobody funded": digest(slot=FINAL, on=date(2026, 5, 16), day=15, pending=0, ballots=57, funded=()),
    "odd": digest(alarms=("adults", "burst")),
    "odd turnout": digest(votes=None, funded=(), alarms=("adults",)),
    "forty": many({number: 41 - number for number in range(1, 41)}, funded=(7, 1)),
}

ADDRESSES = {"sms": "+77010000001", "webhook": "http://127.0.0.1/hook", "email": "akim@aul.example"}


def to(channel: str, language: str = "en", form: str = "digest") -> Recipient:
    """One recipient."""
    return Recipient(3, 1, channel, ADDRESSES[channel], language, form, secret="whsec_" + "c2VjcmV0" * 4)
