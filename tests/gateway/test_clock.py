"""The clock of a box without a battery: what it believes after a step, what ends a doubt, and what a vote does meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from ballots.model import Paper, Standing
from gateway import timekeeping
from gateway.clock import OLDEST, Step, Timekeeper
from gateway.errors import NotNow
from gateway.home import Home
from gateway.judging import Judging
from gateway.store import audit, jobs, states
from tests.gateway.field import Field, phone
from tests.gateway.sending import put
from tests.gateway.store.villages import CLOSES, OPENS, aul, opened
from tests.served import dauys, document

NOW = OPENS + timedelta(days=1)
BATTERY_EMPTY = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_2036 = datetime(2036, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@dataclass
class Box:
    """A wall clock that can be set, over one that no step moves, and officials who act on it."""

    wall: datetime = NOW
    seconds: float = 0.0
    acts: int = 0
    seen: datetime | None = NOW
    keeper: Timekeeper = field(init=False)

    def __post_init__(self) -> None:
        self.boot()

    def boot(self) -> None:
        self.keeper = Timekeeper(lambda: self.wall, lambda: self.seconds, self.seen, lambda: self.acts)

    def passes(self, by: timedelta) -> None:
        """Time goes by on both."""
        self.wall += by
        self.seconds += by.total_seconds()

    @property
    def why(self) -> str | None:
        return str(self.keeper.doubt.why) if not self.keeper.trusted and self.keeper.doubt else None


@pytest.mark.parametrize(
    ("step", "doubt", "told"),
    [
        pytest.param(timedelta(0), None, timedelta(0), id="no step"),
        pytest.param(timedelta(seconds=-60), None, timedelta(0), id="back a minute: it stands still"),
        pytest.param(timedelta(seconds=-61), "back", timedelta(0), id="back more than a minute"),
        pytest.param(timedelta(days=-20000), "back", timedelta(0), id="back to 1970"),
        pytest.param(timedelta(hours=5), None, timedelta(hours=5), id="forward some hours"),
        pytest.param(timedelta(days=1), None, timedelta(days=1), id="forward a day"),
        pytest.param(timedelta(days=1, seconds=1), "forward", timedelta(0), id="forward more than a day"),
        pytest.param(timedelta(days=3650), "forward", timedelta(0), id="forward to 2036"),
    ],
)
def test_a_step_while_running(step: timedelta, doubt: str | None, told: timedelta) -> None:
    box = Box()
    box.wall += step

    assert box.why == doubt
    assert box.keeper() == NOW + told


def test_a_wall_clock_that_hardly_went_on_while_an_hour_passed_was_set_back() -> None:
    box = Box()
    box.seconds += HOUR.total_seconds()
    box.wall += SECOND

    assert box.why == "back"


@pytest.mark.parametrize(
    ("seen", "wall", "doubt", "told"),
    [
        pytest.param(NOW, NOW + HOUR, None, NOW + HOUR, id="off for an hour"),
        pytest.param(NOW, NOW + timedelta(days=3), "forward", NOW, id="off for three days, or a clock that jumped"),
        pytest.param(NOW, BATTERY_EMPTY, "back", NOW, id="no battery"),
        pytest.param(NOW, NOW - timedelta(seconds=30), None, NOW, id="half a minute back"),
        pytest.param(None, NOW, None, NOW, id="the first start"),
        pytest.param(None, BATTERY_EMPTY, "back", OLDEST, id="the first start without a battery"),
    ],
)
def test_a_clock_at_boot(seen: datetime | None, wall: datetime, doubt: str | None, told: datetime) -> None:
    box = Box(wall=wall, seen=seen)

    assert (box.why, box.keeper()) == (doubt, told)


def test_in_doubt_time_is_carried_on_and_only_what_is_proven_is_kept() -> None:
    box = Box()
    box.wall = YEAR_2036
    box.keeper()
    box.passes(2 * HOUR)

    assert box.keeper() == NOW + 2 * HOUR
    assert box.keeper.proven == NOW
    assert box.keeper.doubt is not None
    assert box.keeper.doubt.since == NOW


@pytest.mark.parametrize("jump", [timedelta(days=-20000), timedelta(days=3650)], ids=["1970", "2036"])
def test_a_wall_clock_that_comes_back_ends_the_doubt(jump: timedelta) -> None:
    box = Box()
    box.wall += jump
    assert not box.keeper.trusted
    box.passes(HOUR)
    box.wall -= jump

    assert box.keeper.trusted
    assert box.keeper() == NOW + HOUR
    assert [(news.act, news.facts.get("by")) for news in box.keeper.take_news()] == [
        ("clock step", None),
        ("clock trusted", "agrees"),
    ]


@pytest.mark.parametrize(
    ("wall", "sent_at", "doubt", "told"),
    [
        pytest.param(BATTERY_EMPTY, NOW + HOUR, None, NOW + HOUR, id="no battery, a newer time of an operator"),
        pytest.param(BATTERY_EMPTY, NOW - HOUR, "back", NOW, id="no battery, an old text"),
        pytest.param(BATTERY_EMPTY, None, "back", NOW, id="no battery, a provider without a clock"),
        pytest.param(BATTERY_EMPTY, NOW + timedelta(days=400), "back", NOW, id="an operator's clock that is mad"),
        pytest.param(NOW + timedelta(days=3), NOW + timedelta(days=3), None, NOW + timedelta(days=3), id="was off"),
        pytest.param(NOW + timedelta(days=3), NOW + HOUR, "forward", NOW + HOUR, id="an old text proves a part"),
        pytest.param(YEAR_2036, NOW + HOUR, "forward", NOW + HOUR, id="2036 is not proved by today's text"),
        pytest.param(NOW + timedelta(days=3), YEAR_2036, "forward", NOW, id="later than the wall clock itself"),
    ],
)
def test_an_operators_time(wall: datetime, sent_at: datetime | None, doubt: str | None, told: datetime) -> None:
    box = Box(wall=wall)
    box.keeper.heard(sent_at)

    assert (box.why, box.keeper()) == (doubt, told)
    assert box.keeper.proven == told


def test_an_operators_time_vouches_until_the_wall_clock_is_set() -> None:
    box = Box(wall=BATTERY_EMPTY)
    box.keeper.heard(NOW + HOUR)
    box.passes(HOUR)
    assert box.keeper() == NOW + 2 * HOUR
    box.wall = NOW + 2 * HOUR + 5 * SECOND

    assert box.keeper() == NOW + 2 * HOUR + 5 * SECOND
    assert box.keeper.trusted


@pytest.mark.parametrize("wall", [YEAR_2036, NOW - 3 * HOUR], ids=["forward", "back"])
def test_an_official_ends_the_doubt_at_the_next_look(wall: datetime) -> None:
    box = Box()
    box.wall = wall
    assert not box.keeper.trusted
    box.acts += 1

    assert box.keeper() == wall
    assert box.keeper.trusted
    assert box.keeper.proven == wall


def test_acts_are_not_looked_for_without_a_doubt() -> None:
    asked = []
    keeper = Timekeeper(lambda: NOW, lambda: 0.0, NOW, lambda: asked.append(1) or 0)  # type: ignore[func-returns-value]
    for _ in range(100):
        keeper()

    assert len(asked) == 1


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(-(10**9), 10**9)), max_size=30))
def test_it_never_goes_back_and_never_believes_a_great_step(moves: Sequence[tuple[int, int]]) -> None:
    box = Box()
    before = box.keeper()
    for passed, step in moves:
        box.passes(timedelta(seconds=passed))
        box.wall += timedelta(seconds=step)
        now = box.keeper()
        assert before + timedelta(seconds=max(0, passed - 60)) <= now or now == before
        assert before <= now <= before + timedelta(seconds=passed) + timedelta(days=1)
        assert (box.keeper.doubt is None) or box.keeper.proven <= now
        before = now


def test_what_is_proven_is_kept_and_doubt_is_shown(home: Home) -> None:
    box = Box(seen=None)
    timekeeping.begin(home, box.keeper)
    box.wall = YEAR_2036
    timekeeping.keep(home, box.keeper, box.keeper.take_news())
    box.keeper()
    timekeeping.keep(home, box.keeper, box.keeper.take_news())
    with home.store.reading() as tx:
        assert states.highest_seen(tx) == NOW
        told = timekeeping.tell(tx, YEAR_2036)
        assert told.doubt == box.keeper.doubt
        assert told.doubt is not None
        assert told.doubt.why is Step.FORWARD
        acts = [(entry.link.entry["act"], entry.link.entry["facts"]) for entry in audit.entries(tx)]
        assert audit.verify(tx, home.keys) is None
    assert [act for act, _ in acts] == ["start", "clock step"]
    assert acts[0][1]["trusted"] is True
    assert acts[1][1]["seconds"] == round((YEAR_2036 - NOW).total_seconds())


def test_a_process_that_was_never_ended_shows_in_the_audit_log(home: Home) -> None:
    for ends in (True, False, True):
        box = Box(seen=None)
        timekeeping.begin(home, box.keeper)
        if ends:
            timekeeping.end(home, box.keeper)
    with home.store.reading() as tx:
        acts = [entry.link.entry["act"] for entry in audit.entries(tx)]

    assert acts == ["start", "stop", "start", "start", "stop"]


def test_what_cannot_be_kept_is_news_again() -> None:
    box = Box()
    box.wall += 3 * HOUR
    box.keeper()
    news = box.keeper.take_news()
    box.keeper.put_back(news)

    assert box.keeper.take_news() == news != []


def test_a_wall_clock_that_is_behind_cannot_be_confirmed_but_what_was_seen_can_be_forgotten(home: Home) -> None:
    with home.store.transaction() as tx:
        states.see(tx, YEAR_2036)
        assert jobs.lease(tx, "tick", "the one of 2036", YEAR_2036, YEAR_2036 + HOUR)
    message = put(home, due_at=YEAR_2036, expires_at=YEAR_2036 + HOUR)
    with pytest.raises(NotNow, match="it was 2036"), home.store.transaction() as tx:
        timekeeping.confirm(tx, home, NOW, "operator")
    with home.store.transaction() as tx:
        timekeeping.reset(tx, home, NOW, "operator")

    with home.store.transaction() as tx:
        assert states.highest_seen(tx) == NOW
        assert jobs.lease(tx, "tick", "the one of today", NOW, NOW + HOUR)
        assert tx.row("SELECT due_at FROM outbox WHERE id = ?", message) == (round(NOW.timestamp() * 10**6),)
        assert [(e.link.entry["act"], e.link.entry["facts"]["was"]) for e in audit.entries(tx)] == [
            ("reset clock", YEAR_2036.isoformat())
        ]


def test_a_box_that_says_1970_cannot_be_gone_by(home: Home) -> None:
    for act in (timekeeping.confirm, timekeeping.reset):
        with pytest.raises(NotNow, match="set its clock first"), home.store.transaction() as tx:
            act(tx, home, BATTERY_EMPTY, "operator")


def an_aul(field: Field) -> Paper:
    """An open vote whose voters are on the roll."""
    aul(field.home)
    paper = opened(field.home)
    field.enrol(*(phone(number) for number in range(10)))
    return paper


def with_clock(field: Field, box: Box) -> None:
    """The gateway's messages arrive by the clock of this box."""
    keeper = Timekeeper(lambda: box.wall, lambda: box.seconds, box.seen, lambda: _acts(field.home))
    box.keeper = keeper
    field.conversation._judging = Judging(keeper)
    field.hooks._clock = keeper


