"""Templates become responses: autoescaped, packed where the browser can unpack."""

import gzip
from collections.abc import Mapping
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from gateway import __version__

FRESH = 60  # seconds for which a browser need not ask again

TEMPLATES = Environment(
    loader=PackageLoader("gateway.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["version"] = __version__


def respond(
    request: Request,
    template: str,
    facts: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page. Villages pay for every kilobyte: it leaves packed if the browser takes it."""
    body = TEMPLATES.get_template(template).render(facts).encode()
    sent = {"cache-control": f"max-age={FRESH}", "vary": "accept-encoding, accept-language", **(headers or {})}
    return packed(request, body, status, sent)


def packed(request: Request, body: bytes, status: int, headers: Mapping[str, str]) -> HTMLResponse:
    """The page with these headers, as small as the browser can unpack it."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(body, status, headers)
    return HTMLResponse(gzip.compress(body, 6, mtime=0), status, {**headers, "content-encoding": "gzip"})
