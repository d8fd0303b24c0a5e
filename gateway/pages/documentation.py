"""/docs: the API described by OpenAPI, shown by a Swagger UI that this gateway serves itself."""

import gzip
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.pages.headers import SCRIPTED
from gateway.pages.rendering import respond
from gateway.pages.site import Site

STATIC = Path(__file__).parent / "static"
YEAR = 31_536_000  # seconds


def router(site: Site) -> APIRouter:  # noqa: ARG001 - every page is made alike
    """The page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        return respond(request, "documentation.html", {}, headers={"content-security-policy": SCRIPTED})

    return routes


def static_files() -> StaticFiles:
    """Styles, scripts and their licences."""
    return Packed(directory=STATIC)


class Packed(StaticFiles):
    """Files that leave packed where the browser can unpack; what its address names with a version is kept a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        request = Request(scope)
        response.headers["vary"] = "accept-encoding"
        if "v" in request.query_params:
            response.headers["cache-control"] = f"max-age={YEAR}, immutable"
        if not isinstance(response, FileResponse) or "gzip" not in request.headers.get("accept-encoding", ""):
            return response
        body = await run_in_threadpool(_packed, str(response.path), response.headers["etag"])
        headers = {**response.headers, "content-encoding": "gzip", "content-length": str(len(body))}
        return Response(body, response.status_code, headers)


@lru_cache(64)
def _packed(path: str, etag: str) -> bytes:  # noqa: ARG001 - a changed file has another one
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