def _acts(home: Home) -> int:
    with home.store.reading() as tx:
        return states.clock_acts(tx)


def doubtful(field: Field, keeper: Timekeeper) -> tuple[dict[int, int], dict[int, int]]:
    """Poll -> votes taken in doubt, and those of them that came after the end."""
    timekeeping.keep(field.home, keeper, [])
    with field.home.store.reading() as tx:
        told = timekeeping.tell(tx, NOW)
    return dict(told.doubtful), dict(told.late)


def test_a_vote_while_the_clock_is_in_doubt_is_kept_and_counted_as_such(field: Field) -> None:
    paper, box = an_aul(field), Box()
    with_clock(field, box)
    field.says(phone(0), "3")
    box.wall = YEAR_2036
    field.says(phone(1), "3")
    field.ussd(phone(2), "s1", "")
    field.ussd(phone(2), "s1", "7*3")
    box.passes(CLOSES + paper.grace - NOW)
    field.says(phone(3), "3")

    assert [field.standing(paper, phone(number)) is not None for number in range(5)] == [True, True, False, True, False]
    assert doubtful(field, box.keeper) == ({paper.poll: 2}, {paper.poll: 1})
    field.invariants()


def test_when_the_doubt_ends_votes_are_judged_by_arrival_again(field: Field) -> None:
    paper, box = an_aul(field), Box()
    with_clock(field, box)
    box.wall = CLOSES + timedelta(days=2)
    field.says(phone(1), "3")
    assert field.standing(paper, phone(1)) == (Standing.PENDING, "sms")
    with field.home.store.transaction() as tx:
        timekeeping.confirm(tx, field.home, box.wall, "operator")
    field.says(phone(2), "3")

    assert field.standing(paper, phone(2)) is None
    with field.home.store.reading() as tx:
        last = list(audit.entries(tx))[-1].link.entry
    assert last["act"] == "confirm clock"


