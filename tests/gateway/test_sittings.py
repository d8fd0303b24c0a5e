"""A sitting on paper: two lists that nothing ties together, two officials, and nothing left of one that is given up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import structlog

from ballots.model import Paper, PollId
from gateway import daily, mixing, sittings
from gateway.errors import BadSheet, Mistake, NotNow, NotThere, Unfit
from gateway.home import Home
from gateway.loads.paper import Sitting as Loading
from gateway.loads.paper import load_paper_voters, load_paper_votes
from gateway.mixing import truncate_wal
from gateway.schedule import tick
from gateway.sheets import Row, read
from gateway.store import approvals, officials, phases, slips, tallies
from gateway.store import paper as kept_paper
from gateway.store import sittings as kept
from gateway.store.approvals import State
from gateway.store.officials import Role
from gateway.store.phases import Decision
from gateway.store.sittings import Sitting
from tests import bulletins, invariants
from tests.gateway.lists import act, enlist, numbers
from tests.gateway.store.villages import CLOSES, OPENS, ROUND, aul, cycle, opened
from tests.gateway.voting import rows, vote
from tests.homes import MADE

LATER = OPENS + timedelta(hours=1)
PHONES = numbers(4)
CLERK, AKIM = "A. Serikova", "B. Omarov"


def sheet(header: str, *lines: str) -> tuple[Row, ...]:
    return read("\n".join((header, *lines)).encode())


def lines(*cells: str) -> list[tuple[int, str]]:
    return list(enumerate(cells, 1))


def appoint(home: Home, name: str, role: Role, *looked_after: int) -> None:
    with home.store.transaction() as tx:
        officials.appoint(tx, (name, role), MADE, home.randomness, looked_after or None)


def village(home: Home, **settings: object) -> tuple[Paper, list[str]]:
    """An open paper of aul 7, four phones on the roll, two slips, a clerk and an akim."""
    place = aul(home)
    paper = opened(home, **settings)
    enlist(home, PHONES)
    with home.store.transaction() as tx:
        drawn = slips.draw(tx, home.keys, ROUND, 2, home.randomness)
        slips.keep(tx, ROUND, place.id, "b", list(drawn))
    appoint(home, CLERK, Role.CLERK, place.id)
    appoint(home, AKIM, Role.AKIM)
    return paper, list(drawn.values())


def begun(home: Home, paper: Paper) -> Sitting:
    return act(home, sittings.begin, paper.cycle, "club, 1 May", LATER, CLERK)


def entered(home: Home, paper: Paper, voters: tuple[str, ...], choices: tuple[str, ...]) -> Sitting:
    one = begun(home, paper)
    act(home, sittings.enter_voters, one.id, lines(*voters), LATER)
    return act(home, sittings.enter_ballots, one.id, lines(*choices))


def alone(home: Home, function: Callable[..., Sitting], *arguments: int) -> Sitting:
    with home.store.transaction() as tx:
        return function(tx, *arguments)


def confirmed(home: Home, sitting: int, name: str) -> sittings.Confirmed:
    with home.store.transaction() as tx:
        official = officials.by_name(tx, name)
        assert official is not None
        done = sittings.confirm(tx, home, sitting, official, LATER)
    if done.batch:
        sittings.settle(home, done.batch.poll)
    return done


def given_up(home: Home, sitting: int, actor: str) -> None:
    act(home, sittings.give_up, sitting, LATER, actor)
    sittings.settle(home, PollId(1))


def both(home: Home, one: Sitting) -> sittings.Confirmed:
    confirmed(home, one.id, CLERK)
    return confirmed(home, one.id, AKIM)


def participation(home: Home) -> list[str]:
    return [state for (state,) in rows(home, "SELECT state FROM participation ORDER BY state")]


def test_ballots_count_once_two_officials_have_confirmed_and_then_the_lists_are_gone(home: Home) -> None:
    paper, (slip, _) = village(home)
    one = begun(home, paper)
    act(home, sittings.enter_voters, one.id, lines(PHONES[0], slip, PHONES[1]), LATER)
    one = act(home, sittings.enter_ballots, one.id, lines("3", "1", "3"))
    assert (one.voters, one.ballots) == (3, 3)

    first = confirmed(home, one.id, CLERK)
    assert (first.batch, rows(home, "SELECT 1 FROM ballot")) == (None, [])
    second = confirmed(home, one.id, AKIM)

    assert second.by == (CLERK, AKIM)
    assert second.batch is not None
    assert (second.batch.size, second.batch.batch) == (3, 1001)
    with home.store.reading() as tx:
        counted = tallies.tally_of(tx, paper.cycle)
        assert (dict(counted.tally.votes), counted.accepted) == ({"1": 1, "2": 0, "3": 2}, 3)
        assert kept.every(tx) == ()
        assert slips.how_many(tx, ROUND, 1) == (1, 1)
    assert participation(home) == ["paper"] * 3
    assert rows(home, "SELECT 1 FROM sitting_voter UNION ALL SELECT 1 FROM sitting_ballot") == []
    ((facts,),) = rows(home, "SELECT facts FROM audit WHERE act = 'load paper-votes'")
    assert f'"officials":["{CLERK}","{AKIM}"]' in facts
    assert f'"sitting":{one.id}' in facts


def test_a_spoiled_ballot_belongs_to_a_voter_and_counts_for_nobody(home: Home) -> None:
    paper, _ = village(home)
    done = both(home, entered(home, paper, tuple(PHONES[:3]), ("1", "0", "0")))

    assert done.batch is not None
    assert done.batch.size == 1
    with home.store.reading() as tx:
        assert tallies.tally_of(tx, paper.cycle).tally.ballots == 1
        assert (kept_paper.spoiled(tx, paper.poll), kept_paper.unmatched(tx, paper.poll)) == (2, 0)
    ((facts,),) = rows(home, "SELECT facts FROM audit WHERE act = 'load paper-votes'")
    assert '"ballots":1,"batch":1001' in facts
    assert '"spoiled":2' in facts


def test_who_is_on_the_list_votes_nowhere_else(home: Home) -> None:
    paper, (slip, _) = village(home)
    one = entered(home, paper, (PHONES[0], slip), ("1", "2"))

    assert participation(home) == ["paper", "paper"]
    with home.store.reading() as tx:
        assert slips.how_many(tx, ROUND, 1) == (1, 1)
    other = begun(home, paper)
    with pytest.raises(BadSheet, match=rf"(?s)row 1: .* in sitting {one.id}.*row 2: the slip is not known"):
        act(home, sittings.enter_voters, other.id, lines(PHONES[0], slip), LATER)
    with pytest.raises(BadSheet, match=r"row 2: .*voted already"):
        load_paper_voters(home, Loading(paper.cycle, ()), sheet("phone", PHONES[0]), LATER)


def test_a_sitting_that_is_given_up_leaves_nothing(home: Home) -> None:
    paper, (slip, _) = village(home)
    one = entered(home, paper, (PHONES[0], slip), ("1", "2"))
    confirmed(home, one.id, CLERK)
    given_up(home, one.id, AKIM)

    assert participation(home) == []
    for table in ("sitting", "sitting_voter", "sitting_ballot", "ballot"):
        assert rows(home, f"SELECT 1 FROM {table}") == []
    with home.store.reading() as tx:
        assert slips.how_many(tx, ROUND, 1) == (2, 0)
    assert rows(home, "SELECT actor, facts FROM audit WHERE act = 'give up sitting'") == [
        (AKIM, f'{{"ballots":2,"cycle":1,"sitting":{one.id},"voters":2}}')
    ]


def test_no_byte_of_a_sitting_that_was_given_up_is_in_the_files(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    tag = sqlite_home.keys.voter_tag(ROUND, PHONES[0])
    truncate_wal(sqlite_home.store)
    before = _files(sqlite_home).count(tag)  # the roll and its index
    entered(sqlite_home, paper, (PHONES[0],), ("2",))
    assert _files(sqlite_home).count(tag) > before
    ((sitting, ballot),) = rows(sqlite_home, "SELECT sitting_id, id FROM sitting_ballot")
    given_up(sqlite_home, sitting, CLERK)

    assert bytes(ballot) not in _files(sqlite_home)
    assert _files(sqlite_home).count(tag) == before


def _files(home: Home) -> bytes:
    """All that lies in the database's files."""
    return b"".join(path.read_bytes() for path in home.path.glob("dauys.db*"))


