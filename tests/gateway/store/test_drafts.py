"""Two clerks over one draft: nobody's words are lost, and nothing is written over what was not read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.errors import NotNow, NotThere, Overtaken, Taken
from gateway.home import Home
from gateway.store import cycles, drafts, pictures, polls, proposals
from gateway.store.drafts import Draft, Edit
from gateway.store.pictures import Picture
from tests.gateway.store.villages import CLOSES, OPENS, aul, cycle, names, opened, proposal
from tests.homes import MADE

PICTURE = Picture(3, 2, b"\xff\xd8 a picture")


def read(home: Home, which: int) -> Draft:
    with home.store.reading() as tx:
        return drafts.read(tx, which, MADE)


def numbered(draft: Draft) -> list[tuple[int, str, str]]:
    return [(line.proposal.number, line.proposal.proposal_id, line.proposal.names["kk"]) for line in draft.lines]


def test_a_draft_is_read_with_what_was_set_and_what_is_presumed(home: Home) -> None:
    aul(home)
    made = cycle(home, closes_at=None)
    draft = read(home, made.id)

    assert (draft.opens_at, draft.closes_at) == (None, None)
    assert (draft.paper.opens_at, draft.paper.closes_at) == (MADE, MADE + polls.SKETCHED)
    assert draft.open_to_edits
    assert [line.proposal for line in draft.lines] == list(draft.paper.proposals)
    assert {(line.version, line.edited_by, line.pictured) for line in draft.lines} == {(0, "", False)}


def test_the_second_clerk_is_told_who_was_first_and_writes_nothing(home: Home) -> None:
    aul(home)
    version = read(home, cycle(home).id).cycle.version
    with home.store.transaction() as tx:
        drafts.change(tx, 1, Edit("Serik", version), title=names("First"))

    with pytest.raises(Overtaken, match="Serik has changed cycle 1") as refused, home.store.transaction() as tx:
        drafts.change(tx, 1, Edit("Aigul", version), title=names("Second"))

    now = read(home, 1).cycle
    assert refused.value.by == now.edited_by == "Serik"
    assert (now.title["kk"], now.version) == ("First", version + 1)


def test_a_command_at_the_box_overtakes_too(home: Home) -> None:
    aul(home)
    version = read(home, cycle(home).id).cycle.version
    with home.store.transaction() as tx:
        cycles.change(tx, 1, tally_at="19:00")

    with pytest.raises(Overtaken, match="a command at the box"), home.store.transaction() as tx:
        drafts.change(tx, 1, Edit("Aigul", version), tally_at="18:00")


def test_a_proposal_is_written_over_the_version_that_was_read_and_over_no_other(home: Home) -> None:
    aul(home)
    cycle(home)
    line = read(home, 1).lines[1]
    changed = replace(line.proposal, names=names("New"), cost=1, category="water", sdgs=(6,), group="a")
    with home.store.transaction() as tx:
        drafts.edit_proposal(tx, 1, line.key, changed, Edit("Serik", line.version))
    after = read(home, 1).line(line.key)

    assert (after.proposal, after.version, after.edited_by) == (changed, line.version + 1, "Serik")
    with pytest.raises(Overtaken, match="Serik has changed proposal 2"), home.store.transaction() as tx:
        drafts.edit_proposal(tx, 1, line.key, line.proposal, Edit("Aigul", line.version))


def test_an_id_follows_its_number_unless_the_file_gave_it(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(1, 2))
    with home.store.transaction() as tx:
        proposals.put_on_ballot(tx, made.id, [proposal(2, proposal_id="W-7")])
    for place, number in ((0, 11), (1, 12)):
        line = read(home, 1).lines[place]
        with home.store.transaction() as tx:
            drafts.edit_proposal(tx, 1, line.key, replace(line.proposal, number=number), Edit("Serik", line.version))
        assert read(home, 1).line(line.key).proposal.number == number
        with home.store.transaction() as tx:
            back = read(home, 1).line(line.key)
            drafts.edit_proposal(tx, 1, line.key, replace(line.proposal, number=place + 1), Edit("Serik", back.version))

    line = read(home, 1).lines[0]
    with home.store.transaction() as tx:
        drafts.edit_proposal(tx, 1, line.key, replace(line.proposal, number=9), Edit("Serik", line.version))
    assert [(number, own_id) for number, own_id, _ in numbered(read(home, 1))] == [(2, "W-7"), (9, "9")]


def test_a_number_of_another_proposal_is_not_taken(home: Home) -> None:
    aul(home)
    cycle(home)
    line = read(home, 1).lines[0]

    with pytest.raises(Taken, match="number 3"), home.store.transaction() as tx:
        drafts.edit_proposal(tx, 1, line.key, replace(line.proposal, number=3), Edit("Serik", line.version))


def test_neighbours_change_numbers_and_the_ends_stay(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(0))
    with home.store.transaction() as tx:
        put = [proposal(1, proposal_id="W-7"), proposal(5), proposal(9)]
        proposals.put_on_ballot(tx, made.id, put)

    def moved(place: int, step: int) -> list[tuple[int, str, str]]:
        line = read(home, 1).lines[place]
        with home.store.transaction() as tx:
            drafts.swap(tx, 1, line.key, Edit("Serik", line.version), step)
        return numbered(read(home, 1))

    assert moved(0, 1) == [(1, "1", "Project 5"), (5, "W-7", "Project 1"), (9, "9", "Project 9")]
    assert moved(2, -1) == [(1, "1", "Project 5"), (5, "5", "Project 9"), (9, "W-7", "Project 1")]
    assert moved(0, -1) == moved(2, 1) == [(1, "1", "Project 5"), (5, "5", "Project 9"), (9, "W-7", "Project 1")]


def test_a_proposal_typed_in_gets_an_id_that_no_other_has(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(0))
    with home.store.transaction() as tx:
        drafts.add(tx, made.id, proposal(1, proposal_id="2"), "Serik")
        drafts.add(tx, made.id, proposal(2, proposal_id=""), "Serik")
        with pytest.raises(Taken):
            drafts.add(tx, made.id, proposal(2, proposal_id=""), "Serik")

    assert [(line.proposal.number, line.proposal.proposal_id, line.edited_by) for line in read(home, 1).lines] == [
        (1, "2", "Serik"),
        (2, "3", "Serik"),
    ]


def test_a_proposal_taken_off_is_gone_for_the_clerk_who_still_sees_it(home: Home) -> None:
    aul(home)
    cycle(home)
    line = read(home, 1).lines[0]
    with home.store.transaction() as tx:
        pictures.put(tx, 1, line.key, PICTURE)
        drafts.remove(tx, 1, line.key, Edit("Serik", line.version))

    assert len(read(home, 1).lines) == 2
    for attempt in (drafts.remove, lambda *rest: drafts.edit_proposal(*rest[:3], line.proposal, rest[3])):
        with pytest.raises(NotThere, match="took it off"), home.store.transaction() as tx:
            attempt(tx, 1, line.key, Edit("Aigul", line.version))
    with pytest.raises(NotThere):
        read(home, 1).line(line.key)


def test_a_proposal_of_another_cycle_is_not_there(home: Home) -> None:
    aul(home)
    aul(home, 8)
    cycle(home)
    other = cycle(home, 8)
    line = read(home, 1).lines[0]
    with home.store.transaction() as tx:
        pictures.put(tx, 1, line.key, PICTURE)

        assert pictures.get(tx, other.id, line.key) is None
        for attempt in (
            lambda: drafts.remove(tx, other.id, line.key, Edit("Serik", line.version)),
            lambda: pictures.put(tx, other.id, line.key, PICTURE),
            lambda: pictures.remove(tx, other.id, line.key),
        ):
            with pytest.raises(NotThere):
                attempt()


def test_a_picture_stays_with_its_proposal_until_it_is_replaced_or_loaded_anew(home: Home) -> None:
    aul(home)
    cycle(home)
    key = read(home, 1).lines[1].key
    with home.store.transaction() as tx:
        pictures.put(tx, 1, key, replace(PICTURE, width=9))
        pictures.put(tx, 1, key, PICTURE)

        assert pictures.get(tx, 1, key) == PICTURE
        assert pictures.by_number(tx, 1) == {2: PICTURE}
        assert [line.pictured for line in drafts.read(tx, 1, MADE).lines] == [False, True, False]
        pictures.remove(tx, 1, key)
        assert pictures.get(tx, 1, key) is None
        pictures.put(tx, 1, key, PICTURE)
        assert proposals.clear(tx, 1) == 3
        assert pictures.by_number(tx, 1) == {}


def test_an_open_paper_is_shown_and_not_edited(home: Home) -> None:
    aul(home)
    paper = opened(home)
    draft = read(home, paper.cycle)
    line = draft.lines[0]

    assert (draft.paper, draft.open_to_edits, draft.closes_at) == (paper, False, CLOSES)
    with home.store.transaction() as tx:
        for attempt in (
            lambda: drafts.change(tx, paper.cycle, Edit("Serik", draft.cycle.version), rule="greedy"),
            lambda: drafts.edit_proposal(tx, paper.cycle, line.key, line.proposal, Edit("Serik", 0)),
            lambda: drafts.add(tx, paper.cycle, proposal(9), "Serik"),
            lambda: drafts.swap(tx, paper.cycle, line.key, Edit("Serik", 0), 1),
            lambda: drafts.remove(tx, paper.cycle, line.key, Edit("Serik", 0)),
            lambda: pictures.put(tx, paper.cycle, line.key, PICTURE),
        ):
            with pytest.raises(NotNow):
                attempt()


def test_papers_open_on_the_same_phones_are_neighbours(home: Home) -> None:
    aul(home)
    paper = opened(home)
    with home.store.transaction() as tx:
        other = cycles.new(tx, 7, names("Next"), OPENS + timedelta(days=1))

        assert polls.neighbours(tx, other.poll) == [paper]
        assert polls.neighbours(tx, paper.poll) == []
