"""Every route as everybody, while people vote and afterwards: nothing that is served names a voter."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from fastapi.routing import APIRoute
from pypdf import PdfReader
from starlette.routing import BaseRoute, Route

from gateway.demo import PHONES
from gateway.store import officials
from gateway.store.officials import Role
from tests.gateway.pages.conftest import CLOSED, tick
from tests.gateway.pages.console.conftest import Browser, Office
from tests.gateway.pages.console.test_console import EXAMPLES as OF_CONSOLE
from tests.gateway.pages.console.test_wording import EXAMPLE as TYPED_LIKE

EXAMPLES = OF_CONSOLE | {"code": "7", "rest:path": "nowhere", "sheet": "board"}
"""A value for each {blank} of an address: a route with another one needs a line here."""


@pytest.mark.parametrize("over", [False, True], ids=["voting", "closed"])
@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_no_route_names_a_voter(office: Office, role: Role | None, over: bool) -> None:
    if over:
        office.now = CLOSED
        tick(office.home, CLOSED)
    browser = office.browser() if role is None else office.official(role)
    known = signs(office)

    assert [(path, named) for path, text in served(office, browser) if (named := voters_in(text, known))] == []


def test_an_official_s_token_shows_no_voter_either(office: Office) -> None:
    browser = office.browser()
    with office.home.store.transaction() as tx:
        token = officials.renew(tx, officials.by_id(tx, 1).name, office.home.randomness)
    browser.client.headers["authorization"] = f"Bearer {token}"

    assert browser.client.get("/api/v1/cycles/1/tally").status_code == 200
    known = signs(office)
    assert [(path, named) for path, text in served(office, browser) if (named := voters_in(text, known))] == []


def test_the_walk_notices_a_voter(office: Office) -> None:
    known = signs(office)

    assert len(known) >= 2 * len(PHONES)
    assert voters_in("call 8 (701) 000-00-01", known)
    with office.home.store.reading() as tx:
        ((tag,),) = tx.rows("SELECT tag FROM participation LIMIT 1")
    assert voters_in(f'<a data-voter="{bytes(tag).hex()}">', known)


def signs(office: Office) -> frozenset[str]:
    """What a voter is known by: the phone without its first digit, and every tag in hex."""
    with office.home.store.reading() as tx:
        asked = ("SELECT tag FROM roll", "SELECT tag FROM participation", "SELECT phone_tag FROM phone")
        tags = {bytes(tag).hex() for sql in asked for (tag,) in tx.rows(sql)}
    return frozenset(tags | {phone[2:] for phone in PHONES})


def voters_in(text: str, known: frozenset[str]) -> set[str]:
    """The signs that stand in it, however a number is spaced."""
    text = text.replace(TYPED_LIKE, "")
    spaced = re.sub(r"(?<=\d)[ \u00a0()-]+(?=\d)|(?<=\d)[)(]|[)(](?=\d)", "", text)
    return {sign for sign in known if sign in text or sign in spaced}


def served(office: Office, browser: Browser) -> Iterator[tuple[str, str]]:
    """Every address that can be read, and all the text that it gives."""
    paths = {route.path for route in routes(office.app.routes) if "GET" in (route.methods or ())}
    assert len(paths) > 60
    for path in sorted(paths):
        address = re.sub(r"{([^}]+)}", lambda blank: EXAMPLES[blank[1]], path)
        yield from texts_of(address, browser.client.get(address, follow_redirects=False).content)


def routes(found: Iterable[BaseRoute]) -> Iterator[Route | APIRoute]:
    """Those of routers within, too; static files hold nothing of anybody."""
    for route in found:
        within = getattr(route, "original_router", None)
        if within is not None:
            yield from routes(within.routes)
        elif isinstance(route, Route | APIRoute):
            yield route


def texts_of(name: str, body: bytes) -> Iterator[tuple[str, str]]:
    """The text of a page, of a PDF, or of everything in a zip."""
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            for member in packed.namelist():
                yield from texts_of(f"{name}/{member}", packed.read(member))
    elif body.startswith(b"%PDF"):
        yield name, "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    else:
        yield name, body.decode("utf-8", "replace")