def test_an_open_sitting_is_given_up_after_a_day(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    one = entered(sqlite_home, paper, (PHONES[0],), ("2",))
    tick(sqlite_home, LATER + timedelta(hours=23, minutes=59))
    assert participation(sqlite_home) == ["paper"]

    with structlog.testing.capture_logs() as logs:
        tick(sqlite_home, LATER + timedelta(hours=24))
    assert participation(sqlite_home) == []
    assert [log["sitting"] for log in logs if "sitting" in log] == [one.id]


def test_paper_replaces_a_held_vote_and_no_other(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    for phone, state in ((PHONES[0], "held"), (PHONES[1], "pending")):
        with sqlite_home.store.transaction() as tx:
            tx.run(
                "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (?, ?, 'sms', '', ?, ?)",
                paper.poll,
                sqlite_home.keys.voter_tag(ROUND, phone),
                state,
                phone,
            )
    one = begun(sqlite_home, paper)

    with pytest.raises(BadSheet, match="row 2: this voter has voted already"):
        act(sqlite_home, sittings.enter_voters, one.id, lines(*PHONES[:2]), LATER)
    assert participation(sqlite_home) == ["held", "pending"]
    assert act(sqlite_home, sittings.enter_voters, one.id, lines(PHONES[0]), LATER).voters == 1


def test_a_voter_who_is_struck_may_vote_again_and_ballots_are_entered_anew(sqlite_home: Home) -> None:
    paper, (slip, _) = village(sqlite_home)
    one = entered(sqlite_home, paper, (PHONES[0], slip), ("1", "2"))
    confirmed(sqlite_home, one.id, CLERK)
    struck = alone(sqlite_home, sittings.strike_voter, one.id, 2)
    assert struck.voters == 1
    with sqlite_home.store.reading() as tx:
        assert slips.how_many(tx, ROUND, 1) == (2, 0)

    assert alone(sqlite_home, sittings.strike_ballots, one.id).ballots == 0
    act(sqlite_home, sittings.enter_ballots, one.id, lines("3"))
    done = both(sqlite_home, one)
    assert done.batch is not None
    assert done.batch.size == 1


def test_a_confirmation_is_of_these_lists_only(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    one = entered(sqlite_home, paper, (PHONES[0],), ("1",))
    confirmed(sqlite_home, one.id, CLERK)
    with sqlite_home.store.transaction() as tx:  # as somebody with the database might
        tx.run("UPDATE sitting_ballot SET choices = '2'")

    with pytest.raises(Unfit, match="not asked for by a akim"):  # of these lists she would be the first
        confirmed(sqlite_home, one.id, AKIM)
    assert confirmed(sqlite_home, one.id, CLERK).batch is None


def test_what_was_confirmed_of_other_lists_waits_for_nobody(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    one = entered(sqlite_home, paper, (PHONES[0],), ("1",))
    confirmed(sqlite_home, one.id, CLERK)
    alone(sqlite_home, sittings.strike_ballots, one.id)
    act(sqlite_home, sittings.enter_ballots, one.id, lines("3"))
    confirmed(sqlite_home, one.id, CLERK)
    with sqlite_home.store.reading() as tx:
        assert [asked.state for asked in approvals.about(tx, f"sitting {one.id}")] == [State.ASKED, State.WITHDRAWN]

    given_up(sqlite_home, one.id, CLERK)
    with sqlite_home.store.reading() as tx:
        assert approvals.waiting(tx) == ()


def test_nothing_in_the_lists_ties_a_voter_to_a_ballot(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    entered(sqlite_home, paper, tuple(PHONES), ("1", "2", "3", "1"))
    columns = {
        table: {name for (_, name, *_) in rows(sqlite_home, f"PRAGMA table_info({table})")}
        for table in ("sitting_voter", "sitting_ballot")
    }

    assert columns == {
        "sitting_voter": {"sitting_id", "tag", "no", "kind"},
        "sitting_ballot": {"sitting_id", "id", "choices"},
    }
    ids = [bytes(ballot) for (ballot,) in rows(sqlite_home, "SELECT id FROM sitting_ballot")]
    assert ids == sorted(ids)


def test_the_files_of_an_open_sitting_do_not_disturb_loaded_paper(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    one = entered(sqlite_home, paper, (PHONES[0],), ("1",))
    load_paper_voters(sqlite_home, Loading(paper.cycle, ()), sheet("phone", PHONES[1]), LATER)
    loaded = load_paper_votes(sqlite_home, Loading(paper.cycle, (CLERK, AKIM)), sheet("choices", "2"), LATER)
    counted = both(sqlite_home, one).batch

    assert counted is not None
    assert (loaded.batch, counted.batch) == (1001, 1002)


def test_paper_that_is_counted_after_closing_is_in_what_everybody_is_told(sqlite_home: Home) -> None:
    paper, _ = village(sqlite_home)
    vote(sqlite_home, paper, 20)
    mixing.close(sqlite_home, paper.poll, LATER, CLERK, early=True)
    daily.show(sqlite_home, paper.poll)
    both(sqlite_home, entered(sqlite_home, paper, (PHONES[0],), ("2",)))

    ((shown,),) = rows(sqlite_home, "SELECT value FROM gateway_state WHERE key = 'turnout:1'")
    assert '"accepted": 21' in shown


def test_whoever_verifies_the_bulletin_of_an_extended_vote_with_a_sitting_finds_nothing_wrong(home: Home) -> None:
    paper, _ = village(home, mix_min=2)
    bulletins.vote(home, paper, [(1,), (2,), (3,), (2,)])
    later = CLOSES + timedelta(days=2)
    with home.store.transaction() as tx:
        phases.extend(tx, home.keys, paper.cycle, later, LATER, Decision(AKIM, (CLERK, AKIM), "snow"))
    both(home, entered(home, paper, tuple(PHONES), ("1", "2", "0", "3")))
    tick(home, later)
    with home.store.transaction() as tx:
        phases.certify(tx, home.keys, paper.cycle, later, Decision(AKIM, (CLERK, AKIM)))
        invariants.chained(tx, home)

    assert bulletins.wrong(bulletins.published(home, paper)) == []
    with home.store.reading() as tx:
        assert tallies.tally_of(tx, paper.cycle).tally.ballots == 7


def draft(home: Home, _: Paper) -> None:
    act(home, sittings.begin, cycle(home, numbers=range(10, 12)).id, "", LATER, CLERK)


def of_a_certified_cycle(home: Home, paper: Paper) -> None:
    with home.store.transaction() as tx:
        tx.run("UPDATE cycle SET phase = 'certified' WHERE id = ?", paper.cycle)
    begun(home, paper)


def unknown(home: Home, _: Paper) -> None:
    confirmed(home, 99, CLERK)


def ballots_first(home: Home, paper: Paper) -> None:
    act(home, sittings.enter_ballots, begun(home, paper).id, lines("1"))


def voters_after_ballots(home: Home, paper: Paper) -> None:
    one = entered(home, paper, (PHONES[0],), ("1",))
    act(home, sittings.enter_voters, one.id, lines(PHONES[1]), LATER)


def same_voter(home: Home, paper: Paper) -> None:
    act(home, sittings.enter_voters, begun(home, paper).id, lines(PHONES[0], PHONES[0]), LATER)


def stranger(home: Home, paper: Paper) -> None:
    act(home, sittings.enter_voters, begun(home, paper).id, lines("+77019999999"), LATER)


def no_such_number(home: Home, paper: Paper) -> None:
    entered(home, paper, (PHONES[0],), ("9",))


def no_such_line(home: Home, paper: Paper) -> None:
    alone(home, sittings.strike_voter, begun(home, paper).id, 1)


def counts_differ(home: Home, paper: Paper) -> None:
    both(home, entered(home, paper, tuple(PHONES[:2]), ("1",)))


def empty(home: Home, paper: Paper) -> None:
    both(home, begun(home, paper))


def same_official(home: Home, paper: Paper) -> None:
    one = entered(home, paper, (PHONES[0],), ("1",))
    for _ in range(2):
        confirmed(home, one.id, CLERK)


def observer(home: Home, paper: Paper) -> None:
    appoint(home, "O", Role.OBSERVER)
    confirmed(home, entered(home, paper, (PHONES[0],), ("1",)).id, "O")


def akim_first(home: Home, paper: Paper) -> None:
    confirmed(home, entered(home, paper, (PHONES[0],), ("1",)).id, AKIM)


def neighbour(home: Home, paper: Paper) -> None:
    appoint(home, "N", Role.CLERK, aul(home, 8).id)
    confirmed(home, entered(home, paper, (PHONES[0],), ("1",)).id, "N")


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        (draft, NotNow, "from opening"),
        (of_a_certified_cycle, NotNow, "until certification"),
        (unknown, NotThere, "no open sitting 99"),
        (ballots_first, NotNow, "voters come first"),
        (voters_after_ballots, NotNow, "take them out"),
        (same_voter, BadSheet, "row 2: this voter is on the list already"),
        (stranger, BadSheet, "row 1: the phone is not on the roll"),
        (no_such_number, BadSheet, "row 1: no such number"),
        (no_such_line, NotThere, "line 1"),
        (counts_differ, Unfit, "1 ballots for 2 voters"),
        (empty, Unfit, "0 ballots for 0 voters"),
        (same_official, Unfit, "two persons"),
        (observer, Unfit, "not asked for by a observer"),
        (akim_first, Unfit, "not asked for by a akim"),
        (neighbour, Unfit, "other areas than 7"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_is_said_in_a_sentence(
    sqlite_home: Home, what: Callable[[Home, Paper], None], kind: type[Mistake], said: str
) -> None:
    paper, _ = village(sqlite_home)
    with pytest.raises(kind, match=said):
        what(sqlite_home, paper)

    assert rows(sqlite_home, "SELECT 1 FROM ballot") == []
