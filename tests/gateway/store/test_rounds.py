"""A round ends when its votes are mixed; the next one knows nobody; a shredded one can name nobody."""

from datetime import timedelta

import pytest

from gateway import mixing
from gateway.errors import NotNow, NotThere
from gateway.home import Home
from gateway.store import cycles, keychecks, rolls, rounds
from tests.gateway.store.villages import CLOSES, ROUND, aul, cycle, names, opened
from tests.gateway.voting import vote
from tests.homes import MADE

PHONE = "+77010000001"


def enrolled(home: Home) -> None:
    """One phone on the roll of aul 7."""
    with home.store.transaction() as tx:
        place = cycles.by_id(tx, 1).place
        rolls.add(tx, ROUND, place.id, rolls.seal(home.keys, ROUND, [PHONE]))


def over(home: Home) -> None:
    """Aul 7 has voted, and all of it is mixed."""
    aul(home)
    paper = opened(home)
    enrolled(home)
    vote(home, paper, 12)
    mixing.close(home, paper.poll, CLOSES, "box", early=True)


def follow(home: Home) -> rounds.Round:
    """The next round begins."""
    with home.store.transaction() as tx:
        return rounds.follow(tx, home.keys, "2027", MADE + timedelta(days=300))


def test_the_next_round_has_a_key_of_its_own_and_an_empty_roll(home: Home) -> None:
    over(home)

    begun = follow(home)

    assert home.keys.voter_tag(begun.id, PHONE) != home.keys.voter_tag(ROUND, PHONE)
    with home.store.reading() as tx:
        place = cycles.by_id(tx, 1).place
        assert rolls.size(tx, begun.id, {place.id}) == 0
        assert rolls.size(tx, ROUND, {place.id}) == 1
        assert rounds.current(tx) == begun


def test_a_cycle_made_now_belongs_to_the_new_round_and_a_draft_goes_along(home: Home) -> None:
    over(home)
    aul(home, 8)
    draft = cycle(home, 8)

    begun = follow(home)

    with home.store.transaction() as tx:
        assert cycles.by_id(tx, draft.id).round_id == begun.id
        assert cycles.by_id(tx, 1).round_id == ROUND
        assert cycles.new(tx, 7, names("Budget 2027"), MADE).round_id == begun.id


def test_a_round_whose_vote_runs_is_not_left(home: Home) -> None:
    aul(home)
    paper = opened(home)

    with pytest.raises(NotNow, match=rf"cycle {paper.cycle} is not over"):
        follow(home)

    with home.store.reading() as tx:
        assert rounds.current(tx).id == ROUND


def test_shredding_erases_numbers_and_the_key_and_keeps_what_was_counted(home: Home) -> None:
    over(home)
    follow(home)

    with home.store.transaction() as tx:
        assert rounds.shred(tx, ROUND) == 1
    assert home.keys.destroy_round(ROUND)

    with home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM contact") == [(0,)]
        assert tx.rows("SELECT count(*) FROM roll") == [(0,)]
        assert tx.rows("SELECT count(*) FROM ballot") == [(12,)]
        assert [one.shredded for one in rounds.every(tx)] == [True, False]


def test_a_shredded_key_is_missed_by_nobody(home: Home) -> None:
    over(home)
    follow(home)
    with home.store.transaction() as tx:
        rounds.shred(tx, ROUND)
    home.keys.destroy_round(ROUND)

    with home.store.transaction() as tx:
        keychecks.remember(tx, home.keys)
        held = {name: home.keys.check(name) for name in home.keys.names()}
        assert keychecks.compare(tx, held).whole


def test_the_key_of_the_round_that_votes_belong_to_is_never_shredded(home: Home) -> None:
    with home.store.transaction() as tx, pytest.raises(NotNow, match="round new"):
        rounds.shred(tx, ROUND)


def test_an_unknown_round_is_told_with_where_to_look(home: Home) -> None:
    with home.store.transaction() as tx, pytest.raises(NotThere, match="round list"):
        rounds.shred(tx, 9)
