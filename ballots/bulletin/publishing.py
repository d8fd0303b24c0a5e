"""From all that a gateway knows of a closed cycle to the bulletin that everybody may read."""

from dataclasses import replace
from typing import Any

from ballots.bulletin import acts, hiding
from ballots.bulletin.values import Batch, Bulletin, Day, Publish

UNTOLD = ("votes", "funded", "ties", "steps")
"""What is None in a tally of which only the turnout is told."""


def public(whole: Bulletin) -> Bulletin:
    """What may be published of `whole`, in which every ballot, batch and day stands; hiding.py says why."""
    mix_min = whole.manifest["mix_min"]
    publish = hiding.publishable(whole.about.publish, whole.tally["ballots"], mix_min)
    together = hiding.heap_of(whole.batches, mix_min)
    shown = replace(
        whole,
        about=replace(whole.about, publish=publish, together=together),
        days=tuple(_shown(whole, day, publish, together) for day in whole.days),
    )
    if publish is Publish.BALLOTS:
        apart = {no: rows for no, rows in whole.ballots.items() if no not in together}
        heap = sorted(choices for no in together for _, choices in whole.ballots.get(no, ()))
        return replace(shown, ballots=apart, heap=tuple(heap))
    tally = {**whole.tally, **dict.fromkeys(UNTOLD)} if publish is Publish.TURNOUT else whole.tally
    return replace(shown, ballots={}, heap=(), tally=tally)


def counted_by(bulletin: Bulletin, head: str) -> list[Batch]:
    """The batches that were mixed when the audit log ended at `head`. Raises ValueError if it never did."""
    hashes = [link.hash for link in bulletin.chain]
    until = hashes.index(head) + 1
    logged = acts.batches(acts.of_poll(bulletin.chain, bulletin.about.poll, bulletin.about.cycle))
    return [batch for batch in bulletin.batches if batch.no in logged and logged[batch.no]["seq"] <= until]


def _shown(whole: Bulletin, day: Day, publish: Publish, together: tuple[int, ...]) -> Day:
    counted = {batch.no for batch in counted_by(whole, day.head)}
    if publish is Publish.TURNOUT or hiding.splits(counted, whole.batches, together):
        return hiding.without_votes(day)
    return day


def day_plain(day: Day) -> dict[str, Any]:
    """One entry of days.json."""
    return {"slot": day.slot, "day": day.day, "tally": dict(day.tally)}
