"""/api/v1: published cycles, their papers and tallies as JSON. Totals of a running vote are for officials at most."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ballots.model import AreaKind, BallotForm, Bound, Paper, Phase, PollKind, Proposal, Ties, Trait, Visibility
from gateway.catalogue import Catalogue
from gateway.pages.site import Site
from gateway.store import areas, few, officials, tallies
from gateway.store.officials import Official
from gateway.store.tallies import Counted

Texts = dict[str, str]
"""Language code -> text."""

bearer = HTTPBearer(auto_error=False, description="An official's token. Without one only public facts are told.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
Second = Annotated[
    str,
    Header(
        alias="Second-Official",
        description="The token of a second official. Totals of a poll that ended with very few ballots are told to two "
        "(administrator, akim, clerk) together, and the audit log says so; to one, only how many voted.",
    ),
]


class AreaOut(BaseModel):
    """An aul, a district or a region."""

    code: int = Field(description="What people dial.")
    kind: AreaKind
    names: Texts


class CycleOut(BaseModel):
    """One area's vote."""

    id: int
    area: AreaOut
    title: Texts
    phase: Phase
    opens_at: datetime
    closes_at: datetime = Field(description="Half-open: the closing instant is closed.")
    visibility: Visibility = Field(description="daily: officials see totals while it runs; turnout: nobody does.")
    budget: int = Field(description="Whole tenge.")
    turnout: int | None = Field(description="Accepted votes as last announced, at noon and at the daily tally.")


class ProposalOut(BaseModel):
    """One proposal on the paper."""

    number: int = Field(description="What a voter sends.")
    proposal_id: str
    names: Texts
    texts: Texts
    cost: int = Field(description="Whole tenge.")
    category: str
    settlement: str = Field(description="Where it is carried out, if a quota looks at that.")
    sdgs: list[int] = Field(description="Sustainable Development Goals, 1 to 17.")
    group: str = Field(description="At most one proposal of a group is funded.")
    withdrawn: bool


class QuotaOut(BaseModel):
    """A share of the budget for some proposals."""

    model_config = ConfigDict(from_attributes=True)

    bound: Bound = Field(description="floor: reserved; cap: not to be exceeded.")
    trait: Trait
    values: list[str] = Field(description="Of the trait; empty: each value for itself.")
    percent: int = Field(description="Of the budget.")


class RulesOut(BaseModel):
    """How ballots are filled in and counted."""

    form: BallotForm
    min_choices: int
    max_choices: int
    max_cost: int | None = Field(description="Whole tenge that one ballot may cost.")
    rule: str
    ties: Ties
    threshold: int = Field(description="Fewer votes than this are never funded.")
    lot_seed: str
    quotas: list[QuotaOut] = Field(description="Shares of the budget that are reserved, or not to be exceeded.")


class PaperOut(CycleOut):
    """A vote with all that its paper says."""

    rules: RulesOut
    proposals: list[ProposalOut]


class TurnoutOut(BaseModel):
    """What everybody may know while the vote runs."""

    cycle: int
    accepted: int | None = Field(description="Accepted votes as last announced; null before the first time.")


class TieOut(BaseModel):
    """Proposals with equal votes."""

    votes: int
    proposal_ids: list[str] = Field(description="In the order in which the policy took them.")
    policy: Ties
    decisive: bool = Field(description="Another order would have funded other proposals.")


class StepOut(BaseModel):
    """One decision of the count."""

    proposal_id: str
    number: int
    votes: int
    cost: int
    left: int = Field(description="Whole tenge left before this decision.")
    decision: str
    tie: bool
    pays: int = Field(0, description="Equal Shares: whole tenge that each supporter paid at most.")
    reserved: bool = Field(False, description="Paid from the share that a floor reserves.")


class TallyOut(BaseModel):
    """A count."""

    cycle: int
    accepted: int = Field(description="pending + ballots")
    pending: int = Field(description="Accepted, sealed, not yet opened.")
    ballots: int = Field(description="Opened and counted.")
    votes: dict[str, int] = Field(description="proposal_id -> votes, zeros included.")
    funded: list[str] = Field(description="proposal_ids in the order of funding.")
    rule: str
    ties: list[TieOut]
    head: str = Field(description="Head of the audit log, 64 hex digits.")


class SteppedTallyOut(TallyOut):
    """A count with the decisions that led to it."""

    steps: list[StepOut]


