"""Public answers that a program need not fetch twice: ETag and Last-Modified (RFC 9110, sections 8.8 and 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.rendering import FRESH


def conditional(
    request: Request,
    body: bytes,
    media_type: str,
    changed_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The body, or 304 for who has it already. `changed_at`: nothing in it is younger.

    Pages of other sites may read it too: it is public, and nothing here depends on who asks.
    """
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    sent = {"etag": tag, "cache-control": f"max-age={FRESH}", "access-control-allow-origin": "*", **(headers or {})}
    if changed_at is not None:
        sent["last-modified"] = format_datetime(changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _has(request, tag, changed_at):
        return Response(status_code=304, headers=sent)
    return Response(body, media_type=media_type, headers=sent)


def _has(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """Does the client have this very answer? Its tags decide; its date only where it sends none."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return any(part.strip().removeprefix("W/") in {tag, "*"} for part in tags.split(","))
    since = _instant(request.headers.get("if-modified-since", ""))
    return since is not None and changed_at is not None and changed_at.replace(microsecond=0) <= since


def _instant(text: str) -> datetime | None:
    """None for what is no date with a time zone: it is then as if it were not there."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return at if at.utcoffset() is not None else None
