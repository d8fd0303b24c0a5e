"""Last year's cycle, or another aul's, as the beginning of a new one."""

from dataclasses import replace

import pytest

from gateway.errors import NotThere
from gateway.home import Home
from gateway.store import copying, cycles, drafts, pictures, proposals
from gateway.store.pictures import Picture
from tests.gateway.store.villages import CLOSES, OPENS, aul, cast, cycle, names, opened, proposal
from tests.homes import MADE

PICTURE = Picture(3, 2, b"\xff\xd8 a picture")


def test_a_copy_has_proposals_texts_pictures_and_rules_and_neither_votes_nor_dates(home: Home) -> None:
    aul(home)
    aul(home, 8)
    source = cycle(
        home, rule="greedy-no-skip", ties="lot", lot_seed="drum", grace_seconds=60, mix_min=20, opens_at=OPENS
    )
    with home.store.transaction() as tx:
        proposals.put_on_ballot(
            tx, source.id, [proposal(9, texts=names("text"), sdgs=(6,), group="a", category="water")]
        )
        pictures.put(tx, source.id, drafts.read(tx, source.id, MADE).lines[3].key, PICTURE)
        made = copying.copy(tx, source.id, 8, MADE, names("Next year"))
        copied, old = drafts.read(tx, made.id, MADE), drafts.read(tx, source.id, MADE)

        assert copied.paper.proposals == old.paper.proposals
        assert copied.paper.rules == replace(old.paper.rules, lot_seed="")
        assert pictures.by_number(tx, made.id) == {9: PICTURE}
        assert (copied.opens_at, copied.closes_at, copied.paper.grace) == (None, None, old.paper.grace)
        assert (copied.cycle.mix_min, copied.cycle.place.code, copied.cycle.title) == (20, 8, names("Next year"))
        assert copied.cycle.facts == {"copied from": source.id}
        assert old.closes_at == CLOSES


def test_a_copy_of_a_finished_vote_leaves_out_what_was_taken_back(home: Home) -> None:
    aul(home)
    paper = opened(home)
    cast(home, paper, [(1,), (3,)])
    with home.store.transaction() as tx:
        proposals.withdraw(tx, paper.cycle, 2, "the land was sold")
        made = copying.copy(tx, paper.cycle, 7, MADE)

        assert [one.number for one in proposals.on_ballot(tx, made.id)] == [1, 3]
        assert made.title == cycles.by_id(tx, paper.cycle).title
        assert cycles.by_id(tx, made.id).phase == "draft"
        assert tx.rows("SELECT count(*) FROM ballot WHERE poll_id = ?", made.poll) == [(0,)]


def test_what_is_not_there_is_not_copied(home: Home) -> None:
    aul(home)
    made = cycle(home)
    with home.store.transaction() as tx:
        for source, area in ((99, 7), (made.id, 99)):
            with pytest.raises(NotThere):
                copying.copy(tx, source, area, MADE)
