"""A region whose votes are over: two auls and their district with enough ballots, a third aul with too few."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ballots.model import Choices
from gateway import mixing
from gateway.home import Home
from gateway.store import audit
from tests.gateway.store.villages import aul, cast, opened

REGION, DISTRICT, NEIGHBOUR, SMALL = 900, 90, 8, 9
"""Codes; the demo's aul 7 lies in the same district 90 of region 900."""

AT = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
"""When all is closed: 11:00 in Kazakhstan on the second day of voting."""

FEW: Sequence[Choices] = ((1,), (1,), (2,))


def settle(home: Home, few: Sequence[Choices] = FEW) -> None:
    """Aul 8, district 90 and the small aul 9 vote; then all, with the demo's aul 7, is over. Cycles 1 to 4."""
    for code in (NEIGHBOUR, SMALL):
        aul(home, code, DISTRICT)
    _vote(home, NEIGHBOUR, range(21, 24), [(21,)] * 9 + [(22,)] * 3)
    _vote(home, DISTRICT, range(101, 103), [(102,)] * 11)
    _vote(home, SMALL, range(31, 34), [tuple(30 + number for number in choices) for choices in few])
    with home.store.reading() as tx:
        polls = [poll for (poll,) in tx.rows("SELECT id FROM poll ORDER BY id")]
    for poll in polls:
        mixing.close(home, poll, AT, "test", early=True)


def certify(home: Home, cycle: int) -> None:
    """As two officials do."""
    with home.store.transaction() as tx:
        tx.run("UPDATE cycle SET phase = 'certified' WHERE id = ?", cycle)
        tx.run("UPDATE poll SET phase = 'certified' WHERE cycle_id = ? AND kind = 'vote'", cycle)
        audit.record(tx, home.keys, AT, "Akim", "certify", cycle=cycle)


def _vote(home: Home, code: int, numbers: range, ballots: Sequence[Choices]) -> None:
    cast(home, opened(home, code, numbers), ballots)
