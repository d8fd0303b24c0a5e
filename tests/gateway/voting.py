"""An open vote with recipients of its tallies, for tests of days and slots."""

from datetime import UTC, datetime
from typing import Any

from ballots.model import Choices, Paper, Standing
from gateway.envelopes import seal_choices
from gateway.home import Home
from gateway.store import areas, recipients, votes
from gateway.store.recipients import Recipient
from tests.gateway.store.villages import aul, opened

OPENS = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)  # 09:00 in the village
CLOSES = datetime(2026, 5, 20, 13, 0, tzinfo=UTC)  # 18:00
EVENING = datetime(2026, 5, 1, 15, 0, tzinfo=UTC)  # 20:00, the first tally


def open_vote(home: Home, code: int = 7, **settings: Any) -> Paper:
    """A new aul with an open vote."""
    aul(home, code)
    return opened(home, code, **settings)


def vote(home: Home, paper: Paper, times: int, choices: Choices = (1,), batch: int = 1) -> None:
    """So many phones vote."""
    with home.store.transaction() as tx:
        for _ in range(times):
            tag, receipt = home.randomness(16), str(int.from_bytes(home.randomness(8)))
            sealed = votes.Sealed(batch, seal_choices(home.keys, paper.poll, tag, batch, choices, 1))
            cast = votes.Participation(paper.poll, tag, "sms", "2026-05-01", Standing.PENDING, receipt)
            votes.cast(tx, cast, sealed)


def receive(home: Home, channel: str, address: str, code: int = 7, **more: str) -> Recipient:
    """Somebody who receives the tallies of an area and all below it."""
    wanted: dict[str, Any] = {"language": "en", "form": "digest"} | more
    with home.store.transaction() as tx:
        place = areas.by_code(tx, code)
        return recipients.add(tx, home.keys, Recipient(0, place.id, channel, address, **wanted), home.randomness)


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """What lies in the database."""
    with home.store.reading() as tx:
        return tx.rows(sql)