def test_before_the_opening_nothing_is_let_in_by_a_clock_in_doubt(field: Field) -> None:
    paper = an_aul(field)
    box = Box(wall=OPENS + timedelta(days=3), seen=OPENS - HOUR)
    with_clock(field, box)

    assert field.standing(paper, phone(1)) is None
    field.says(phone(1), "3")
    assert field.standing(paper, phone(1)) is None


def test_the_operators_time_of_a_text_lets_its_own_vote_in(field: Field) -> None:
    paper = an_aul(field)
    box = Box(wall=BATTERY_EMPTY, seen=OPENS - HOUR)
    with_clock(field, box)
    sent_at = OPENS + HOUR
    field.now = sent_at
    field.says(phone(1), "3", date=sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"))

    assert field.standing(paper, phone(1)) == (Standing.PENDING, "sms")
    assert box.keeper.trusted


def test_dauys_clock_shows_confirms_and_resets(sqlite_home: Home) -> None:
    path = sqlite_home.path
    assert document(path, "clock")["trusted"] is True
    with sqlite_home.store.transaction() as tx:
        states.see(tx, datetime.now(UTC) - timedelta(days=9))
    shown = document(path, "clock")
    assert (shown["trusted"], shown["step"]) == (False, "forward")
    assert "in doubt" in dauys(path, "clock")
    dauys(path, "clock", "confirm")
    assert document(path, "clock")["trusted"] is True
    with sqlite_home.store.transaction() as tx:
        states.see(tx, datetime.now(UTC) + timedelta(days=3650))
    assert document(path, "clock")["step"] == "back"
    dauys(path, "clock", "confirm", code=1)
    dauys(path, "clock", "reset")
    assert document(path, "clock")["trusted"] is True
    with sqlite_home.store.reading() as tx:
        assert [entry.link.entry["act"] for entry in audit.entries(tx)] == ["confirm clock", "reset clock"]
