"""The published papers of this gateway, in memory, replaced whole when anything is published, closed or mixed."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ballots.manifest import paper_of
from ballots.model import AreaKind, Paper, Phase, PollId, ProposalStatus
from gateway.store.engine import Tx
from gateway.store.types import from_micros
from handlers.messages import Turnout


@dataclass(frozen=True)
class Catalogue:
    """All that menus and votes need to know of polls. Immutable."""

    version: int
    round_id: int
    papers: tuple[Paper, ...]  # area polls before district polls
    by_poll: Mapping[PollId, Paper]
    by_area: Mapping[int, tuple[Paper, ...]]  # area id -> papers that a voter of this area may fill in
    codes: Mapping[int, int]  # area id -> the code that people dial
    area_ids: Mapping[int, int]  # the reverse
    batches: Mapping[PollId, int]  # the open batch, that a vote is sealed into now
    turnouts: Mapping[PollId, Turnout]  # as last shown: moves at noon and at the daily tally only


EMPTY = Catalogue(-1, 0, (), {}, {}, {}, {}, {}, {})


class Shelf:
    """Holds the current catalogue; one row tells whether another process has replaced it."""

    def __init__(self, moved_on: Callable[[Mapping[PollId, int]], None] = lambda _batches: None) -> None:
        """`moved_on` is told which batches are open whenever the catalogue is replaced: Keyring.keep_batches."""
        self.catalogue = EMPTY
        self._moved_on = moved_on

    def paper(self, poll: PollId) -> Paper | None:
        """The paper of a poll, as last seen."""
        return self.catalogue.by_poll.get(poll)

    def current(self, tx: Tx) -> Catalogue:
        """The catalogue as this transaction sees it."""
        row = tx.row("SELECT value FROM gateway_state WHERE key = 'catalogue'")
        return self.at(tx, int(row[0]) if row else 0)

    def at(self, tx: Tx, version: int) -> Catalogue:
        """The catalogue of this version, as this transaction sees it."""
        catalogue = self.catalogue  # another thread may replace it at any moment by what *it* sees
        if version != catalogue.version:
            catalogue = self.catalogue = load(tx, version)
            self._moved_on(catalogue.batches)
        return catalogue


def load(tx: Tx, version: int) -> Catalogue:
    """Read everything anew."""
    (round_id,) = tx.row("SELECT coalesce(max(id), 0) FROM round") or (0,)
    areas = {row[0]: row for row in tx.rows("SELECT id, code, kind, parent_id FROM area")}
    rows = tx.rows(
        "SELECT p.id, p.manifest, p.phase, p.opens_at, p.closes_at, p.grace_seconds, b.no, c.area_id, c.id "
        "FROM poll p JOIN cycle c ON c.id = p.cycle_id "
        "LEFT JOIN batch b ON b.poll_id = p.id AND b.no = p.batch_no AND b.state = 'open' "
        "WHERE p.manifest <> '' AND c.round_id = ? AND p.phase <> ? ORDER BY p.id",
        round_id,
        Phase.ARCHIVED,
    )
    withdrawn = tx.rows("SELECT cycle_id, number FROM proposal WHERE status = ?", ProposalStatus.WITHDRAWN)
    pairs = ((paper_in(row, {number for cycle, number in withdrawn if cycle == row[8]}), row[7]) for row in rows)
    papers = sorted(pairs, key=lambda pair: pair[0].area.kind is not AreaKind.AUL)
    return Catalogue(
        version=version,
        round_id=round_id,
        papers=tuple(paper for paper, _ in papers),
        by_poll={paper.poll: paper for paper, _ in papers},
        by_area={area: tuple(paper for paper, owner in papers if owner in _upwards(area, areas)) for area in areas},
        codes={area: row[1] for area, row in areas.items()},
        area_ids={row[1]: area for area, row in areas.items()},
        batches={PollId(row[0]): row[6] for row in rows if row[6] is not None},
        turnouts=turnouts(tx),
    )


def paper_in(row: tuple[Any, ...], withdrawn: Collection[int] = ()) -> Paper:
    """The frozen paper of a row (id, manifest, phase, opens_at, closes_at, grace_seconds, …) as it stands now."""
    poll, manifest, phase, opens_at, closes_at, grace = row[:6]
    return replace(
        paper_of(json.loads(manifest), withdrawn),
        poll=PollId(poll),
        phase=Phase(phase),
        opens_at=from_micros(opens_at),
        closes_at=from_micros(closes_at),
        grace=timedelta(seconds=grace),
    )


def _upwards(area: int, areas: Mapping[int, tuple[Any, ...]]) -> set[int]:
    """The area itself, its district, its region: a district poll's roll is the union of its auls' rolls."""
    found: set[int] = set()
    at: int | None = area
    while at is not None and at not in found:
        found.add(at)
        at = areas[at][3]
    return found


def turnouts(tx: Tx) -> dict[PollId, Turnout]:
    """What is told of each poll to whoever asks, as last shown."""
    found: dict[PollId, Turnout] = {}
    for key, value in tx.rows("SELECT key, value FROM gateway_state WHERE key > 'turnout:' AND key < 'turnout;'"):
        shown = json.loads(value)
        votes = shown["votes"]
        found[PollId(int(key.partition(":")[2]))] = Turnout(
            accepted=shown["accepted"],
            votes=None if votes is None else {int(number): times for number, times in votes.items()},
            funded=tuple(shown["funded"]),
        )
    return found
