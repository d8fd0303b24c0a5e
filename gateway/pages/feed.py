"""/feed.json: results as they come, for programs that look again: JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.open_data import state_of
from gateway.pages.board import Board, board_of
from gateway.pages.conditional import conditional
from gateway.pages.results import CSV, PB, Lang, Page, next_page, page_of
from gateway.pages.shapes import ResultOut, result_out
from gateway.pages.site import Site
from gateway.pages.wording import Wording, choose_language
from gateway.store.results import Published
from handlers.telling import in_language

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA = "application/feed+json"


class AttachmentOut(BaseModel):
    """A file of the result."""

    url: str
    mime_type: str


class ItemOut(BaseModel):
    """One result."""

    id: str = Field(description="Stays the same; when the result is certified, date_modified moves.")
    url: str
    title: str
    content_text: str
    date_published: datetime
    date_modified: datetime
    tags: list[str] = Field(description="The state, then `sdg-6` for each goal that a funded proposal serves.")
    attachments: list[AttachmentOut]
    dauys: ResultOut = Field(alias="_dauys", description="The same as in /api/v1/results.")


class FeedOut(BaseModel):
    """A page of the feed."""

    version: str = Field(description="Of JSON Feed: the address of its version 1.1.")
    title: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    language: str
    items: list[ItemOut]


def router(site: Site) -> APIRouter:
    """The feed; 304 to a client that has it already."""
    routes = APIRouter(tags=["results"])

    @routes.get("/feed.json", summary="Results as they come, in JSON Feed 1.1", response_model=FeedOut)
    async def feed(request: Request, page: Annotated[Page, Query()], lang: Lang = "") -> Response:
        board = await board_of(site, page)
        shown, cursor = page_of(board, page)
        wording = Wording(choose_language(lang, "", site.gateway.languages), site.gateway.zone)
        base = site.public_url or str(request.base_url).rstrip("/")
        following = next_page(request.url, cursor)
        more = {"next_url": base + following} if following else {}
        told = FeedOut(
            version=VERSION,
            title=wording.say("feed_title"),
            home_page_url=f"{base}/",
            feed_url=base + "?".join(filter(None, (request.url.path, request.url.query))),
            language=wording.html_language,
            items=[_item(one, board, wording, base) for one in shown],
            **more,
        )
        body = told.model_dump_json(by_alias=True, exclude_unset=True).encode()
        return conditional(request, body, MEDIA, board.changed_at)

    return routes


def _item(one: Published, board: Board, wording: Wording, base: str) -> ItemOut:
    paper, language = one.result.paper, wording.language
    told = result_out(one, board.within(one))
    return ItemOut(
        id=f"urn:dauys:{board.instance}:result:{one.cycle}",
        url=f"{base}/a/{paper.area.code}?lang={language}",
        title=f"{in_language(paper.area.names, language)}: {in_language(paper.title, language)}",
        content_text=_sentences(one, wording),
        date_published=one.closed_at,
        date_modified=one.changed_at,
        tags=[state_of(one), *(f"sdg-{goal}" for goal in told.funded_sdgs or ())],
        attachments=_attachments(one, language, base),
        _dauys=told,
    )


def _sentences(one: Published, wording: Wording) -> str:
    """What a person reads: the state, how many voted, and who is funded."""
    tally, by_id = one.result.tally, {each.proposal_id: each for each in one.result.paper.proposals}
    state = wording.say("certified" if one.result.certified else "not_certified")
    if tally is None:
        return f"{state}. {wording.say('results_few')}"
    funded = [by_id[proposal_id] for proposal_id in tally.funded]
    names = "; ".join(
        f"{wording.say('numbered', number=each.number)} {in_language(each.names, wording.language)}" for each in funded
    )
    ballots = wording.say("results_ballots", ballots=tally.ballots)
    return f"{state}. {ballots}. {wording.say('feed_funded', names=names) if names else wording.say('feed_none')}"


def _attachments(one: Published, language: str, base: str) -> list[AttachmentOut]:
    address = f"{base}/api/v1/results/{one.cycle}"
    files = [AttachmentOut(url=f"{address}/proposals.csv?lang={language}", mime_type=CSV.partition(";")[0])]
    if one.ballots is not None:
        files.append(AttachmentOut(url=f"{address}/election.pb?lang={language}", mime_type=PB.partition(";")[0]))
    return files
