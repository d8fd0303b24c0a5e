"""The tally of a slot: mix, count, show, archive, and a bulletin for every recipient. Safe to repeat from any point."""

import json
from dataclasses import replace
from datetime import date, datetime

from ballots.cells import SMALL
from ballots.model import Phase, PollId, PollKind, Visibility
from gateway import mixing
from gateway.bulletins import BULLETINS
from gateway.bulletins.digest import FINAL, Digest
from gateway.home import Home
from gateway.outbox import SMS, seal
from gateway.providers import PROVIDERS
from gateway.providers import enabled as providers_of
from gateway.settings import Settings
from gateway.store import alarms, areas, bulletins, cycles, jobs, outbox, recipients, snapshots, states, tallies
from gateway.store.engine import Tx
from gateway.store.jobs import Watched
from gateway.store.recipients import Recipient
from gateway.store.tallies import Counted

TALLY = "tally"
TURNOUT = "turnout"
PRIORITY = 3


def tally(home: Home, watched: Watched, slot: str, at: datetime, *, newest: bool = True) -> None:
    """What is due at a slot: a local date, or FINAL. Of several missed ones the newest alone mixes and is an SMS."""
    if slot == FINAL:
        mixing.close(home, watched.poll, at, "box")
    elif newest:
        mixing.mix(home, watched.poll, slot, at)
    with home.store.transaction() as tx:
        counted = tallies.of_poll(tx, watched.poll)
        _show(tx, home, watched, counted, at)
        if watched.kind is PollKind.VOTE:
            odd = tuple(str(alarm.kind) for alarm in alarms.of_poll(tx, watched.poll))
            digest = replace(digest_of(home, watched, counted, slot, at), alarms=odd)
            publish(tx, home, digest, at, newest=newest)
        jobs.mark(tx, TALLY, watched.poll, slot, at)


def turnout(home: Home, watched: Watched, slot: str, at: datetime) -> None:
    """At noon only the number of accepted votes moves."""
    with home.store.transaction() as tx:
        _show(tx, home, watched, tallies.of_poll(tx, watched.poll), at)
        jobs.mark(tx, TURNOUT, watched.poll, slot, at)


def show(home: Home, poll: PollId) -> None:
    """What phones are told of a poll that was closed by hand, from now on; its bulletins leave at the next look."""
    with home.store.transaction() as tx:
        for watched in jobs.watched(tx):
            if watched.poll == poll:
                _show(tx, home, watched, tallies.of_poll(tx, poll), watched.closes_at)


def digest_of(home: Home, watched: Watched, counted: Counted, slot: str, at: datetime) -> Digest:
    """What may be told of a count to those who receive tallies."""
    zone = home.settings.gateway.zone
    last = min(at, watched.closes_at) if slot == FINAL else at
    on = last.astimezone(zone).date() if slot == FINAL else date.fromisoformat(slot)
    told = _votes(watched, counted)
    return Digest(
        cycle=watched.cycle,
        slot=slot,
        on=on,
        day=(on - watched.opens_at.astimezone(zone).date()).days + 1,
        paper=counted.paper,
        accepted=counted.accepted,
        pending=counted.pending,
        ballots=counted.tally.ballots,
        votes=told,
        funded=_funded(counted) if told is not None else (),
        rule=counted.tally.rule,
        ties=tuple(counted.plain()["ties"]),
        head=counted.head,
    )


def publish(tx: Tx, home: Home, digest: Digest, at: datetime, *, newest: bool = True) -> None:
    """Archive, and one bulletin per recipient of the area and of all above it, in this one transaction."""
    bulletins.archive(tx, digest.cycle, digest.slot, digest.plain(), at)
    place = cycles.by_id(tx, digest.cycle).place
    provider = place.provider or sms_provider(home.settings)
    instance = states.instance(tx)
    for to in recipients.every(tx, home.keys):
        if place.id not in areas.below(tx, to.area_id) or (to.channel == SMS and not newest):
            continue
        content = BULLETINS[to.channel](digest, to)
        content |= {"id": f"{instance[:12]}.{digest.cycle}.{digest.slot}.{to.id}", "made_at": at.isoformat()}
        _enqueue(tx, home, digest, to, provider if to.channel == SMS else to.channel, content, at)


def sms_provider(settings: Settings) -> str:
    """By which provider announcements leave: the first that calls out, else the first that is enabled."""
    found = providers_of(settings)
    sending = [name for name, provider in found.items() if provider.rate]
    return (sending or list(found) or list(PROVIDERS))[0]


def _enqueue(  # noqa: PLR0913, PLR0917 - one bulletin is all of this
    tx: Tx, home: Home, digest: Digest, to: Recipient, provider: str, content: dict[str, str], at: datetime
) -> None:
    message = outbox.new_id(at, home.randomness)
    if not bulletins.claim(tx, digest.cycle, digest.slot, to.id, to.channel, message):
        return
    if to.channel == SMS:
        bulletins.supersede(tx, digest.cycle, to.id, to.channel, at)
    recipient, sealed = seal(home.keys, to.address, content)
    outbox.enqueue(
        tx,
        outbox.Outgoing(
            id=message,
            channel=to.channel,
            provider=provider,
            recipient=recipient,
            content=sealed,
            due_at=at,
            expires_at=at + outbox.HOPE,
            priority=PRIORITY,
            dedupe=f"bulletin|{digest.cycle}|{digest.slot}|{to.id}|{to.channel}",
        ),
    )


def _show(tx: Tx, home: Home, watched: Watched, counted: Counted, at: datetime) -> None:
    """What the gateway tells whoever asks, until the next noon or tally: of a running vote only the turnout."""
    snapshots.put(tx, watched.poll, _snapshot(tx, home, watched, counted, at))
    told = _votes(watched, counted) if _over(counted) else None
    shown = {
        "accepted": counted.accepted,
        "votes": None if told is None else {str(number): votes for number, votes in told.items()},
        "funded": list(_funded(counted)) if told is not None else [],
    }
    states.put(tx, f"turnout:{watched.poll}", json.dumps(shown, sort_keys=True))
    states.bump_catalogue(tx)


def _snapshot(tx: Tx, home: Home, watched: Watched, counted: Counted, at: datetime) -> snapshots.Snapshot:
    """What officials see until the next noon or tally."""
    zone, told = home.settings.gateway.zone, _votes(watched, counted)
    return snapshots.Snapshot(
        at=at,
        phones=snapshots.phones(tx, watched.poll),
        accepted=counted.accepted,
        ballots=counted.tally.ballots,
        votes=told,
        funded=_funded(counted) if told is not None else (),
        received=snapshots.received(tx, watched.poll, at.astimezone(zone).date().isoformat(), zone),
    )


def _votes(watched: Watched, counted: Counted) -> dict[int, int] | None:
    """Votes by number; None where only the turnout may be told: as the cycle says, or because there are too few."""
    few = counted.tally.ballots < (watched.mix_min if _over(counted) else SMALL)
    if few or (counted.paper.visibility is Visibility.TURNOUT and not _over(counted)):
        return None
    return {proposal.number: counted.tally.votes[proposal.proposal_id] for proposal in counted.paper.proposals}


def _funded(counted: Counted) -> tuple[int, ...]:
    numbers = {proposal.proposal_id: proposal.number for proposal in counted.paper.proposals}
    return tuple(numbers[proposal_id] for proposal_id in counted.tally.funded)


def _over(counted: Counted) -> bool:
    return counted.paper.phase not in {Phase.VOTING, Phase.GRACE}
