"""Callers that never finish, and one phone that never stops: everybody else votes meanwhile."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.cli.init import hooks
from gateway.store import states
from gateway.webhooks import RECEIPT
from tests.faults import village
from tests.faults.crowd import Crowd
from tests.faults.forked import Forked
from tests.faults.sizes import SIZES, told

pytestmark = pytest.mark.faults

SLOW = 500
VOTERS = 200
BODY = 4096  # bytes that a slow caller promises


@pytest.fixture
def served(tmp_path: Path, template: Path) -> Forked:
    path = village.copied(template, tmp_path / "home")
    with village.opened(path) as home, home.store.reading() as tx:
        return Forked(path, states.instance(tx))


def test_callers_that_never_finish_are_given_up_and_keep_nobody_from_voting(served: Forked) -> None:
    served.start()
    with village.opened(served.home) as home:
        hook = urlsplit(hooks(home)["africastalking"]["sms"]).path
    statuses, votes = asyncio.run(_slowly(served, hook))
    served.stop()

    assert statuses == [408] * SLOW
    assert votes.acknowledged == set(range(VOTERS))
    with village.opened(served.home) as home:
        assert village.check(home, range(VOTERS), range(VOTERS)) == VOTERS


def test_a_flood_from_one_phone_costs_nobody_a_vote(served: Forked) -> None:
    served.start()
    Crowd(served.url, served.home, range(1)).run()
    flood = Crowd(served.url, served.home, range(SIZES.flood), sender=village.phone(0), word="x")
    others = Crowd(served.url, served.home, range(1, VOTERS))
    flood.run(SIZES.flood // 4, others.run)
    served.stop()

    assert flood.statuses == {200}
    assert others.acknowledged == set(range(1, VOTERS))
    with village.opened(served.home) as home:
        village.check(home, range(VOTERS), range(VOTERS))
        with home.store.reading() as tx:
            (letters,) = tx.row("SELECT count(*) FROM outbox") or (0,)
            limit = home.settings.limits.replies_per_hour
    assert VOTERS <= letters <= VOTERS + 2 * limit  # an hour may have turned meanwhile
    told(f"{SIZES.flood} texts from one phone: {letters - VOTERS} answers")


async def _slowly(served: Forked, hook: str) -> tuple[list[int], Crowd]:
    """Callers that send half of what they promised, and a crowd that comes while they hang on."""
    host, port = urlsplit(served.url).hostname, urlsplit(served.url).port
    head = (
        f"POST {hook} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {BODY}"
    )
    lines = [await asyncio.open_connection(host, port) for _ in range(SLOW)]
    for _, writer in lines:
        writer.write(f"{head}\r\n\r\nid=1&from=".encode())
    votes = Crowd(served.url, served.home, range(VOTERS))
    await asyncio.to_thread(votes.run)
    assert not any(reader.at_eof() for reader, _ in lines[-1:])
    answers = [int((await asyncio.wait_for(reader.readline(), 6 * RECEIPT)).split()[1]) for reader, _ in lines]
    for _, writer in lines:
        writer.close()
    return answers, votes
