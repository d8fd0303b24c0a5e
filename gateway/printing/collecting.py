"""The facts of a sheet, read from the books."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ballots.model import Paper, PollId, Texts
from gateway.bulletins.digest import FINAL
from gateway.errors import NotNow, NotThere
from gateway.home import Home
from gateway.pages.public import dial_string
from gateway.printing.board import BoardSheet, Day
from gateway.printing.imprint import Imprint
from gateway.printing.minutes_facts import Commission, Decided, Minutes, MixedBatch, Turnout
from gateway.printing.poster import Poster
from gateway.settings import Gateway
from gateway.store import areas, audit, bulletins, cycles, few, paper, pictures, polls, rolls, tallies, turnouts
from gateway.store.areas import Place
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet of which cycle."""

    cycle: int
    languages: tuple[str, ...]
    at: datetime
    by_two: bool = False  # two officials have agreed to read totals of few


@dataclass(frozen=True, slots=True)
class Press:
    """What every sheet of this gateway carries: its numbers, its key, its address."""

    gateway: Gateway
    fingerprint: str  # of the signing key
    public_url: str = ""

    @classmethod
    def of(cls, home: Home) -> "Press":
        """That of a home."""
        return cls(home.settings.gateway, home.keys.fingerprint, home.settings.server.public_url)

    @property
    def dial(self) -> str:
        """The service code; '' without USSD."""
        return self.gateway.service_code if self.gateway.ussd else ""


def imprint_of(tx: Tx, press: Press, asked: Asked) -> Imprint:
    """What stands on every sheet of a cycle's voting poll, also of a draft. Raises NotThere, Unfit."""
    cycle = cycles.by_id(tx, asked.cycle)
    frozen = polls.manifest_hash(tx, cycle.poll)
    return Imprint(
        paper=polls.published(tx, cycle.poll) if frozen else _draft(tx, cycle.poll, asked.at),
        above=_above(tx, cycle.place),
        zone=press.gateway.zone,
        languages=asked.languages,
        fingerprint=press.fingerprint,
        manifest=frozen,
        address=_address(press, cycle.place),
    )


def poster_of(tx: Tx, press: Press, asked: Asked) -> Poster:
    """The poster of a cycle with its pictures, of a draft as a preview. Raises NotThere, Unfit."""
    kept = {number: picture.jpeg for number, picture in pictures.by_number(tx, asked.cycle).items()}
    return Poster(imprint_of(tx, press, asked), press.gateway.short_code, press.dial, kept)


def board_sheet_of(tx: Tx, press: Press, asked: Asked, on: date | None = None, *, office: bool = False) -> BoardSheet:
    """What the newest daily tally tells, or that of a day. Raises NotThere, NotNow without a tally."""
    cycle = cycles.by_id(tx, asked.cycle)
    archive = bulletins.archived(tx, asked.cycle)
    if not archive:
        raise NotNow(f"cycle {cycle.id} has no daily tally yet: the first one is made at {cycle.tally_at}")
    known = [slot for slot, _, _ in archive]
    slot = known[-1] if on is None else on.isoformat()
    if slot not in known:
        raise NotThere(f"there is no tally of {slot}; there are {', '.join(known)}")
    imprint = imprint_of(tx, press, asked)
    _, content, made_at = archive[known.index(slot)]
    shown = content if office or slot == FINAL else content | {"votes": None, "funded": None}
    first = imprint.paper.opens_at.astimezone(imprint.zone).date()
    return BoardSheet(
        imprint=imprint,
        made_at=made_at,
        day=(made_at.astimezone(imprint.zone).date() - first).days + 1,
        final=slot == FINAL,
        accepted=content["accepted"],
        ballots=content["ballots"],
        roll=rolls.size(tx, cycle.round_id, areas.below(tx, cycle.place.id)),
        days=_days(archive, slot),
        head=content["head"],
        votes=_by_number(imprint.paper, shown["votes"]),
        funded=_numbers(imprint.paper, shown["funded"]),
        office=office,
    )


