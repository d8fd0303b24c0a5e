"""The catalogue: read once, kept in memory, replaced whole by whatever is published, never changed in place."""

import pytest

from ballots.model import Phase
from gateway import catalogue, mixing
from gateway.catalogue import Catalogue, Shelf
from gateway.home import Home
from tests.gateway.store.villages import CLOSES, aul, cast, opened


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def read(shelf: Shelf, home: Home) -> Catalogue:
    with home.store.reading() as tx:
        return shelf.current(tx)


def test_it_is_replaced_whole_when_a_paper_is_published(home: Home, shelf: Shelf) -> None:
    aul(home, 7)
    aul(home, 8)
    seven = opened(home, 7)
    before = read(shelf, home)

    eight = opened(home, 8)
    after = read(shelf, home)

    assert before.papers == (seven,)
    assert after.papers == (seven, eight)
    assert after.version > before.version
    assert shelf.catalogue is after


def test_it_is_not_read_again_while_nothing_was_published(
    home: Home, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    aul(home)
    paper = opened(home)
    before = read(shelf, home)
    monkeypatch.setattr(catalogue, "load", None)  # it would break

    cast(home, paper, [(1,)] * 5)

    assert read(shelf, home) is before


def test_a_close_is_seen_by_the_next_who_asks_and_not_by_who_holds_it(home: Home, shelf: Shelf) -> None:
    aul(home)
    paper = opened(home)
    before = read(shelf, home)

    mixing.close(home, paper.poll, CLOSES, "box")

    assert before.by_poll[paper.poll].phase is Phase.VOTING
    assert read(shelf, home).by_poll[paper.poll].phase is Phase.CLOSED
