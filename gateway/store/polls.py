"""Polls: from a draft of rows to a frozen paper that is open."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from ballots import canonical
from ballots.cycles import may_become
from ballots.linting import lint as lint_paper
from ballots.manifest import manifest_of, paper_of, sha256_hex
from ballots.model import BallotForm, Paper, Phase, PollId, PollKind, Rules, Ties
from ballots.rules import quotas
from gateway.errors import NotNow, NotThere, Unfit, Unpublishable
from gateway.keys import Keyring
from gateway.store import areas, audit, ballots, cycles, proposals, states
from gateway.store.engine import Tx
from gateway.store.tables import CycleRow, PollRow
from handlers.lint import lint as lint_texts

RUNNING = (Phase.VOTING, Phase.GRACE)
SKETCHED = timedelta(days=14)  # how long a draft votes that says nothing of it


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opens, and what the paper must hold."""

    actor: str
    languages: Sequence[str]
    fitted: bool = False  # texts were shortened by us: how they look on a phone keeps nobody from opening
    proved: str = ""  # manifest hash of a paper whose texts were looked at before: `prove`


def prove(tx: Tx, poll: PollId, at: datetime, opening: Opening) -> Opening:
    """Look at every text on every screen, which takes its time, before the transaction that opens at the same `at`.

    Raises as `open_poll`.
    """
    row = _row(tx, poll)
    paper = draft(tx, poll, row.opens_at or at)
    cycle = cycles.by_id(tx, paper.cycle)
    _check(tx, paper, cycle, opening)
    return replace(opening, proved=sha256_hex(manifest_of(paper, cycle.mix_min)))


def open_poll(tx: Tx, keys: Keyring, poll: PollId, at: datetime, opening: Opening) -> Paper:
    """Freeze the paper, make the first batch and let votes in from `opens_at` (`at`, if none was set).

    Raises NotNow if it was opened before, Unfit without a closing instant, Unpublishable with every flaw.
    """
    tx.lock()
    row = _row(tx, poll)
    paper = draft(tx, poll, row.opens_at or at)
    row.opens_at = paper.opens_at
    cycle = cycles.by_id(tx, paper.cycle)
    _check(tx, paper, cycle, opening)
    manifest = manifest_of(paper, cycle.mix_min)
    row.manifest, row.manifest_hash = canonical.write(manifest).decode(), sha256_hex(manifest)
    row.phase = Phase.VOTING
    tx.session.flush()
    if paper.kind is PollKind.VOTE:
        tx.run("UPDATE cycle SET phase = ? WHERE id = ?", Phase.VOTING, paper.cycle)
    keys.new_batch(poll, 1)
    ballots.begin_batch(tx, poll, 1)
    audit.record(
        tx,
        keys,
        at,
        opening.actor,
        "open",
        cycle=paper.cycle,
        poll=poll,
        manifest=row.manifest_hash,
        area=cycle.place.code,
    )
    states.bump_catalogue(tx)
    return paper


def draft(tx: Tx, poll: PollId, opens_at: datetime) -> Paper:
    """The paper that would be frozen if voting opened then. Raises NotNow if it was opened, Unfit without an end."""
    row = _row(tx, poll)
    if row.manifest:
        raise NotNow(f"poll {poll} was opened already")
    if row.closes_at is None:
        raise Unfit("nothing says when voting closes: set it with dauys cycle set C --closes-at")
    return _drafted(tx, row, opens_at, row.closes_at)


def sketch(tx: Tx, poll: PollId, at: datetime) -> Paper:
    """The paper as it would be or is, for looking at it: a draft without dates opens at `at`, for two weeks."""
    row = _row(tx, poll)
    if row.manifest:
        return published(tx, poll)
    opens_at = row.opens_at or at
    return _drafted(tx, row, opens_at, row.closes_at or opens_at + SKETCHED)


def neighbours(tx: Tx, poll: PollId) -> list[Paper]:
    """The papers that are open now on any of the same phones."""
    cycle = cycles.by_id(tx, _row(tx, poll).cycle_id)
    related = areas.related(tx, cycle.place.id)
    query = (
        select(PollRow.id, CycleRow.area_id)
        .join(CycleRow, CycleRow.id == PollRow.cycle_id)  # type: ignore[arg-type]
        .where(PollRow.manifest != "", CycleRow.round_id == cycle.round_id, PollRow.id != poll)
        .where(PollRow.phase.in_(RUNNING))  # type: ignore[attr-defined]
    )
    found = tx.session.exec(query).all()
    return [published(tx, PollId(other)) for other, area in found if other is not None and area in related]


