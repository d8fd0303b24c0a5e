"""Results as files that everybody may take: CSV for spreadsheets, .pb for Pabulib and its tools."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from ballots import pabulib
from ballots.elections import election_of
from ballots.rollups import Rollup
from gateway import sheets
from gateway.store.areas import Place
from gateway.store.results import Published
from handlers.telling import in_language

PROPOSALS = (
    *("area_code", "area", "cycle", "title", "state", "closed_on", "ballots", "budget"),
    *("number", "proposal_id", "name", "category", "sdgs", "cost", "votes", "funded"),
)
"""Columns of `proposals.csv`: one row for each proposal; money in whole tenge, `funded` 1 or 0, `sdgs` with spaces."""

ROLLUPS = (
    *("area_code", "area", "kind", "polls", "certified", "withheld", "ballots", "budget"),
    *("sdg", "proposals", "votes", "funded", "funded_cost"),
)
"""Columns of `rollups.csv`: one row for each area and goal that occurs in it; `sdg` 0: proposals that serve none."""


def state_of(one: Published) -> str:
    """`closed`, or `certified` once officials have put their names to it."""
    return "certified" if one.result.certified else "closed"


def proposals_csv(published: Iterable[Published], language: str, zone: tzinfo) -> bytes:
    """Every proposal of these polls; where totals are withheld the cells for figures are empty."""
    rows = (row for one in published for row in _proposals(one, language, zone))
    return sheets.write([PROPOSALS, *rows])


def rollups_csv(rollups: Iterable[tuple[Place, Rollup]], language: str) -> bytes:
    """Every area with every goal that occurs in it."""
    return sheets.write([ROLLUPS, *(row for place, rollup in rollups for row in _goals(place, rollup, language))])


def pb(one: Published, language: str, zone: tzinfo) -> bytes | None:
    """The election in Pabulib's format; None where ballots are not published."""
    if one.ballots is None or one.result.tally is None:
        return None
    return pabulib.write(election_of(one.result.paper, one.ballots, one.result.tally, language, zone))


def _proposals(one: Published, language: str, zone: tzinfo) -> Iterator[tuple[object, ...]]:
    paper, tally = one.result.paper, one.result.tally
    area, title = in_language(paper.area.names, language), in_language(paper.title, language)
    closed_on = one.closed_at.astimezone(zone).date().isoformat()
    ballots = "" if tally is None else tally.ballots
    head = (paper.area.code, area, one.cycle, title, state_of(one), closed_on, ballots, paper.rules.budget)
    for proposal in paper.proposals:
        told: tuple[object, ...] = ("", "")
        if tally is not None:
            told = (tally.votes[proposal.proposal_id], int(proposal.proposal_id in tally.funded))
        sdgs, name = " ".join(map(str, proposal.sdgs)), in_language(proposal.names, language)
        yield (*head, proposal.number, proposal.proposal_id, name, proposal.category, sdgs, proposal.cost, *told)


def _goals(place: Place, rollup: Rollup, language: str) -> Iterator[tuple[object, ...]]:
    area = in_language(place.area.names, language)
    counts = (rollup.polls, rollup.certified, rollup.withheld, rollup.ballots, rollup.budget)
    for goal in rollup.goals:
        sums = (goal.goal, goal.proposals, goal.votes, goal.funded, goal.funded_cost)
        yield (place.code, area, place.area.kind, *counts, *sums)
