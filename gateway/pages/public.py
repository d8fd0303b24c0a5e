"""The public page: what is voted on, how to vote, how many have, and the results once it is over."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ballots.model import Area, Paper
from gateway.catalogue import Catalogue
from gateway.pages.notices import notice_of, state_of, step_words, tie_words
from gateway.pages.rendering import respond
from gateway.pages.site import Site
from gateway.pages.wording import TEXTS, Wording, choose_language
from handlers.telling import in_language

URGENCY = ("open", "soon", "counting", "closed")
"""What a visitor wants to see first."""


def router(site: Site) -> APIRouter:
    """`/` and `/a/{code}`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def front(request: Request) -> HTMLResponse:
        catalogue = await site.catalogue()
        codes = {paper.area.code for paper in catalogue.papers}
        if len(codes) == 1:
            return await _area(site, request, catalogue, codes.pop())
        return _areas(site, request, catalogue)

    @routes.get("/a/{code}")
    async def area(request: Request, code: str) -> HTMLResponse:
        catalogue = await site.catalogue()
        known = code.isascii() and code.isdecimal() and len(code) < 10
        return await _area(site, request, catalogue, int(code) if known else 0)

    return routes


async def _area(site: Site, request: Request, catalogue: Catalogue, code: int) -> HTMLResponse:
    papers = papers_of(catalogue, code)
    if not papers:
        return respond(request, "missing.html", facts_of(site, request, catalogue), status=404)
    return await run_in_threadpool(_show, site, request, catalogue, papers)


def papers_of(catalogue: Catalogue, code: int) -> tuple[Paper, ...]:
    """What a voter of this area may fill in: its own papers before those of its district."""
    area = catalogue.area_ids.get(code)
    return () if area is None else catalogue.by_area.get(area, ())


def _show(site: Site, request: Request, catalogue: Catalogue, papers: tuple[Paper, ...]) -> HTMLResponse:
    at = site.clock()
    notices = [notice_of(site, catalogue, paper, at) for paper in papers]
    notices.sort(key=lambda notice: URGENCY.index(notice.state))
    facts = facts_of(site, request, catalogue) | {
        "area": papers[0].area,
        "notices": notices,
        "ussd": site.gateway.ussd,
        "short_code": site.gateway.short_code,
        "dial": partial(dial_string, site.gateway.service_code),
        "step_words": step_words,
        "tie_words": tie_words,
    }
    return respond(request, "area.html", facts)


def _areas(site: Site, request: Request, catalogue: Catalogue) -> HTMLResponse:
    at = site.clock()
    states: dict[int, tuple[Area, str]] = {}
    for paper in sorted(catalogue.papers, key=lambda paper: URGENCY.index(state_of(paper, at))):
        states.setdefault(paper.area.code, (paper.area, state_of(paper, at)))
    facts = facts_of(site, request, catalogue)
    facts["areas"] = sorted(states.values(), key=lambda found: facts["texts"](found[0].names))
    return respond(request, "areas.html", facts)


def dial_string(service_code: str, *parts: int) -> str:
    """`*384*44135*7*3#`."""
    return "*".join([service_code.rstrip("#"), *map(str, parts)]) + "#"


def facts_of(site: Site, request: Request, catalogue: Catalogue) -> dict[str, Any]:
    """What the layout of every public page needs."""
    offered = site.gateway.languages
    language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language", ""), offered)
    return {
        "w": Wording(language, site.gateway.zone),
        "texts": lambda texts: in_language(texts, language) if texts else "",
        "languages": [(code, TEXTS[code]["language"], TEXTS[code]["html_language"]) for code in offered],
        "several": len({paper.area.code for paper in catalogue.papers}) > 1,
    }
