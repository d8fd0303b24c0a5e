"""The shapes of results in JSON, each field with what it means: /api/v1/results, /api/v1/rollups."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from ballots.rollups import Rollup
from gateway.open_data import state_of
from gateway.pages.api import AreaOut, ProposalOut, RulesOut, Texts, TieOut
from gateway.store.areas import Place
from gateway.store.results import Published


class State(StrEnum):
    """How far a result has come."""

    CLOSED = "closed"
    CERTIFIED = "certified"


STATE = "closed: counted, paper may still be added; certified: officials have put their names to it."
WITHHELD = "null where withheld."


EXAMPLE: JsonDict = {
    "cycle": 1,
    "area": {"code": 7, "kind": "aul", "names": {"kk": "Ақбұлақ", "ru": "Акбулак"}},
    "within": [90, 900],
    "title": {"kk": "Ауылда алдымен не жасалады?", "ru": "Что сделать в ауле первым?"},
    "state": "certified",
    "closed_at": "2026-05-15T13:00:00Z",
    "certified_at": "2026-05-20T06:30:00Z",
    "budget": 30_000_000,
    "voted": 26,
    "withheld": False,
    "ballots": 26,
    "funded": ["1", "3", "4", "7"],
    "funded_cost": 27_700_000,
    "funded_sdgs": [6, 7, 11],
}


class ResultOut(BaseModel):
    """What one area's vote came to."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    cycle: int
    area: AreaOut
    within: list[int] = Field(description="Codes of the areas above it: district, region.")
    title: Texts
    state: State = Field(description=STATE)
    closed_at: datetime
    certified_at: datetime | None = None
    budget: int = Field(description="Whole tenge.")
    voted: int = Field(description="How many voted.")
    withheld: bool = Field(description="Too few voted: totals would tell who voted how, so they are not published.")
    ballots: int | None = Field(description=f"Ballots counted; {WITHHELD}")
    funded: list[str] | None = Field(description=f"proposal_ids in the order of funding; {WITHHELD}")
    funded_cost: int | None = Field(description=f"Whole tenge; {WITHHELD}")
    funded_sdgs: list[int] | None = Field(description=f"Goals that funded proposals serve; {WITHHELD}")


class CountedOut(ProposalOut):
    """A proposal with what became of it."""

    votes: int | None = Field(description=WITHHELD)
    funded: bool | None = Field(description=WITHHELD)


class LinksOut(BaseModel):
    """The same result elsewhere on this gateway."""

    page: str = Field(description="For people.")
    csv: str
    pb: str | None = Field(description="null where the cycle publishes totals only, or totals are withheld.")


class WholeResultOut(ResultOut):
    """A result with its rules, its proposals and where files of it are."""

    rules: RulesOut
    ties: list[TieOut]
    proposals: list[CountedOut]
    links: LinksOut


class ResultsOut(BaseModel):
    """A page of results, the last closed one first."""

    total: int = Field(description="Results that match, on all pages.")
    results: list[ResultOut]
    next: str | None = Field(description="Address of the next page; null on the last one.")


class GoalOut(BaseModel):
    """Proposals that serve one Sustainable Development Goal. One that serves two counts in full for each."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"sdg": 6, "proposals": 2, "votes": 19, "funded": 1, "funded_cost": 14_500_000}]
        }
    )

    sdg: int = Field(description="1 to 17; 0: proposals that serve none.")
    proposals: int
    votes: int
    funded: int
    funded_cost: int = Field(description="Whole tenge.")


class RollupOut(BaseModel):
    """Sums of many results. All but the first three figures are of the results that are not withheld."""

    polls: int
    certified: int
    withheld: int
    ballots: int
    budget: int = Field(description="Whole tenge.")
    proposals: int
    funded: int
    funded_cost: int = Field(description="Whole tenge.")
    sdgs: list[GoalOut] = Field(description="Goals that occur.")


class AreaRollupOut(RollupOut):
    """Sums of an area: its own vote and those of all areas in it."""

    area: AreaOut
    within: list[int] = Field(description="Codes of the areas above it: district, region.")


class RollupsOut(BaseModel):
    """Sums of the whole gateway, and of each area in which a vote is over."""

    total: RollupOut
    areas: list[AreaRollupOut] = Field(description="Regions, then districts, then auls; each kind by its code.")


def result_out(one: Published, within: Sequence[int]) -> ResultOut:
    """One result in a list."""
    return ResultOut(**_facts(one, within))


def whole_result_out(one: Published, within: Sequence[int]) -> WholeResultOut:
    """One result with all that belongs to it."""
    paper, tally = one.result.paper, one.result.tally
    address = f"/api/v1/results/{one.cycle}"
    return WholeResultOut(
        **_facts(one, within),
        rules=RulesOut(**{name: getattr(paper.rules, name) for name in RulesOut.model_fields}),
        ties=[
            TieOut(**{name: getattr(tie, name) for name in TieOut.model_fields})
            for tie in (tally.ties if tally else ())
        ],
        proposals=[
            CountedOut(
                **{name: getattr(proposal, name) for name in ProposalOut.model_fields},
                votes=None if tally is None else tally.votes[proposal.proposal_id],
                funded=None if tally is None else proposal.proposal_id in tally.funded,
            )
            for proposal in paper.proposals
        ],
        links=LinksOut(
            page=f"/a/{paper.area.code}",
            csv=f"{address}/proposals.csv",
            pb=None if one.ballots is None else f"{address}/election.pb",
        ),
    )


def rollup_out(rollup: Rollup) -> RollupOut:
    """Sums of the whole gateway."""
    return RollupOut(**_sums(rollup))


def area_rollup_out(place: Place, rollup: Rollup, within: Sequence[int]) -> AreaRollupOut:
    """Sums of one area."""
    area = AreaOut(code=place.code, kind=place.area.kind, names=dict(place.area.names))
    return AreaRollupOut(**_sums(rollup), area=area, within=list(within))


def _facts(one: Published, within: Sequence[int]) -> dict[str, object]:
    paper, tally = one.result.paper, one.result.tally
    funded = [] if tally is None else [each for each in paper.proposals if each.proposal_id in tally.funded]
    told: dict[str, object] = dict.fromkeys(("ballots", "funded", "funded_cost", "funded_sdgs"))
    if tally is not None:
        told = {
            "ballots": tally.ballots,
            "funded": list(tally.funded),
            "funded_cost": sum(each.cost for each in funded),
            "funded_sdgs": sorted({goal for each in funded for goal in each.sdgs}),
        }
    return told | {
        "cycle": one.cycle,
        "area": AreaOut(code=paper.area.code, kind=paper.area.kind, names=dict(paper.area.names)),
        "within": list(within),
        "title": dict(paper.title),
        "state": State(state_of(one)),
        "closed_at": one.closed_at,
        "certified_at": one.certified_at,
        "budget": paper.rules.budget,
        "voted": one.voted,
        "withheld": tally is None,
    }


def _sums(rollup: Rollup) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(rollup, name) for name in RollupOut.model_fields if name != "sdgs"}
    goals = [
        GoalOut(
            sdg=goal.goal,
            proposals=goal.proposals,
            votes=goal.votes,
            funded=goal.funded,
            funded_cost=goal.funded_cost,
        )
        for goal in rollup.goals
    ]
    return plain | {"sdgs": goals}