def minutes_of(tx: Tx, press: Press, asked: Asked, commission: Commission) -> Minutes:
    """The minutes of a vote that is over. Raises NotThere; NotNow while it runs, or while paper waits for its ballots.

    `for_two` of what is returned: these totals are for two officials, whose reading the caller notes (store/few.py).
    """
    cycle = cycles.by_id(tx, asked.cycle)
    if cycle.phase not in few.OVER:
        raise NotNow(f"cycle {cycle.id} is {cycle.phase}: minutes are printed when voting is over and counted")
    waiting = paper.unmatched(tx, cycle.poll)
    if waiting:
        raise NotNow(f"{waiting} voters on paper are marked without their ballots: dauys load paper-votes first")
    counted = tallies.of_poll(tx, cycle.poll)
    return Minutes(
        imprint=replace(imprint_of(tx, press, asked), paper=counted.paper),
        counted=counted,
        turnout=_turnout(tx, cycle),
        batches=_batches(tx, cycle.poll),
        decided=tuple(map(_decided, audit.decisions(tx, cycle.poll))),
        seq=audit.head(tx).seq,
        planned_end=datetime.fromisoformat(polls.manifest(tx, cycle.poll)["closes_at"]),
        method=cycle.place.method,
        dial=dial_string(press.dial, cycle.place.code) if press.dial else "",
        for_two=few.ended_with_few(tx, counted),
        commission=commission,
    )


def _turnout(tx: Tx, cycle: Cycle) -> Turnout:
    took_part = turnouts.of_poll(tx, cycle.poll)
    return Turnout(
        roll=rolls.size(tx, cycle.round_id, areas.below(tx, cycle.place.id)),
        channels=turnouts.told_apart(took_part.channels),
        unreadable=took_part.unreadable,
        held=took_part.held,
    )


def _batches(tx: Tx, poll: PollId) -> tuple[MixedBatch, ...]:
    return tuple(
        MixedBatch(each.no, each.mixed_at, each.size, each.ballots_hash, each.no >= paper.FIRST_BATCH)
        for each in turnouts.batches(tx, poll)
    )


def _decided(entry: audit.Entry) -> Decided:
    facts = entry.facts
    return Decided(entry.at, entry.act, tuple(facts.get("officials", (entry.actor,))), facts.get("reason", ""))


def _days(archive: tuple[tuple[str, Mapping[str, Any], datetime], ...], last: str) -> tuple[Day, ...]:
    """One per local date, up to the slot `last`; the final tally is no day of its own."""
    shown = [(slot, content) for slot, content, _ in archive if slot != FINAL and (last == FINAL or slot <= last)]
    return tuple(Day(date.fromisoformat(slot), content["accepted"]) for slot, content in shown)


def _by_number(on: Paper, votes: Mapping[str, int] | None) -> Mapping[int, int] | None:
    if votes is None:
        return None
    return {proposal.number: votes[proposal.proposal_id] for proposal in on.proposals}


def _numbers(on: Paper, ids: list[str] | None) -> tuple[int, ...]:
    numbers = {proposal.proposal_id: proposal.number for proposal in on.proposals}
    return tuple(numbers[each] for each in ids or ())


def _draft(tx: Tx, poll: PollId, at: datetime) -> Paper:
    """As it would be frozen now, or at the instant that was set."""
    return polls.draft(tx, poll, polls.set_opening(tx, poll) or at)


def _above(tx: Tx, place: Place) -> tuple[Texts, ...]:
    found: list[Texts] = []
    while place.parent is not None:
        place = areas.by_id(tx, place.parent)
        found.append(place.area.names)
    return tuple(found)


def _address(press: Press, place: Place) -> str:
    return f"{press.public_url.rstrip('/')}/a/{place.code}" if press.public_url else ""
