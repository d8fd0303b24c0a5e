"""/docs: the API described by OpenAPI, shown by a Swagger UI that this gateway serves itself."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.staticfiles import StaticFiles

from gateway.pages.headers import SCRIPTED
from gateway.pages.rendering import respond
from gateway.pages.site import Site

STATIC = Path(__file__).parent / "static"


def router(site: Site) -> APIRouter:  # noqa: ARG001 - every page is made alike
    """The page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        return respond(request, "documentation.html", {}, headers={"content-security-policy": SCRIPTED})

    return routes


def static_files() -> StaticFiles:
    """Styles, scripts and their licences."""
    return StaticFiles(directory=STATIC)
