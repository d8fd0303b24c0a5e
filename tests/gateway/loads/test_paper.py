"""A sitting on paper: who voted and what was voted come apart, and their counts must match."""

import pytest

from ballots.model import Paper
from gateway.errors import BadSheet, NotNow, Unfit
from gateway.home import Home
from gateway.identity import Identity
from gateway.loads.paper import Sitting, load_paper_voters, load_paper_votes
from gateway.loads.roll import Onto, load_roll, read_roll
from gateway.sheets import Row, read
from gateway.store import areas, slips, states, tallies
from tests.gateway.store.villages import OPENS, ROUND, aul, cycle, opened
from tests.homes import MADE

OFFICIALS = ("Aigul", "Bolat")
PHONES = [f"+7700123456{digit}" for digit in range(4)]


def sheet(header: str, *rows: str) -> tuple[Row, ...]:
    return read("\n".join((header, *rows)).encode())


def village(home: Home) -> tuple[Paper, list[str]]:
    """An open paper, four phones on the roll, two slips."""
    place = aul(home)
    paper = opened(home)
    load_roll(home, Onto(ROUND, place), read_roll(sheet("phone", *PHONES), Identity()), MADE)
    with home.store.transaction() as tx:
        drawn = slips.draw(tx, home.keys, ROUND, 2, home.randomness)
        slips.keep(tx, ROUND, place.id, "b", list(drawn))
    return paper, list(drawn.values())


def vote(home: Home, paper: Paper, phone: str, state: str) -> None:
    tag = home.keys.voter_tag(ROUND, phone)
    with home.store.transaction() as tx:
        tx.run(
            "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, 'sms', '', ?, ?)",
            paper.poll,
            tag,
            state,
            phone,
        )
        tx.run(
            "INSERT INTO pending_ballot (poll_id, tag, batch_no, envelope) VALUES (?, ?, 1, ?)", paper.poll, tag, b"x"
        )


def test_phones_and_slips_that_voted_on_paper_vote_nowhere_else(home: Home) -> None:
    paper, (slip, _) = village(home)

    assert (
        load_paper_voters(
            home, Sitting(paper.cycle, ()), sheet("voter;phone;slip", f"A;{PHONES[0]};", f"B;;{slip}"), OPENS
        )
        == 2
    )

    with home.store.reading() as tx:
        assert slips.how_many(tx, ROUND, 1) == (1, 1)
        assert [row[0] for row in tx.rows("SELECT state FROM participation")] == ["paper", "paper"]
    with pytest.raises(BadSheet, match=r"(?s)row 2: this voter.*row 3: the slip"):
        load_paper_voters(home, Sitting(paper.cycle, ()), sheet("phone;slip", f"{PHONES[0]};", f";{slip}"), OPENS)


def test_a_bad_row_marks_nobody(home: Home) -> None:
    paper, (slip, _) = village(home)
    with pytest.raises(BadSheet, match="row 3: the phone is not on the roll"):
        load_paper_voters(home, Sitting(paper.cycle, ()), sheet("phone", slip, "+77059999999"), OPENS)

    with home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM participation") == []
        assert slips.how_many(tx, ROUND, 1) == (2, 0)


def test_paper_replaces_a_held_vote_and_no_other(home: Home) -> None:
    paper, _ = village(home)
    vote(home, paper, PHONES[0], "held")
    vote(home, paper, PHONES[1], "pending")

    with pytest.raises(BadSheet, match="1 bad rows"):
        load_paper_voters(home, Sitting(paper.cycle, ()), sheet("phone", *PHONES[:2]), OPENS)
    load_paper_voters(home, Sitting(paper.cycle, ()), sheet("phone", PHONES[0]), OPENS)

    with home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM pending_ballot") == [(1,)]


def test_ballots_are_counted_in_batches_of_their_own(home: Home) -> None:
    paper, _ = village(home)
    for place, phones in enumerate((PHONES[:2], PHONES[2:])):
        load_paper_voters(home, Sitting(paper.cycle, ()), sheet("phone", *phones), OPENS)
        batch = load_paper_votes(home, Sitting(paper.cycle, OFFICIALS), sheet("choices", "1", "3"), OPENS)
        assert (batch.batch, batch.size) == (1001 + place, 2)

    with home.store.reading() as tx:
        counted = tallies.tally_of(tx, paper.cycle)
        assert dict(counted.tally.votes) == {"1": 2, "2": 0, "3": 2}
        assert (counted.accepted, counted.pending) == (4, 0)
        assert states.catalogue_version(tx) == 3


def test_paper_of_a_district_takes_phones_of_its_auls(home: Home) -> None:
    village(home)
    aul(home, 40)
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET parent_id = 2 WHERE id = 1")
        assert areas.below(tx, 2) == {1, 2}
    district = opened(home, 40, range(101, 103))

    assert load_paper_voters(home, Sitting(district.cycle, ()), sheet("phone", PHONES[0]), OPENS) == 1


@pytest.mark.parametrize(
    ("officials", "rows", "said"),
    [
        (("Aigul",), ("1",), "two officials"),
        (("Aigul", " Aigul"), ("1",), "two officials"),
        (("Aigul", ""), ("1",), "two officials"),
        (OFFICIALS, ("1", "2"), "2 ballots for 1 voters"),
        (OFFICIALS, (), "0 ballots for 1 voters"),
        (OFFICIALS, ("9",), "row 2: no such number"),
        (OFFICIALS, ("1 2",), "row 2: too many"),
        (OFFICIALS, ("one",), "row 2: 'one' is no list of numbers"),
    ],
    ids=str,
)
def test_ballots_that_do_not_fit_are_not_counted(
    sqlite_home: Home, officials: tuple[str, ...], rows: tuple[str, ...], said: str
) -> None:
    paper, _ = village(sqlite_home)
    load_paper_voters(sqlite_home, Sitting(paper.cycle, ()), sheet("phone", PHONES[0]), OPENS)

    with pytest.raises((BadSheet, Unfit), match=said):
        load_paper_votes(sqlite_home, Sitting(paper.cycle, officials), sheet("choices", *rows), OPENS)
    with sqlite_home.store.reading() as tx:
        assert tx.rows("SELECT 1 FROM ballot") == []


def test_paper_is_not_loaded_before_opening(sqlite_home: Home) -> None:
    aul(sqlite_home)
    made = cycle(sqlite_home)
    with pytest.raises(NotNow, match="from opening"):
        load_paper_voters(sqlite_home, Sitting(made.id, ()), sheet("phone", PHONES[0]), OPENS)
