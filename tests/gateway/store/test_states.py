"""Small facts: the catalogue's version only grows, the clock's mark only rises unless an official resets it."""

from datetime import timedelta

from gateway.home import Home
from gateway.store import states
from tests.homes import MADE


def test_each_publication_is_a_new_version(home: Home) -> None:
    with home.store.transaction() as tx:
        assert [states.bump_catalogue(tx), states.bump_catalogue(tx)] == [1, 2]
    with home.store.reading() as tx:
        assert states.catalogue_version(tx) == 2


def test_the_highest_clock_seen_never_falls_by_itself(home: Home) -> None:
    with home.store.transaction() as tx:
        assert states.highest_seen(tx) is None
        states.see(tx, MADE)
        states.see(tx, MADE - timedelta(hours=1))
        assert states.highest_seen(tx) == MADE

        states.reset_clock(tx, MADE - timedelta(hours=1))
        assert states.highest_seen(tx) == MADE - timedelta(hours=1)


def test_an_unknown_fact_is_none(home: Home) -> None:
    with home.store.reading() as tx:
        assert states.get(tx, "nothing of the kind") is None
