"""/console/turnouts, /console/cycles/{cycle}/turnout: how many voted, as it stood at the last noon, tally or closing.

Nothing here moves with a single vote: the pages read snapshots (docs/decisions/0090).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ballots.cells import SMALL, without_small
from ballots.model import Paper, PollKind, Visibility
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.notices import state_of
from gateway.store import alarms, snapshots
from gateway.store.alarms import Alarm
from gateway.store.few import OVER
from gateway.store.snapshots import Snapshot
from handlers.telling import day as short_day

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a table with its bar."""

    label: str
    count: int
    width: int  # 0 to 100
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """One poll as an official sees it."""

    paper: Paper
    state: str  # soon, open, counting, closed
    snapshot: Snapshot | None
    oddities: tuple[str, ...]  # sentences

    @property
    def share(self) -> int | None:
        """Percent of the roll that voted; None while nothing is known."""
        if self.snapshot is None or not self.snapshot.phones:
            return None
        return min(100, 100 * self.snapshot.accepted // self.snapshot.phones)

    @property
    def rehearsal(self) -> bool:
        """Does nothing count here?"""
        return self.paper.kind is PollKind.REHEARSAL


def show(desk: Desk) -> Answer:
    """The votes of all areas that the visitor looks after."""
    with desk.site.store.reading() as tx:
        catalogue = desk.site.shelf.current(tx)
        taken, odd = snapshots.every(tx), alarms.every(tx)
    papers = [paper for paper in catalogue.papers if desk.visitor.oversees(catalogue.area_ids[paper.area.code])]
    found = [_watched(desk, paper, taken.get(paper.poll), _of(odd, paper)) for paper in papers]
    return desk.screen("turnouts.html", polls=sorted(found, key=lambda one: desk.name_of(one.paper.area.names)))


def show_cycle(desk: Desk) -> Answer:
    """The polls of one cycle, the vote itself first."""
    assert desk.cycle is not None
    with desk.site.store.reading() as tx:
        catalogue = desk.site.shelf.current(tx)
        papers = [paper for paper in catalogue.papers if paper.cycle == desk.cycle.id]
        found = [
            _watched(desk, paper, snapshots.of_poll(tx, paper.poll), alarms.of_poll(tx, paper.poll)) for paper in papers
        ]
    found.sort(key=lambda one: (one.paper.kind is not PollKind.VOTE, one.paper.poll))
    return desk.screen("turnout.html", polls=found, tally_at=desk.cycle.tally_at, page=Page(desk))


@dataclass(frozen=True, slots=True)
class Page:
    """What the template asks of one poll."""

    desk: Desk

    def today(self, snapshot: Snapshot) -> int | None:
        """Votes of today as of the snapshot; None if it is of another day."""
        zone = self.desk.site.gateway.zone
        today = self.desk.at.astimezone(zone).date()
        if snapshot.at.astimezone(zone).date() != today:
            return None
        return snapshot.received.days.get(today.isoformat(), 0)

    def days(self, snapshot: Snapshot) -> list[Bar]:
        """Votes of each day of voting."""
        days = snapshot.received.days
        return list(_bars((short_day(date.fromisoformat(day)), days[day]) for day in sorted(days)))

    def channels(self, snapshot: Snapshot) -> list[Bar]:
        """Votes of each channel; few ones together."""
        cells = without_small(snapshot.received.channels)
        told = [(self.desk.say(f"channels.{channel}"), count) for channel, count in cells.told.items()]
        return list(_bars([*told, *([(self.desk.say(f"channels.{OTHER}"), cells.other)] if cells.other else [])]))

    def proposals(self, poll: Watched) -> list[Bar]:
        """Votes of each proposal, the most first; only where `hidden` is empty."""
        assert poll.snapshot is not None
        votes, funded = poll.snapshot.votes or {}, poll.snapshot.funded
        ranked = sorted(poll.paper.proposals, key=lambda proposal: (-votes.get(proposal.number, 0), proposal.number))
        rows = [(f"{one.number}. {self.desk.name_of(one.names)}", votes.get(one.number, 0)) for one in ranked]
        marks = [one.number in funded for one in ranked]
        return [Bar(bar.label, bar.count, bar.width, mark) for bar, mark in zip(_bars(rows), marks, strict=True)]

    def hidden(self, poll: Watched) -> str:
        """The sentence that says why votes per proposal are not shown; '' where they are."""
        assert poll.snapshot is not None
        if poll.snapshot.votes is not None:
            return ""
        if poll.paper.phase in OVER:
            return self.desk.say("votes_few_over")
        if poll.paper.visibility is Visibility.TURNOUT:
            return self.desk.say("votes_after_closing")
        return self.desk.say("votes_few", least=SMALL)


def _watched(desk: Desk, paper: Paper, snapshot: Snapshot | None, raised: Iterable[Alarm]) -> Watched:
    return Watched(paper, state_of(paper, desk.at), snapshot, tuple(_oddities(desk, snapshot, raised)))


def _of(raised: Iterable[Alarm], paper: Paper) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in raised if alarm.poll == paper.poll)


def _oddities(desk: Desk, snapshot: Snapshot | None, raised: Iterable[Alarm]) -> Iterator[str]:
    """What people should look at, in plain words."""
    amount = desk.wording.amount
    for alarm in raised:
        facts: Mapping[str, object] = {
            "votes": amount(alarm.votes),
            "limit": amount(alarm.limit),
            "day": short_day(date.fromisoformat(alarm.day)),
        }
        yield desk.say(f"odd.{alarm.kind}", **facts)
    if snapshot is None:
        return
    for day in snapshot.received.unmatched:
        on = short_day(date.fromisoformat(day.day))
        yield desk.say("odd.unmatched", day=on, voters=amount(day.voters), ballots=amount(day.ballots))
    if snapshot.received.unreadable:
        yield desk.say("odd.unreadable", count=amount(snapshot.received.unreadable))


def _bars(rows: Iterable[tuple[str, int]]) -> Iterator[Bar]:
    """Bars against the longest one."""
    listed = list(rows)
    longest = max((count for _, count in listed), default=0)
    for label, count in listed:
        yield Bar(label, count, 100 * count // longest if longest else 0)
