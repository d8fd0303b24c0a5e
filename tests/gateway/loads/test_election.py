"""An election file becomes a cycle that can be voted in and counted as it was."""

from datetime import timedelta

import pytest

from ballots import pabulib
from ballots.elections import choices_of
from ballots.errors import BadPabulib
from ballots.model import Phase, Ties
from ballots.rules import RULES
from gateway.errors import Unpublishable
from gateway.home import Home
from gateway.loads.election import Terms, load_election
from gateway.store import cycles, polls, proposals, tallies
from handlers.segments import units
from tests.elections import SMALL
from tests.gateway.store.villages import aul, cast
from tests.homes import MADE

ELECTION = pabulib.read(SMALL.read_bytes())


def test_an_opened_election_is_counted_like_the_file(home: Home) -> None:
    cycle = load_election(home, ELECTION, Terms(7, opens=True), MADE)
    with home.store.reading() as tx:
        paper = polls.published(tx, cycle.poll)

    assert (cycle.phase, paper.opens_at, paper.closes_at) == (Phase.VOTING, MADE, MADE + timedelta(days=30))
    assert [proposal.number for proposal in paper.proposals] == list(range(1, len(ELECTION.projects) + 1))
    assert cycle.facts["meta"] == dict(ELECTION.meta)
    ballots = [choices for choices in choices_of(ELECTION) if choices]
    cast(home, paper, ballots)
    with home.store.reading() as tx:
        tally = tallies.tally_of(tx, cycle.id).tally
    assert sum(tally.votes.values()) == sum(map(len, ballots))
    assert set(tally.funded) == {project.project_id for project in ELECTION.projects if project.selected}


def test_a_draft_of_an_election_is_opened_later_without_looking_at_its_texts(sqlite_home: Home) -> None:
    cycle = load_election(sqlite_home, ELECTION, Terms(7, ties=Ties.DEARER, threshold=2), MADE)

    assert cycle.phase is Phase.DRAFT
    with sqlite_home.store.transaction() as tx:
        cycles.change(tx, cycle.id, closes_at=MADE + timedelta(days=2))
        paper = polls.open_poll(tx, sqlite_home.keys, cycle.poll, MADE, polls.Opening("x", ("kk", "ru")))
    assert (paper.rules.ties, paper.rules.threshold) == (Ties.DEARER, 2)


def test_names_are_shortened_to_fit_phones(sqlite_home: Home) -> None:
    cycle = load_election(sqlite_home, ELECTION, Terms(7), MADE)
    with sqlite_home.store.reading() as tx:
        found = proposals.on_ballot(tx, cycle.id)

    assert max(units(short) for one in found for short in one.shorts.values()) <= 20
    assert max(units(name) for one in found for name in one.names.values()) <= 80
    assert max(units(name) for name in cycle.place.area.names.values()) <= 24


def test_an_aul_that_is_there_keeps_its_name(sqlite_home: Home) -> None:
    place = aul(sqlite_home)

    assert load_election(sqlite_home, ELECTION, Terms(7), MADE).place == place


def test_a_second_election_on_the_same_phones_is_refused_whole(sqlite_home: Home) -> None:
    load_election(sqlite_home, ELECTION, Terms(7, opens=True), MADE)
    with pytest.raises(Unpublishable, match="same phones"):
        load_election(sqlite_home, ELECTION, Terms(7, opens=True), MADE)

    load_election(sqlite_home, ELECTION, Terms(8, opens=True), MADE)
    with sqlite_home.store.reading() as tx:
        assert [cycle.place.code for cycle in cycles.every(tx)] == [7, 8]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_an_election_is_counted_by_the_rule_that_was_named(sqlite_home: Home, rule: str) -> None:
    cycle = load_election(sqlite_home, ELECTION, Terms(7, opens=True, rule=rule), MADE)
    with sqlite_home.store.reading() as tx:
        paper = polls.published(tx, cycle.poll)
    cast(sqlite_home, paper, [choices for choices in choices_of(ELECTION) if choices])

    with sqlite_home.store.reading() as tx:
        tally = tallies.tally_of(tx, cycle.id).tally
    assert tally.rule == rule
    assert tally.funded


def test_an_unknown_rule_makes_nothing(sqlite_home: Home) -> None:
    with pytest.raises(BadPabulib, match="--rule"):
        load_election(sqlite_home, ELECTION, Terms(7, rule="by mood"), MADE)
    with sqlite_home.store.reading() as tx:
        assert cycles.every(tx) == ()
