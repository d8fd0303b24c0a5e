"""Areas, cycles and papers for tests of the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ballots.model import Area, AreaKind, Choices, Paper, Proposal
from gateway.home import Home
from gateway.store import areas, cycles, polls, proposals
from gateway.store.ballots import append
from gateway.store.polls import Opening
from tests.homes import MADE

LANGUAGES = ("kk", "kk-latin", "ru", "en")
ROUND = 1
OPENS = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
CLOSES = datetime(2026, 5, 20, 13, 0, tzinfo=UTC)


def names(name: str) -> dict[str, str]:
    """One name in every language."""
    return dict.fromkeys(LANGUAGES, name)


def aul(home: Home, code: int = 7, parent: int | None = None, kind: AreaKind = AreaKind.AUL) -> areas.Place:
    """A new area."""
    with home.store.transaction() as tx:
        return areas.create(tx, Area(code, kind, names(f"Area {code}")), parent)


def proposal(number: int, cost: int = 4_500_000, **more: object) -> Proposal:
    """A proposal with texts in every language."""
    texts = {"names": names(f"Project {number}"), "shorts": names(f"Project {number}")}
    return replace(Proposal(number, str(number), cost, **texts), **more)  # type: ignore[arg-type]


def cycle(home: Home, code: int = 7, numbers: range = range(1, 4), **settings: object) -> cycles.Cycle:
    """A draft with proposals, ready to be opened."""
    usual = {"pb_budget": 10_000_000, "closes_at": CLOSES}
    with home.store.transaction() as tx:
        made = cycles.new(tx, code, names("Budget"), MADE, **usual | settings)
        proposals.put_on_ballot(tx, made.id, [proposal(number) for number in numbers])
    return made


def opened(home: Home, code: int = 7, numbers: range = range(1, 4), **settings: object) -> Paper:
    """A published paper."""
    made = cycle(home, code, numbers, **settings)
    with home.store.transaction() as tx:
        return polls.open_poll(tx, home.keys, made.poll, OPENS, Opening("akim", LANGUAGES, fitted=True))


def cast(home: Home, paper: Paper, ballots: Sequence[Choices], batch: int = 1) -> None:
    """Anonymous ballots, as a mix leaves them."""
    with home.store.transaction() as tx:
        rows = sorted((home.randomness(16), choices) for choices in ballots)
        append(tx, paper.poll, batch, rows)
