"""Cookies of the console: the session's token, what was just done, the language of who is not signed in."""

import json
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.console.origins import encrypted

SESSION, SAID, LANGUAGE = "dauys_session", "dauys_said", "dauys_language"
PATH = "/console"
YEAR = 365 * 86_400  # seconds
SHOWN_WITHIN = 60  # seconds


def put(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends; '' removes it."""
    if not value:
        response.delete_cookie(name, PATH, secure=encrypted(request), httponly=True, samesite="strict")
        return
    response.set_cookie(name, value, seconds, path=PATH, secure=encrypted(request), httponly=True, samesite="strict")


def said(name: str, facts: dict[str, Any]) -> str:
    """What was just done, for the next page to say."""
    return quote(json.dumps([name, facts], ensure_ascii=False))


def read_said(request: Request) -> tuple[str, dict[str, Any]] | None:
    """What was just done; None if nothing, or nothing that we wrote."""
    try:
        name, facts = json.loads(unquote(request.cookies.get(SAID, "")))
    except (ValueError, TypeError):
        return None
    return (name, facts) if isinstance(name, str) and isinstance(facts, dict) else None
