"""Who took part, in figures; small cells are merged, not hidden."""

import pytest

from gateway import mixing
from gateway.home import Home
from gateway.store import turnouts
from tests.gateway.store.villages import CLOSES
from tests.gateway.voting import open_vote, vote


@pytest.mark.parametrize(
    ("channels", "shown"),
    [
        ({"sms": 20, "ussd": 3, "paper": 4}, (("sms", 20), ("ussd", 3), ("paper", 4))),
        ({"sms": 20, "ussd": 30}, (("sms", 20), ("ussd", 30))),
        ({"sms": 20, "ussd": 2, "paper": 4}, (("phone", 22), ("paper", 4))),
        ({"sms": 1, "ussd": 1}, ()),
        ({"sms": 2, "ussd": 2, "paper": 9}, (("phone", 4), ("paper", 9))),
        ({"sms": 20, "ussd": 30, "paper": 1}, ()),
        ({}, ()),
    ],
    ids=["all", "no paper", "few by USSD", "few in all", "few by either", "few on paper", "nobody"],
)
def test_a_small_cell_cannot_be_had_by_subtraction(
    channels: dict[str, int], shown: tuple[tuple[str, int], ...]
) -> None:
    assert turnouts.told_apart(channels) == shown


def test_turnout_and_batches_are_those_of_the_poll(home: Home) -> None:
    paper = open_vote(home, mix_min=2)
    vote(home, paper, 5)
    with home.store.transaction() as tx:
        tx.run("UPDATE participation SET state = 'held' WHERE tag = (SELECT min(tag) FROM participation)")
        tx.run("UPDATE pending_ballot SET envelope = ? WHERE tag = (SELECT max(tag) FROM participation)", b"x" * 20)
    with home.store.reading() as tx:
        assert turnouts.batches(tx, paper.poll) == ()

    mixing.close(home, paper.poll, CLOSES, "test")

    with home.store.reading() as tx:
        assert turnouts.of_poll(tx, paper.poll) == turnouts.TookPart({"sms": 4}, unreadable=1, held=1)
        (batch,) = turnouts.batches(tx, paper.poll)
        hashed = tx.row("SELECT ballots_hash FROM batch")
    assert (batch.no, batch.size, batch.mixed_at, batch.ballots_hash) == (1, 3, CLOSES, *(hashed or ()))
