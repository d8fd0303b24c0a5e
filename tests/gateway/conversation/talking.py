"""A village that talks with the gateway, and what it is told: from the raw call to the database and back."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ballots import receipts
from ballots.model import Paper, Standing
from gateway import mixing
from gateway.store import areas, slips
from handlers.phrases import PHRASES, say
from tests.gateway.field import Field, phone
from tests.gateway.store.villages import ROUND, aul, opened

VOTER, OTHER, STRANGER = phone(1), phone(2), phone(999)
TODAY = "02.05"
SECOND = timedelta(seconds=1)


def open_vote(field: Field, voters: int = 3, **more: Any) -> Paper:
    """An aul with an open vote and phones 1 to `voters` on its roll."""
    aul(field.home)
    paper = opened(field.home, **more)
    field.enrol(*(phone(number) for number in range(1, voters + 1)))
    return paper


def accepted(field: Field, paper: Paper, number: int, voter: str = VOTER) -> str:
    """What the phone is told of its vote."""
    shown = receipts.show(field.receipt(paper, voter))
    return say("kk", "sms_accepted", choice=f"№{number} Project {number}", receipt=shown)


def speaks(phrase: str, said: str) -> bool:
    """Is this the sentence, whatever stands in its blanks?"""
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(PHRASES["kk"][phrase])), said) is not None


def mixed(field: Field, paper: Paper, voters: Sequence[str]) -> list[str]:
    """A daily mix; the phones whose votes were opened."""
    assert mixing.mix(field.home, paper.poll, "2026-05-02", field.now)
    return [voter for voter in voters if (field.standing(paper, voter) or [None])[0] is Standing.MIXED]


def printed(field: Field, how_many: int = 2) -> list[str]:
    """Slips of area 7."""
    with field.home.store.transaction() as tx:
        drawn = slips.draw(tx, field.home.keys, ROUND, how_many, field.home.randomness)
        slips.keep(tx, ROUND, areas.by_code(tx, 7).id, "gathering", list(drawn))
    return list(drawn.values())