def router(site: Site) -> APIRouter:
    """`/api/v1/cycles` and what is below."""
    routes = APIRouter(prefix="/api/v1", tags=["cycles"])

    @routes.get("/cycles", summary="Published cycles of the current round")
    async def cycles() -> list[CycleOut]:
        catalogue = await site.catalogue()
        return [_cycle(paper, catalogue) for paper in _voting(catalogue)]

    @routes.get(
        "/cycles/{cycle}", summary="One cycle with its paper", responses={404: {"description": "No such cycle."}}
    )
    async def cycle(cycle: int) -> PaperOut:
        catalogue = await site.catalogue()
        return _paper(_find(catalogue, cycle), catalogue)

    @routes.get(
        "/cycles/{cycle}/tally",
        summary="The tally, or what may be told of it now",
        responses={401: {"description": "The token opens nothing."}, 404: {"description": "No such cycle."}},
        response_model_exclude_unset=True,
    )
    async def tally(
        cycle: int,
        credentials: Credentials,
        second: Second = "",
        *,
        steps: Annotated[bool, Query(description="1: with every decision of the count.")] = False,
    ) -> SteppedTallyOut | TallyOut | TurnoutOut:
        catalogue = await site.catalogue()
        paper = _find(catalogue, cycle)
        tokens = (*([credentials.credentials] if credentials else ()), *([second] if second else ()))
        counted = await run_in_threadpool(_visible, site, catalogue, paper, tokens)
        if counted is None:
            return TurnoutOut(cycle=cycle, accepted=_turnout(paper, catalogue))
        return SteppedTallyOut(**counted.plain()) if steps else TallyOut(**counted.plain())

    return routes


def _voting(catalogue: Catalogue) -> list[Paper]:
    return [paper for paper in catalogue.papers if paper.kind is PollKind.VOTE]


def _find(catalogue: Catalogue, cycle: int) -> Paper:
    for paper in _voting(catalogue):
        if paper.cycle == cycle:
            return paper
    raise HTTPException(404, "no such cycle is published")


def _visible(site: Site, catalogue: Catalogue, paper: Paper, tokens: tuple[str, ...]) -> Counted | None:
    """The tally that these callers may see now. Raises HTTPException(401)."""
    known = {_official(site, token) for token in tokens}
    callers = [official for official in known if _oversees(site, catalogue, official, paper)]
    if not callers:
        return site.published_results(catalogue.version, paper)
    if paper.visibility is not Visibility.DAILY and paper.phase not in few.OVER:
        return None
    with site.store.reading() as tx:
        counted = tallies.of_poll(tx, paper.poll)
        if not few.ended_with_few(tx, counted):
            return counted
    return _to_two(site, counted, callers)


def _to_two(site: Site, counted: Counted, callers: list[Official]) -> Counted | None:
    """Few ballots: to two officials together, who are named in the audit log."""
    readers = sorted(official.name for official in callers if official.role in few.READERS)
    if len(readers) < 2:
        return None
    with site.store.transaction() as tx:
        few.note_reading(tx, site.keys, site.clock(), counted.paper, tuple(readers))
        return tallies.of_poll(tx, counted.paper.poll)


def _official(site: Site, token: str) -> Official:
    with site.store.reading() as tx:
        found = officials.by_token(tx, token)
    if found is None:
        raise HTTPException(401, "this token opens nothing", headers={"WWW-Authenticate": "Bearer"})
    return found


def _oversees(site: Site, catalogue: Catalogue, official: Official, paper: Paper) -> bool:
    """Is the paper of the official's own area, or of one below it?"""
    if official.areas is None:
        return True
    with site.store.reading() as tx:
        below = [areas.below(tx, area) for area in official.areas]
    return any(catalogue.area_ids[paper.area.code] in each for each in below)


def _turnout(paper: Paper, catalogue: Catalogue) -> int | None:
    shown = catalogue.turnouts.get(paper.poll)
    return None if shown is None else shown.accepted


def _cycle(paper: Paper, catalogue: Catalogue) -> CycleOut:
    return CycleOut(**_facts(paper, catalogue))


def _paper(paper: Paper, catalogue: Catalogue) -> PaperOut:
    rules = RulesOut(**{name: getattr(paper.rules, name) for name in RulesOut.model_fields})
    return PaperOut(**_facts(paper, catalogue), rules=rules, proposals=[_proposal(each) for each in paper.proposals])


def _facts(paper: Paper, catalogue: Catalogue) -> dict[str, Any]:
    area = AreaOut(code=paper.area.code, kind=paper.area.kind, names=dict(paper.area.names))
    return {
        "id": paper.cycle,
        "area": area,
        "title": dict(paper.title),
        "phase": paper.phase,
        "opens_at": paper.opens_at,
        "closes_at": paper.closes_at,
        "visibility": paper.visibility,
        "budget": paper.rules.budget,
        "turnout": _turnout(paper, catalogue),
    }


def _proposal(proposal: Proposal) -> ProposalOut:
    return ProposalOut(**{name: getattr(proposal, name) for name in ProposalOut.model_fields})
