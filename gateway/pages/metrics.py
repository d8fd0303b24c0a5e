"""METRICS: what /metrics tells. Business figures are read from the database when somebody asks; a vote pays nothing."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway import __version__
from gateway.clock import Timekeeper
from gateway.pages.site import Site
from gateway.store import lines, states
from gateway.store.engine import Tx
from gateway.store.types import to_micros

Sample = tuple[tuple[str, ...], float]
"""Values of the labels, and the figure."""


@dataclass(frozen=True, slots=True)
class Look:
    """One moment at which the figures are read."""

    site: Site
    tx: Tx
    now: datetime

    def by(self, sql: str, *params: object) -> Iterator[Sample]:
        """Rows of labels with a figure at the end."""
        for *labels, value in self.tx.rows(sql, *params):
            yield tuple(map(str, labels)), float(value or 0)

    def one(self, sql: str, *params: object) -> Iterator[Sample]:
        """A figure without labels."""
        row = self.tx.row(sql, *params)
        yield (), float((row and row[0]) or 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric."""

    says: str
    read: Callable[[Look], Iterable[Sample]]
    labels: tuple[str, ...] = ()
    family: Callable[..., Metric] = field(default=GaugeMetricFamily)


def _epoch(look: Look) -> Iterator[Sample]:
    yield (), float(states.get(look.tx, states.EPOCH) or 1)


def _backup_age(look: Look) -> Iterator[Sample]:
    said = states.get(look.tx, states.BACKUP)
    if said is not None:
        yield (), (look.now - datetime.fromisoformat(said)).total_seconds()


def _oldest(look: Look) -> Iterator[Sample]:
    now = to_micros(look.now)
    for (provider,), due in look.by("SELECT provider, min(due_at) FROM outbox WHERE state = 'due' GROUP BY provider"):
        yield (provider,), max(0.0, (now - due) / 1_000_000)


def _down(look: Look) -> Iterator[Sample]:
    for line in lines.every(look.tx):
        yield (line.line,), (look.now - line.since).total_seconds()


def _clock(look: Look) -> Iterator[Sample]:
    clock = look.site.clock
    yield (), float(clock.trusted if isinstance(clock, Timekeeper) else not states.get(look.tx, states.DOUBT))


def _room(look: Look) -> Iterator[Sample]:
    if look.site.watched.path is not None:
        yield (), float(shutil.disk_usage(look.site.watched.path).free)


def _counted(counts: Counter[Any]) -> Iterator[Sample]:
    for labels, count in sorted(counts.items()):
        yield tuple(map(str, labels)), float(count)


METRICS: dict[str, Figure] = {
    "dauys_version": Figure("always 1; which version runs", lambda _: [((__version__,), 1.0)], ("version",)),
    "dauys_epoch": Figure("1, and one more for each restore", _epoch),
    "dauys_votes": Figure(
        "votes as they stand: pending, held, mixed; by channel",
        lambda look: look.by("SELECT channel, state, count(*) FROM participation GROUP BY channel, state"),
        ("channel", "state"),
    ),
    "dauys_messages": Figure(
        "SMS taken, by what became of them",
        lambda look: look.by("SELECT outcome, count(*) FROM inbox GROUP BY outcome"),
        ("outcome",),
    ),
    "dauys_envelopes_pending": Figure(
        "sealed votes that wait for the mix", lambda look: look.one("SELECT count(*) FROM pending_ballot")
    ),
    "dauys_envelopes_unreadable": Figure(
        "sealed votes that no key opened", lambda look: look.one("SELECT sum(unreadable) FROM batch")
    ),
    "dauys_ballots": Figure("anonymous ballots", lambda look: look.one("SELECT sum(size) FROM batch")),
    "dauys_polls_open": Figure(
        "polls that take votes",
        lambda look: look.one("SELECT count(*) FROM poll WHERE phase IN ('voting', 'grace')"),
    ),
    "dauys_outbox_messages": Figure(
        "messages that leave: due, paused, leased, sent, delivered, unknown, dead",
        lambda look: look.by("SELECT provider, state, count(*) FROM outbox GROUP BY provider, state"),
        ("provider", "state"),
    ),
    "dauys_outbox_oldest_seconds": Figure("how long the oldest due message has waited", _oldest, ("provider",)),
    "dauys_outbox_failing": Figure(
        "messages that failed and will be tried again",
        lambda look: look.by(
            "SELECT provider, count(*) FROM outbox WHERE state IN ('due', 'leased') AND error <> '' GROUP BY provider"
        ),
        ("provider",),
    ),
    "dauys_line_down_seconds": Figure("how long a line has taken no messages; absent: it works", _down, ("provider",)),
    "dauys_backup_age_seconds": Figure("age of the last backup; absent: there is none", _backup_age),
    "dauys_clock_trusted": Figure("0: the clock is in doubt, nothing closes by itself", _clock),
    "dauys_disk_free_bytes": Figure("room on the disk of the home", _room),
    "dauys_outcomes": Figure(
        "what became of messages and USSD steps that this process answered, repeated deliveries left out",
        lambda look: _counted(look.site.watched.meters.outcomes),
        ("channel", "outcome"),
        CounterMetricFamily,
    ),
    "dauys_provider_errors": Figure(
        "what providers refused this process: again, permanent, account-wide, unknown, not-asked",
        lambda look: _counted(look.site.watched.meters.errors),
        ("provider", "kind"),
        CounterMetricFamily,
    ),
    "dauys_hook_answers": Figure(
        "calls of providers answered by this process; 503: nothing was taken",
        lambda look: _counted(look.site.watched.meters.answers),
        ("provider", "hook", "status"),
        CounterMetricFamily,
    ),
}
"""Name -> figure. The table in docs/operations.md is made from it."""

COMMITS = "dauys_commit_seconds"
COMMITS_SAY = "how long commits of this process took: one commit may hold many votes (histogram)"


def exposition(site: Site) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Figures(site))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        with self._site.store.reading() as tx:
            look = Look(self._site, tx, self._site.clock())
            for name, figure in METRICS.items():
                family = figure.family(name, figure.says, labels=figure.labels)
                for labels, value in figure.read(look):
                    family.add_metric(labels, value)  # type: ignore[attr-defined]
                yield family
        commits = self._site.books.commits
        histogram = HistogramMetricFamily(COMMITS, COMMITS_SAY)
        histogram.add_metric((), commits.cumulated(), commits.seconds)
        yield histogram
