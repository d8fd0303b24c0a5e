"""Pages: what a browser or a program reads from the gateway. One module per page, one line in PAGES."""

from typing import Protocol

from fastapi import APIRouter, FastAPI

from gateway.pages.api import router as api
from gateway.pages.bulletin import router as bulletin
from gateway.pages.console import router as console_pages
from gateway.pages.documentation import router as documentation
from gateway.pages.documentation import static_files
from gateway.pages.feed import router as feed
from gateway.pages.headers import SafeHeaders
from gateway.pages.monitoring import router as monitoring
from gateway.pages.public import router as public
from gateway.pages.receipts import router as receipts
from gateway.pages.results import router as results
from gateway.pages.site import Site


class Page(Protocol):
    """One page, or a family of them, as a router."""

    def __call__(self, site: Site) -> APIRouter:
        """The routes, reading what they need from `site`."""


PAGES: dict[str, Page] = {
    "public": public,
    "receipts": receipts,
    "bulletin": bulletin,
    "api": api,
    "results": results,
    "feed": feed,
    "documentation": documentation,
    "monitoring": monitoring,
    "console": console_pages,
}


def attach(app: FastAPI, site: Site) -> None:
    """Give `app` every page, its static files, and headers that let nothing in from another host."""
    for page in PAGES.values():
        app.include_router(page(site))
    app.mount("/static", static_files(), "static")
    app.add_middleware(SafeHeaders)