def _drafted(tx: Tx, row: PollRow, opens_at: datetime, closes_at: datetime) -> Paper:
    cycle = cycles.by_id(tx, row.cycle_id)
    return Paper(
        poll=PollId(row.id or 0),
        cycle=cycle.id,
        kind=PollKind(row.kind),
        area=cycle.place.area,
        title=cycle.title,
        proposals=tuple(proposal for proposal in proposals.on_ballot(tx, cycle.id) if not proposal.withdrawn),
        rules=_rules(row, cycle.pb_budget),
        opens_at=opens_at,
        closes_at=closes_at,
        grace=timedelta(seconds=row.grace_seconds),
        visibility=cycle.visibility,
        confirm_sms=cycle.confirm_sms,
        echo=cycle.echo,
    )


def published(tx: Tx, poll: PollId) -> Paper:
    """The frozen paper as it stands now: its phase, dates that an act moved, proposals taken back. Raises NotNow."""
    row = _row(tx, poll)
    if not row.manifest or row.opens_at is None or row.closes_at is None:
        raise NotNow(f"poll {poll} is not open yet")
    taken_back = {proposal.number for proposal in proposals.on_ballot(tx, row.cycle_id) if proposal.withdrawn}
    return replace(
        paper_of(json.loads(row.manifest), taken_back),
        phase=Phase(row.phase),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        grace=timedelta(seconds=row.grace_seconds),
    )


def manifest(tx: Tx, poll: PollId) -> dict[str, Any]:
    """What was frozen at opening. Raises NotNow."""
    row = _row(tx, poll)
    if not row.manifest:
        raise NotNow(f"poll {poll} is not open yet")
    frozen: dict[str, Any] = json.loads(row.manifest)
    return frozen


def manifest_hash(tx: Tx, poll: PollId) -> str:
    """SHA-256 of what was frozen at opening, 64 hex digits; '' before."""
    return _row(tx, poll).manifest_hash


def set_opening(tx: Tx, poll: PollId) -> datetime | None:
    """The instant that was set for voting to open, if one was."""
    return _row(tx, poll).opens_at


def add(tx: Tx, cycle: int, kind: PollKind, opens_at: datetime, closes_at: datetime) -> PollId:
    """Another poll of a cycle (a rehearsal, a consultation), with the rules of its voting poll."""
    known = _row(tx, cycles.by_id(tx, cycle).poll).model_dump(include=set(cycles.OF_POLL))
    row = PollRow(**known | {"cycle_id": cycle, "kind": kind, "opens_at": opens_at, "closes_at": closes_at})
    tx.session.add(row)
    tx.session.flush()
    return PollId(row.id or 0)


def _check(tx: Tx, paper: Paper, cycle: cycles.Cycle, opening: Opening) -> None:
    if paper.kind is PollKind.VOTE and not may_become(cycle.phase, Phase.VOTING):
        raise NotNow(f"cycle {cycle.id} is {cycle.phase}: voting cannot open from there")
    found = lint_paper(paper, neighbours(tx, paper.poll), opening.languages)
    findings = [str(finding) for finding in found if finding.refuses]
    if not (opening.fitted or cycle.facts.get("fitted")) and opening.proved != sha256_hex(
        manifest_of(paper, cycle.mix_min)
    ):
        findings += _on_phones(paper, opening.languages)
    if findings:
        raise Unpublishable(findings)


def _on_phones(paper: Paper, languages: Sequence[str]) -> Iterator[str]:
    for finding in lint_texts(paper, languages):
        where = "" if finding.number is None else f"proposal {finding.number}, "
        yield f"{where}{finding.language}: {finding.what}; {finding.mend}"


def _rules(row: PollRow, budget: int) -> Rules:
    return Rules(
        form=BallotForm(row.form),
        min_choices=row.min_choices,
        max_choices=row.max_choices,
        max_cost=row.max_cost,
        budget=budget,
        rule=row.rule,
        ties=Ties(row.ties),
        threshold=row.threshold,
        lot_seed=row.lot_seed,
        quotas=tuple(map(quotas.read, row.quotas)),
    )


def _row(tx: Tx, poll: PollId) -> PollRow:
    row = tx.session.get(PollRow, poll, populate_existing=True)
    if row is None:
        raise NotThere(f"there is no poll {poll}")
    return row
