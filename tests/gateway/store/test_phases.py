"""Extension and certification: what each changes, and what must be done before it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ballots.model import Paper, Phase
from gateway import mixing, sittings
from gateway.errors import Mistake, NotNow, NotThere, Unfit
from gateway.home import Home
from gateway.loads.paper import Sitting, load_paper_voters
from gateway.schedule import tick
from gateway.sheets import read
from gateway.store import cycles, polls, states
from gateway.store.phases import Decision, certify, extend
from tests.gateway.lists import act, enlist, numbers
from tests.gateway.store.villages import cycle
from tests.gateway.voting import CLOSES, OPENS, open_vote, rows, vote

NOON = OPENS + timedelta(hours=3)
LATER = CLOSES + timedelta(days=5)
EVENING = CLOSES + timedelta(hours=1)
OFFICIALS = ("B. Omarov", "A. Serikova")
SNOW = Decision("B. Omarov", OFFICIALS, "snow")


def extended(home: Home, paper: Paper, to: datetime = LATER, at: datetime = NOON, why: Decision = SNOW) -> None:
    with home.store.transaction() as tx:
        extend(tx, home.keys, paper.cycle, to, at, why)


def certified(home: Home, paper: Paper) -> cycles.Cycle:
    with home.store.transaction() as tx:
        return certify(tx, home.keys, paper.cycle, EVENING, Decision("B. Omarov", OFFICIALS))


def counted(home: Home) -> Paper:
    """A vote that is over, with its final tally."""
    paper = open_vote(home)
    vote(home, paper, 12)
    tick(home, EVENING)
    return paper


def test_an_extended_vote_closes_later_and_the_log_says_why(home: Home) -> None:
    paper = open_vote(home)
    with home.store.reading() as tx:
        before = states.catalogue_version(tx)
    extended(home, paper)
    tick(home, EVENING)

    with home.store.reading() as tx:
        now = polls.published(tx, paper.poll)
        assert (now.phase, now.closes_at) == (Phase.VOTING, LATER)
        assert states.catalogue_version(tx) > before
    ((actor, facts),) = rows(home, "SELECT actor, facts FROM audit WHERE act = 'extend'")
    assert actor == "B. Omarov"
    assert '"officials":["A. Serikova","B. Omarov"],"poll":1,"reason":"snow","was":"2026-05-20T13:00:00+00:00"' in facts


def test_a_certified_result_stands(home: Home) -> None:
    paper = counted(home)
    done = certified(home, paper)

    assert (done.phase, done.certified_at) == (Phase.CERTIFIED, EVENING)
    with home.store.reading() as tx:
        assert polls.published(tx, paper.poll).phase is Phase.CERTIFIED
    ((facts,),) = rows(home, "SELECT facts FROM audit WHERE act = 'certify'")
    assert facts == '{"ballots":12,"cycle":1,"officials":["A. Serikova","B. Omarov"],"poll":1}'
    tick(home, EVENING + timedelta(days=1))
    assert rows(home, "SELECT slot FROM daily_tally WHERE slot = 'final'") == [("final",)]


def test_an_early_closing_is_logged_with_its_two_officials(sqlite_home: Home) -> None:
    paper = open_vote(sqlite_home)
    mixing.close(sqlite_home, paper.poll, NOON, SNOW.actor, early=True, **SNOW.facts())

    assert rows(sqlite_home, "SELECT actor, facts FROM audit WHERE act = 'close'") == [
        ("B. Omarov", '{"early":true,"officials":["A. Serikova","B. Omarov"],"poll":1,"reason":"snow"}')
    ]


def extend_after_closing(home: Home) -> None:
    extended(home, open_vote(home), at=CLOSES)


def extend_closed(home: Home) -> None:
    extended(home, counted(home), at=EVENING)


def extend_backwards(home: Home) -> None:
    extended(home, open_vote(home), CLOSES)


def extend_for_nothing(home: Home) -> None:
    extended(home, open_vote(home), why=Decision(reason=" "))


def extend_nothing(home: Home) -> None:
    with home.store.transaction() as tx:
        extend(tx, home.keys, 9, LATER, NOON, SNOW)


def certify_running(home: Home) -> None:
    certified(home, open_vote(home))


def certify_twice(home: Home) -> None:
    paper = counted(home)
    certified(home, paper)
    certified(home, paper)


def certify_uncounted(home: Home) -> None:
    paper = open_vote(home)
    mixing.close(home, paper.poll, NOON, "x", early=True)
    certified(home, paper)


def certify_with_paper_missing(home: Home) -> None:
    paper = counted(home)
    enlist(home, numbers(1))
    load_paper_voters(home, Sitting(paper.cycle, ()), read(f"phone\n{numbers(1)[0]}".encode()), EVENING)
    certified(home, paper)


def certify_with_a_sitting(home: Home) -> None:
    paper = counted(home)
    act(home, sittings.begin, paper.cycle, "", EVENING)
    certified(home, paper)


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        (extend_after_closing, NotNow, "takes no votes now"),
        (extend_closed, NotNow, "is closed and takes no votes"),
        (extend_backwards, Unfit, "needs a later instant"),
        (extend_for_nothing, Unfit, "needs a reason"),
        (extend_nothing, NotThere, "no cycle 9"),
        (certify_running, NotNow, "once voting is closed"),
        (certify_twice, NotNow, "is certified"),
        (certify_uncounted, NotNow, "final tally"),
        (certify_with_paper_missing, NotNow, "not loaded yet: 1"),
        (certify_with_a_sitting, NotNow, "still open"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_is_said_in_a_sentence(
    sqlite_home: Home, what: Callable[[Home], None], kind: type[Mistake], said: str
) -> None:
    with pytest.raises(kind, match=said):
        what(sqlite_home)


def test_a_draft_is_not_extended(sqlite_home: Home) -> None:
    open_vote(sqlite_home)
    made = cycle(sqlite_home, numbers=range(11, 13))
    with pytest.raises(NotNow, match="is draft"), sqlite_home.store.transaction() as tx:
        extend(tx, sqlite_home.keys, made.id, LATER, NOON, SNOW)
