"""/console/cycles/{cycle}/compare: what each counting rule would have funded, once a vote is over."""

from collections.abc import Mapping
from typing import Any

from ballots.comparing import Comparison, compare, reasons
from ballots.rules.words import NAMES
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.store import few, tallies

MOST = 20_000  # ballots that are counted while a browser waits


def show(desk: Desk) -> Answer:
    """The rules side by side; nothing while people vote, and nothing of ballots so few that they tell who voted how."""
    assert desk.cycle is not None
    with desk.site.store.reading() as tx:
        over = desk.cycle.phase in few.OVER
        counted = tallies.of_poll(tx, desk.cycle.poll) if over else None
        hidden = counted is not None and few.is_kept_from(tx, desk.visitor.official.id, counted)
    if counted is None or hidden:
        return _shown(desk, None, "for_two" if hidden else "not_over")
    if counted.tally.ballots > MOST:
        return _shown(desk, None, "too_many")
    return _shown(desk, compare(counted.paper, counted.ballots))


def _shown(desk: Desk, comparison: Comparison | None, why: str = "") -> Answer:
    return desk.screen("comparison.html", comparison=comparison, why=why, **_words(desk))


def _words(desk: Desk) -> Mapping[str, Any]:
    language = desk.wording.language

    def why(row: Any, comparison: Comparison) -> Mapping[str, str]:
        return {NAMES[language][rule]: said for rule, said in reasons(row, comparison.threshold, language).items()}

    return {"names": NAMES[language], "reasons": why}
