"""A tally counts anonymous ballots only, and tells how many votes are still sealed."""

import pytest

from gateway.errors import NotNow
from gateway.home import Home
from gateway.store import audit, tallies
from tests.gateway.store.villages import aul, cast, cycle, opened


def test_a_tally_is_what_the_ballots_say(home: Home) -> None:
    aul(home)
    paper = opened(home, form="approval", max_choices=2)
    cast(home, paper, [(1,), (1, 3), (1, 3), (2, 3)])
    with home.store.transaction() as tx:
        for tag, state in enumerate(["pending", "pending", "held", "mixed", "paper"]):
            tx.run(
                "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, 'sms', '', ?, ?)",
                paper.poll,
                b"%d" % tag,
                state,
                str(tag),
            )

    with home.store.reading() as tx:
        counted = tallies.tally_of(tx, paper.cycle)
        head = audit.head(tx).hash

    assert counted.ballots == {(1,): 1, (1, 3): 2, (2, 3): 1}
    plain = counted.plain()
    assert {
        key: plain[key] for key in ("cycle", "accepted", "pending", "ballots", "votes", "funded", "rule", "head")
    } == {
        "cycle": paper.cycle,
        "accepted": 6,
        "pending": 2,
        "ballots": 4,
        "votes": {"1": 3, "2": 1, "3": 3},
        "funded": ["1", "3"],
        "rule": "greedy",
        "head": head,
    }


def test_an_open_poll_without_ballots_funds_nothing(home: Home) -> None:
    aul(home)
    paper = opened(home)
    with home.store.reading() as tx:
        plain = tallies.tally_of(tx, paper.cycle).plain()

    assert (plain["accepted"], plain["funded"], plain["votes"]) == (0, [], {"1": 0, "2": 0, "3": 0})


def test_a_draft_has_no_tally(home: Home) -> None:
    aul(home)
    made = cycle(home)
    with home.store.reading() as tx, pytest.raises(NotNow, match="not open"):
        tallies.tally_of(tx, made.id)
