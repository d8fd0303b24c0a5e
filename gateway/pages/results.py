"""/api/v1/results and /api/v1/rollups: what votes came to, as JSON and as files. Everybody may read all of it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, Field
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from ballots.model import AreaKind
from gateway import open_data
from gateway.pages.board import Board, Wanted, board_of
from gateway.pages.conditional import conditional
from gateway.pages.shapes import (
    ResultsOut,
    RollupsOut,
    WholeResultOut,
    area_rollup_out,
    result_out,
    rollup_out,
    whole_result_out,
)
from gateway.pages.site import Site
from gateway.pages.wording import choose_language
from gateway.store.results import Published
from gateway.store.types import to_micros

JSON, CSV, PB = "application/json", "text/csv; charset=utf-8", "text/plain; charset=utf-8"
MOST = 200
CURSOR = r"\d{1,17}-\d{1,17}"


class Page(Wanted):
    """Which results, and how many at a time."""

    limit: int = Field(50, ge=1, le=MOST, description="Results on a page.")
    after: str = Field("", pattern=rf"^({CURSOR})?$", description="As the address of the next page says.")


Lang = Annotated[str, Query(description="Language of names: kk, kk-latin, ru, en. The gateway's first one if missing.")]
Level = Annotated[AreaKind | None, Query(description="Sums of this kind of area alone.")]
Responses = dict[int | str, dict[str, Any]]
Cycle = Annotated[int, Path(description="Its id, as in the list of results.", examples=[1])]
CSV_FILE: Responses = {200: {"content": {"text/csv": {}}, "description": "UTF-8 with its mark, `;` between cells."}}
PB_FILE: Responses = {200: {"content": {"text/plain": {}}, "description": "A .pb file (pabulib.org/format), UTF-8."}}
NO_RESULT: Responses = {404: {"description": "No such vote is over."}}
NO_BALLOTS: Responses = {
    404: {"description": "No such vote is over, or it publishes totals only, or its totals are withheld."}
}


def router(site: Site) -> APIRouter:
    """The routes; each answers 304 to a client that has the answer already."""
    routes = APIRouter(prefix="/api/v1", tags=["results"])
    _lists(routes, site)
    _one(routes, site)
    _sums(routes, site)
    return routes


def page_of(board: Board, page: Page) -> tuple[Sequence[Published], str]:
    """The results of a page, and the cursor of the next one; '' on the last."""
    later = [one for one in board.published if not page.after or _place(one) < _parsed(page.after)]
    shown = later[: page.limit]
    more = len(later) > len(shown)
    return shown, "-".join(map(str, _place(shown[-1]))) if more else ""


def next_page(url: URL, cursor: str) -> str | None:
    """The address of the next page on this host, with everything else that was asked for."""
    following = url.include_query_params(after=cursor)
    return f"{following.path}?{following.query}" if cursor else None


def _lists(routes: APIRouter, site: Site) -> None:
    @routes.get("/results", summary="Results of votes that are over, page by page", response_model=ResultsOut)
    async def results(request: Request, page: Annotated[Page, Query()]) -> Response:
        board = await board_of(site, page)
        shown, cursor = page_of(board, page)
        told = ResultsOut(
            total=len(board.published),
            results=[result_out(one, board.within(one)) for one in shown],
            next=next_page(request.url, cursor),
        )
        headers = {"link": f'<{told.next}>; rel="next"'} if told.next else {}
        return conditional(request, _json(told), JSON, board.changed_at, headers)

    @routes.get(
        "/results.csv",
        summary="Every proposal of these results, one row each",
        responses=CSV_FILE,
        response_class=Response,
    )
    async def every(request: Request, wanted: Annotated[Wanted, Query()], lang: Lang = "") -> Response:
        board = await board_of(site, wanted)
        content = open_data.proposals_csv(board.published, _language(site, lang), site.gateway.zone)
        return _file(request, content, "results.csv", board)


def _one(routes: APIRouter, site: Site) -> None:
    @routes.get(
        "/results/{cycle}", summary="One result with its proposals", response_model=WholeResultOut, responses=NO_RESULT
    )
    async def one(request: Request, cycle: Cycle) -> Response:
        board, found = await _found(site, cycle)
        return conditional(request, _json(whole_result_out(found, board.within(found))), JSON, board.changed_at)

    @routes.get(
        "/results/{cycle}/proposals.csv",
        summary="Its proposals, one row each",
        responses=NO_RESULT | CSV_FILE,
        response_class=Response,
    )
    async def proposals(request: Request, cycle: Cycle, lang: Lang = "") -> Response:
        board, found = await _found(site, cycle)
        content = open_data.proposals_csv([found], _language(site, lang), site.gateway.zone)
        return _file(request, content, f"{_name(found)}.csv", board)

    @routes.get(
        "/results/{cycle}/election.pb",
        summary="Its ballots, for Pabulib's tools",
        responses=NO_BALLOTS | PB_FILE,
        response_class=Response,
    )
    async def election(request: Request, cycle: Cycle, lang: Lang = "") -> Response:
        board, found = await _found(site, cycle)
        content = open_data.pb(found, _language(site, lang), site.gateway.zone)
        if content is None:
            raise HTTPException(
                404, "ballots of this vote are not published: see its proposals.csv, or the notice board"
            )
        return _file(request, content, f"{_name(found)}.pb", board)


def _sums(routes: APIRouter, site: Site) -> None:
    @routes.get("/rollups", summary="Sums by region, district and aul, and by goal", response_model=RollupsOut)
    async def rollups(request: Request, wanted: Annotated[Wanted, Query()], level: Level = None) -> Response:
        board = await board_of(site, wanted)
        told = RollupsOut(
            total=rollup_out(board.total()),
            areas=[area_rollup_out(place, sums, board.above[place.code]) for place, sums in board.by_area(level)],
        )
        return conditional(request, _json(told), JSON, board.changed_at)

    @routes.get(
        "/rollups.csv", summary="The same, one row for each area and goal", responses=CSV_FILE, response_class=Response
    )
    async def rollups_csv(request: Request, wanted: Annotated[Wanted, Query()], lang: Lang = "") -> Response:
        board = await board_of(site, wanted)
        content = open_data.rollups_csv(board.by_area(), _language(site, lang))
        return _file(request, content, "rollups.csv", board)


async def _found(site: Site, cycle: int) -> tuple[Board, Published]:
    board = await board_of(site, Wanted())
    for one in board.published:
        if one.cycle == cycle:
            return board, one
    raise HTTPException(404, "no such vote is over")


def _file(request: Request, content: bytes, name: str, board: Board) -> Response:
    kind = CSV if name.endswith(".csv") else PB
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return conditional(request, content, kind, board.changed_at, headers)


def _json(told: BaseModel) -> bytes:
    return told.model_dump_json().encode()


def _language(site: Site, asked: str) -> str:
    return choose_language(asked, "", site.gateway.languages)


def _name(one: Published) -> str:
    return f"area-{one.result.paper.area.code}-cycle-{one.cycle}"


def _place(one: Published) -> tuple[int, int]:
    return to_micros(one.closed_at), one.cycle


def _parsed(cursor: str) -> tuple[int, int]:
    closed_at, _, cycle = cursor.partition("-")
    return int(closed_at), int(cycle)
