"""The four smallest real elections, over HTTP, on both engines; and an invented one where those are not at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.home import Home
from tests.elections import SMALL, WHERE, folder
from tests.replay.replaying import SMALLEST, expected, replay
from tests.served import Served, dauys, document

CROWD = ("--channel", "both", "--duplicates", "0.2", "--concurrency", "64")


@pytest.fixture
def served(home: Home) -> Iterator[Served]:
    """A server on a fresh home, once on each engine."""
    with Served(home.path) as running:
        yield running


def test_four_real_elections_come_out_as_published(served: Served) -> None:
    found = folder()
    if found is None:
        pytest.skip(f"replayed on the small election only: {WHERE}")
    published = expected(found)

    outcomes = [
        replay(served, found / name, published[name], aul, *CROWD) for aul, name in enumerate(SMALLEST, start=7)
    ]

    assert [outcome.facts for outcome in outcomes if not outcome.good] == []


def test_an_election_replayed_twice_counts_once(served: Served) -> None:
    dauys(served.home, "load", "election", SMALL, "--aul", 7, "--open")
    arguments = ("replay", SMALL, "--cycle", 1, "--url", served.url, *CROWD)
    first = document(served.home, *arguments)

    again = document(served.home, *arguments, "--close")

    assert first["accepted"] == again["accepted"] == first["voters"]
    assert again["expected"] == again["votes"]
    assert (first["sound"], again["sound"]) == (True, True)


def test_an_election_over_the_hooks_of_kannel(sqlite_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PROVIDERS__KANNEL__ENABLED", "true")
    with Served(sqlite_home.path) as running:
        dauys(running.home, "load", "election", SMALL, "--aul", 7, "--open")

        found = document(
            running.home, "replay", SMALL, "--cycle", 1, "--url", running.url, "--via", "kannel", *CROWD, "--close"
        )

    assert (found["sound"], found["accepted"]) == (True, found["voters"])
    assert found["expected"] == found["votes"]


def test_two_processes_share_the_dialogues_and_votes_of_one_election(postgresql_home: Home) -> None:
    dauys(postgresql_home.path, "load", "election", SMALL, "--aul", 7, "--open")

    with Served(postgresql_home.path, {"DAUYS_SERVER__WORKERS": "2"}) as both:
        told = document(both.home, "replay", SMALL, "--cycle", 1, "--url", both.url, *CROWD, "--close")

    assert told["sound"]
    assert told["expected"] == told["votes"]


def test_a_vote_that_is_not_of_the_file_is_noticed(served: Served, tmp_path: Path) -> None:
    dauys(served.home, "load", "election", SMALL, "--aul", 7, "--open")
    arguments = ("replay", SMALL, "--cycle", 1, "--url", served.url)
    document(served.home, *arguments, "--seed", 1)

    other = document(served.home, *arguments, "--seed", 2, code=1)

    assert not other["sound"]
    assert [f"votes accepted: {2 * other['voters']}, should be {other['voters']}"] == other["differences"]
