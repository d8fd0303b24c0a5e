"""/live, /ready, /metrics: for supervisors, load balancers and Prometheus. Figures only with a token."""

import asyncio
import hashlib
import shutil
from hmac import compare_digest

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from gateway.pages.api import Credentials
from gateway.pages.metrics import exposition
from gateway.pages.site import Site
from gateway.store import migrate, officials
from gateway.store.writer import CannotCommit, OutcomeUnknown

PATIENCE = 3.0  # seconds: longer than the writer waits for another one
ROOM = 16 * 2**20  # bytes that must be free


def router(site: Site) -> APIRouter:
    """The three addresses."""
    routes = APIRouter(tags=["monitoring"])

    @routes.get("/live", summary="The process answers")
    async def live() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @routes.get("/ready", summary="A vote would be taken now", responses={503: {"description": "Not now, and why."}})
    async def ready() -> JSONResponse:
        reasons = [reason for reason in (await _writer(site), *await run_in_threadpool(_ground, site)) if reason]
        return JSONResponse({"status": "not ready" if reasons else "ok", "reasons": reasons}, 503 if reasons else 200)

    @routes.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {}}},
            401: {"description": "Neither the monitoring token nor that of an official of the whole gateway."},
        },
    )
    async def metrics(credentials: Credentials) -> Response:
        if credentials is None or not await run_in_threadpool(_may_read, site, credentials):
            raise HTTPException(401, "a token is needed", headers={"WWW-Authenticate": "Bearer"})
        return Response(await run_in_threadpool(exposition, site), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _writer(site: Site) -> str:
    """Why nothing can be written; '' if it can: the way of a vote was gone, without a vote."""
    try:
        async with asyncio.timeout(PATIENCE):
            await site.books.write(lambda _: None)
    except TimeoutError:
        return "writer: no answer in time"
    except (CannotCommit, OutcomeUnknown) as error:
        return f"writer: {error}"
    return ""


def _ground(site: Site) -> list[str]:
    """What is wrong with the tables and the disk."""
    reasons = []
    try:
        if migrate.pending(site.store):
            reasons.append("migrations: the database waits for one")
    except migrate.NewerDatabase:
        reasons.append("migrations: a newer version has written the database")
    if site.watched.path is not None and shutil.disk_usage(site.watched.path).free < ROOM:
        reasons.append("disk: full")
    return reasons


def _may_read(site: Site, credentials: HTTPAuthorizationCredentials) -> bool:
    """The monitoring server, or an official who sees the whole gateway: figures move as votes come in."""
    if site.watched.token and compare_digest(_digest(credentials.credentials), _digest(site.watched.token)):
        return True
    with site.store.reading() as tx:
        official = officials.by_token(tx, credentials.credentials)
    return official is not None and official.areas is None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
