"""A village of transcripts in a real home: its areas, rolls, slips and open papers, as officials would have laid them in."""

from dataclasses import asdict, replace

from ballots.model import Area, AreaKind, Paper, PollKind
from gateway.home import Home
from gateway.store import areas, cycles, polls, proposals, rolls, slips
from gateway.store.engine import Tx
from gateway.store.polls import Opening
from tests.homes import MADE
from tests.papers import AUL
from tests.village import Village
from tests.villages import NEIGHBOUR

ROUND = 1
MANY = 1000  # answers an hour: how few there may be is tested where it is decided


def settled(home: Home, village: Village) -> Home:
    """The home with the settings of this village, and every provider."""
    gateway = home.settings.gateway.model_copy(update={"ussd": village.ussd, "languages": village.languages})
    limits = home.settings.limits.model_copy(update={"replies_per_hour": MANY})
    providers = home.settings.providers
    kannel = providers.kannel.model_copy(update={"enabled": True})
    changes = {"gateway": gateway, "limits": limits, "providers": providers.model_copy(update={"kannel": kannel})}
    return replace(home, settings=home.settings.model_copy(update=changes))


def lay(home: Home, village: Village) -> None:
    """Put the village into a home where nothing is yet."""
    known = {area.code: area for area in (AUL, NEIGHBOUR, *(paper.area for paper in village.papers))}
    with home.store.transaction() as tx:
        for code in village.rolls:
            _settle(tx, home, village, known[code])
        for paper in village.papers:
            _open(tx, home, paper)
        _draw_borders(tx)
        tx.run("UPDATE cycle SET mix_min = 0")  # a mix holds nothing back: one villager is enough for a dialogue


def _settle(tx: Tx, home: Home, village: Village, area: Area) -> None:
    place = areas.create(tx, area)
    if area.kind is not AreaKind.AUL:  # its roll is that of its auls
        return
    rolls.add(tx, ROUND, place.id, rolls.seal(home.keys, ROUND, village.rolls[area.code]))
    given_out = [digits for digits, code in village.slips.items() if code == area.code]
    if given_out:
        slips.keep(tx, ROUND, place.id, "first", [slips.tag_of(home.keys, ROUND, digits) for digits in given_out])


def _open(tx: Tx, home: Home, paper: Paper) -> None:
    cycle = cycles.new(tx, paper.area.code, paper.title, MADE, **_settings(paper))
    proposals.put_on_ballot(tx, cycle.id, [replace(proposal, withdrawn=False) for proposal in paper.proposals])
    poll = cycle.poll
    if paper.kind is not PollKind.VOTE:
        poll = polls.add(tx, cycle.id, paper.kind, paper.opens_at, paper.closes_at)
    polls.open_poll(tx, home.keys, poll, MADE, Opening("akim", home.settings.gateway.languages, fitted=True))
    for proposal in paper.proposals:
        if proposal.withdrawn:
            proposals.withdraw(tx, cycle.id, proposal.number, "the owner took it back")


def _settings(paper: Paper) -> dict[str, object]:
    of_rules = asdict(paper.rules)
    of_paper = {name: getattr(paper, name) for name in ("opens_at", "closes_at", "visibility", "confirm_sms", "echo")}
    grace = int(paper.grace.total_seconds())
    return {"pb_budget": of_rules.pop("budget"), "grace_seconds": grace} | of_rules | of_paper


def _draw_borders(tx: Tx) -> None:
    """Auls lie in their district or region.

    After opening, as papers with the same numbers for the same phones are not let in: handlers answer them all the same.
    """
    tx.run("UPDATE area SET parent_id = (SELECT max(id) FROM area WHERE kind <> 'aul') WHERE kind = 'aul'")
