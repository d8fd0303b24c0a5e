"""/receipt: which day's batch counted the vote of a receipt. Whoever holds it may ask; the choice nobody knows."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ballots import receipts
from ballots.model import Standing
from ballots.polls import POLLS
from gateway import receipting
from gateway.pages.public import facts_of
from gateway.pages.rendering import respond
from gateway.pages.site import Site
from handlers.messages import Found
from handlers.receipting import has_expired

SENTENCES: dict[Standing, str] = {
    Standing.HELD: "check_held",
    Standing.PENDING: "check_pending",
    Standing.MIXED: "check_counted",
    Standing.PAPER: "check_paper",
}
EXPIRED, LOST = "check_expired", "check_lost"
MOST_TYPED = 40  # characters; ten digits with whatever stands between them
PRIVATE = {"cache-control": "no-store"}


def router(site: Site) -> APIRouter:
    """`/receipt`, a form that works without scripts."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/receipt")
    async def receipt(request: Request, number: str = "") -> HTMLResponse:
        facts = facts_of(site, request, await site.catalogue())
        typed = number[:MOST_TYPED].strip()
        digits = receipts.parse(typed) or ""
        found = await run_in_threadpool(_look, site, digits) if digits and receipts.is_sound(digits) else ()
        facts |= {
            "typed": typed,
            "said": "" if found or not typed else _amiss(digits),
            "found": [(one, sentence_of(one, site.clock()), POLLS[one.paper.kind].prefix) for one in found],
        }
        return respond(request, "receipt.html", facts, headers=PRIVATE)

    return routes


def sentence_of(found: Found, at: datetime) -> str:
    """The name of the sentence that tells where this vote stands."""
    if found.lost:
        return LOST
    return EXPIRED if has_expired(found, at) else SENTENCES[found.standing]


def _amiss(digits: str) -> str:
    """The name of the sentence that tells what to do with a number to which no vote belongs."""
    if not digits:
        return "check_ten"
    return "check_unknown" if receipts.is_sound(digits) else "check_wrong"


def _look(site: Site, digits: str) -> tuple[Found, ...]:
    with site.store.reading() as tx:
        return receipting.find(tx, digits, site.gateway.zone)
