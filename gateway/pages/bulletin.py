"""`/bulletins/{cycle}.zip`: the public bulletin of a closed cycle, to be checked at home with nothing but Python."""

import asyncio
import hashlib
from dataclasses import dataclass, field

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gateway.errors import NotNow, NotThere
from gateway.pages.site import Site
from gateway.publishing import Press, packed
from gateway.store import audit, cycles

ROOM = 32 << 20  # bytes of zips in memory: a village's has 30 KB, and whoever asks next waits for none of them


@dataclass(frozen=True, slots=True)
class Zip:
    """One bulletin, packed."""

    name: str
    content: bytes

    @property
    def tag(self) -> str:
        """Of these very bytes: RFC 9110 section 8.8.3."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


@dataclass(slots=True)
class Shelf:
    """Zips that were made, by cycle and head of the audit log: nothing in them changes without an entry there."""

    site: Site
    room: int = ROOM
    made: dict[tuple[int, str], Zip] = field(default_factory=dict)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time: votes need the other core

    async def take(self, cycle: int) -> Zip:
        """The zip of a cycle. Raises NotThere, NotNow."""
        async with self.making:
            return await run_in_threadpool(self._take, cycle)

    def _take(self, cycle: int) -> Zip:
        with self.site.store.reading() as tx:
            known = (cycle, audit.head(tx).hash)
            if known not in self.made:
                place = cycles.by_id(tx, cycle).place
                files = Press(self.site.keys, self.site.gateway).public(tx, cycle)
                name = f"dauys-{place.code}-{cycle}"
                self._keep(known, Zip(f"{name}.zip", packed(files, name)))
        return self.made[known]

    def _keep(self, known: tuple[int, str], made: Zip) -> None:
        """Older ones of this cycle go; of the others the oldest, as far as there is no room."""
        for old in [key for key in self.made if key[0] == known[0]]:
            self.made.pop(old)
        while self.made and sum(len(each.content) for each in self.made.values()) + len(made.content) > self.room:
            self.made.pop(next(iter(self.made)))
        self.made[known] = made


def router(site: Site) -> APIRouter:
    """The one address."""
    routes = APIRouter(tags=["cycles"])
    shelf = Shelf(site)

    @routes.get(
        "/bulletins/{cycle}.zip",
        summary="The public bulletin of a closed cycle: ballots, receipts, audit log, signatures",
        response_class=Response,
        responses={200: {"content": {"application/zip": {}}}, 404: {"description": "No closed cycle of this number."}},
    )
    async def bulletin(request: Request, cycle: int) -> Response:
        try:
            found = await shelf.take(cycle)
        except (NotThere, NotNow):
            return Response("No closed cycle of this number.\n", 404, media_type="text/plain")
        headers = {"etag": found.tag, "cache-control": "max-age=60"}
        if found.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        headers["content-disposition"] = f'attachment; filename="{found.name}"'
        return Response(found.content, media_type="application/zip", headers=headers)

    return routes
