"""The one door of the console: every page passes it, so none can forget who may come in.

Order: origin of a form, session, role, area, form; then the page's own function in a thread; then the answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.errors import Mistake, NotThere
from gateway.pages.console import cookies, origins
from gateway.pages.console.answers import Answer, Conflict, Download, Screen, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Form, TooLarge, WrongFields, read_form
from gateway.pages.console.registry import ConsolePage, Handler
from gateway.pages.console.rendering import Link, Surroundings, render
from gateway.pages.console.rights import Visitor, may, visitor_of
from gateway.pages.console.wording import COMMON, LANGUAGES, Wording
from gateway.pages.site import Site
from gateway.pages.wording import Wording as Spoken
from gateway.pages.wording import choose_language
from gateway.store import areas, console_sessions, cycles, officials

PREFIX = "/console"
AGAIN = "again"  # in the address of a page that looks again by itself: nobody used the session
LOCAL = re.compile(r"(?:/\w[\w.~-]*)*/?(?:\?[\w.~=&%+-]*)?")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets visitors in to one page."""

    site: Site
    page: ConsolePage
    texts: str  # file of the page's sentences
    menu: Mapping[str, ConsolePage]  # of all pages that stand in it

    async def open(self, request: Request) -> Response:
        """The response to a request for this page."""
        posted = request.method == "POST"
        if posted and not origins.ours(request):
            return await run_in_threadpool(self._turn_away, request, "foreign", 403)
        try:
            form = await read_form(request) if posted else Form()
        except TooLarge:
            return await run_in_threadpool(self._turn_away, request, "too_large", 413)
        response = await run_in_threadpool(self._serve, request, form, self.page.take if posted else self.page.show)
        if posted:
            self.site.wake()  # what was put into the outbox leaves now
        return response

    def _serve(self, request: Request, form: Form, handler: Handler | None) -> Response:
        desk = self._desk(request, form)
        if self.page.act is not None and desk.who is None:
            return self._to_sign_in(request)
        try:
            desk = self._placed(desk, request.path_params)
        except NotThere:
            return self._turn_away(request, "missing", 404, desk)
        if desk.who is not None and not self._open_to(desk.who, desk):
            return self._turn_away(request, "not_yours", 403, desk)
        return self._answered(request, desk, handler)

    def _answered(self, request: Request, desk: Desk, handler: Handler | None) -> Response:
        if handler is None:
            return self._turn_away(request, "missing", 404, desk)
        try:
            return self._respond(request, desk, handler(desk))
        except Conflict as conflict:
            return self._screen(request, desk, Screen("conflict.html", {"conflict": conflict}, 409))
        except NotThere as mistake:
            return self._again(request, desk, mistake) if desk.form.sent else self._turn_away(request, "missing", 404)
        except (Mistake, WrongFields) as mistake:
            return self._again(request, desk, mistake)

    def _again(self, request: Request, desk: Desk, mistake: Mistake | WrongFields) -> Response:
        """The page once more, with what was typed and why it was not taken."""
        if isinstance(mistake, WrongFields):
            desk = replace(desk, wrongs=mistake.wrongs)
        else:
            desk = replace(desk, mistake=mistake)
        if self.page.show is None or not desk.form.sent:
            return self._screen(request, desk, Screen("turned_away.html", {"why": "mistake"}, 409))
        try:
            answer = self.page.show(desk)
        except NotThere:
            return self._turn_away(request, "missing", 404)
        except Mistake as why:
            return self._screen(
                request, replace(desk, mistake=why), Screen("turned_away.html", {"why": "mistake"}, 409)
            )
        return self._respond(request, desk, replace(answer, status=422) if isinstance(answer, Screen) else answer)

    def _desk(self, request: Request, form: Form) -> Desk:
        at = self.site.clock()
        who = self._who(request, at)
        language = self._language(request, who)
        return Desk(
            site=self.site,
            at=at,
            here=request.url.path,
            wording=Wording(language, self.texts, Spoken(language, self.site.gateway.zone)),
            address=origins.address(request),
            browser=request.headers.get("user-agent", ""),
            base=origins.base(request),
            who=who,
            query=dict(request.query_params),
            form=form,
        )

    def _who(self, request: Request, at: Any) -> Visitor | None:
        token = request.cookies.get(cookies.SESSION)
        if not token:
            return None
        with self.site.store.reading() as tx:
            session = console_sessions.by_token(tx, token, at)
            if session is None:
                return None
            visitor = visitor_of(tx, officials.by_id(tx, session.official), session.id)
        if console_sessions.stale(session, at) and AGAIN not in request.query_params:
            with self.site.store.transaction() as tx:
                console_sessions.see(tx, session.id, at)
        return visitor

    def _language(self, request: Request, who: Visitor | None) -> str:
        chosen = (who.official.language if who else "") or request.cookies.get(cookies.LANGUAGE)
        return choose_language(chosen, request.headers.get("accept-language", ""), LANGUAGES)

    def _placed(self, desk: Desk, path: Mapping[str, str]) -> Desk:
        """With the area and the cycle of the address. Raises NotThere."""
        with self.site.store.reading() as tx:
            if "cycle" in path:
                cycle = cycles.by_id(tx, number_of(path["cycle"]))
                desk = replace(desk, cycle=cycle, place=cycle.place)
            elif "area" in path:
                desk = replace(desk, place=areas.by_code(tx, number_of(path["area"])))
        return replace(desk, path=dict(path))

    def _open_to(self, visitor: Visitor, desk: Desk) -> bool:
        return self.page.act is None or may(visitor, self.page.act, desk.place.id if desk.place else None)

    def _to_sign_in(self, request: Request) -> Response:
        asked = request.url.path.removeprefix(PREFIX)
        wanted = asked if request.method == "GET" and asked.strip("/") else ""
        query = f"?to={wanted}" if wanted else ""
        return RedirectResponse(f"{PREFIX}/sign-in{query}", 303, {"cache-control": "no-store"})

    def _respond(self, request: Request, desk: Desk, answer: Answer) -> Response:
        match answer:
            case Screen():
                return self._screen(request, desk, answer)
            case SeeOther():
                return self._onward(request, answer)
            case Download():
                name = answer.name.replace('"', "")
                headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
                return Response(answer.content, 200, headers, answer.media_type)

    def _screen(self, request: Request, desk: Desk, screen: Screen) -> Response:
        said = cookies.read_said(request)
        told = desk.wording.say(said[0], **said[1]) if said and desk.wording.knows(said[0]) else ""
        response = render(request, desk, Surroundings(*self._menus(desk), told), screen)
        if said:
            cookies.put(request, response, cookies.SAID, "")
        return response

    def _menus(self, desk: Desk) -> tuple[list[Link], list[Link]]:
        """Of the whole console, and of the cycle or area that the page is about."""
        blank = "{cycle}" if desk.cycle else "{area}" if desk.place else ""
        found: tuple[list[Link], list[Link]] = ([], [])
        for name, page in self.menu.items():
            if page.act is None or not desk.may(page.act, desk.place.id if desk.place else None):
                continue
            if "{" not in page.path:
                found[0].append(Link(PREFIX + page.path, page.texts or name))
            elif blank and blank in page.path:
                found[1].append(Link(PREFIX + page.path.format(**desk.path), page.texts or name))
        return found

    def _onward(self, request: Request, answer: SeeOther) -> Response:
        response = RedirectResponse(PREFIX + local(answer.path), 303, {"cache-control": "no-store"})
        if answer.said:
            said = cookies.said(answer.said, dict(answer.facts))
            cookies.put(request, response, cookies.SAID, said, cookies.SHOWN_WITHIN)
        if answer.session is not None:
            cookies.put(request, response, cookies.SESSION, answer.session)
        if answer.language is not None:
            cookies.put(request, response, cookies.LANGUAGE, answer.language, cookies.YEAR)
        return response

    def _turn_away(self, request: Request, why: str, status: int, desk: Desk | None = None) -> Response:
        """A page that says why not: a sentence `away.<why>` of common.toml."""
        desk = desk or self._desk(request, Form())
        wording = Wording(desk.wording.language, COMMON, Spoken(desk.wording.language, self.site.gateway.zone))
        shown = replace(desk, wording=wording, form=Form())
        return self._screen(request, shown, Screen("turned_away.html", {"why": why}, status))


def local(path: str) -> str:
    """A path below /console; '' for anything that might lead elsewhere."""
    return path if LOCAL.fullmatch(path) and "//" not in path else ""


def number_of(text: str) -> int:
    """Raises NotThere for what is no number that the database can hold."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotThere(f"{text!r} is no number")
    return int(text)
