"""The console of the demo's aul: officials of every role, each with a browser of their own."""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from ballots.model import Area, AreaKind
from gateway import passwords
from gateway.home import Home
from gateway.store import areas, console_sessions, invitations, officials, roll_uploads
from gateway.store.officials import Official, Role
from gateway.store.roll_uploads import Upload
from tests.gateway.pages.conftest import AT, asked_of, serving

PASSWORD = "қара торғай ұшты"
OTHER_AUL = 8
UPLOAD = "0" * 32
NONCE = re.compile(r'name="nonce" value="([0-9a-f]+)"')


class Browser:
    """A browser of an official, or of somebody who is not signed in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> Response:
        """A page below /console, without following redirects."""
        return self.client.get(f"/console{path}", follow_redirects=False, **more)

    def post(self, path: str, *, origin: str = "http://testserver", **fields: Any) -> Response:
        """A form as the page itself sends it."""
        headers = {"origin": origin} if origin else {}
        return self.client.post(f"/console{path}", data=fields, headers=headers, follow_redirects=False)

    def nonce(self, path: str) -> str:
        """The number of the form on a page."""
        found = NONCE.search(self.get(path).text)
        assert found is not None
        return found[1]

    @property
    def session(self) -> str | None:
        """The token in the cookie."""
        found: str | None = self.client.cookies.get("dauys_session")
        return found


class Office:
    """A home whose officials use the console at AT."""

    def __init__(self, home: Home, stack: ExitStack) -> None:
        self.home = home
        self.now = AT
        self._stack = stack
        self.site = asked_of(home, lambda: self.now)
        self.app = serving(self.site)
        self._running = stack.enter_context(TestClient(self.app))  # its lifespan is the gateway's

    def appoint(self, role: Role, *codes: int, name: str = "") -> Official:
        """An official of these areas, or of the whole gateway."""
        with self.home.store.transaction() as tx:
            looked_after = {areas.by_code(tx, code).id for code in codes} or None
            officials.appoint(tx, (name or f"Test {role}", role), self.now, self.home.randomness, looked_after)
            return officials.every(tx)[-1]

    def link(self, official: Official) -> str:
        """A new one-time link, below /console."""
        with self.home.store.transaction() as tx:
            invitation = invitations.invite(tx, self.home.keys, official.id, self.now, self.home.randomness)
        return f"/welcome/{invitation.token}"

    def choose_password(self, official: Official, password: str = PASSWORD) -> None:
        """As the official would by a one-time link."""
        with self.home.store.transaction() as tx:
            officials.set_password(tx, official.id, passwords.hashed(password, self.home.randomness))

    def browser(self, official: Official | None = None, language: str = "en") -> Browser:
        """A browser, signed in for an official."""
        client = TestClient(self.app, headers={"accept-language": language})
        if official is not None:
            with self.home.store.transaction() as tx:
                token = console_sessions.begin(tx, official.id, "test", self.now, self.home.randomness)
            client.cookies.set("dauys_session", token, domain="testserver.local", path="/console")
        return Browser(client)

    def official(self, role: Role, *codes: int) -> Browser:
        """The browser of a new official with this role."""
        return self.browser(self.appoint(role, *codes))

    def audited(self) -> list[tuple[str, str]]:
        """(actor, act) of the whole log."""
        with self.home.store.reading() as tx:
            return [(row[0], row[1]) for row in tx.rows("SELECT actor, act FROM audit ORDER BY seq")]


@pytest.fixture
def office(home: Home) -> Iterator[Office]:
    with home.store.transaction() as tx:
        areas.create(tx, Area(OTHER_AUL, AreaKind.AUL, {"kk": "Жаңаауыл", "ru": "Жанааул"}))
        tx.run("INSERT INTO proposal_picture (proposal_id, width, height, jpeg) VALUES (1, 1, 1, ?)", _dot())
        own = areas.by_code(tx, 7).id
        roll_uploads.keep(tx, Upload(UPLOAD, 1, own, "Test clerk", "read", 3, 0, 0, AT, AT), b"sealed")
        officials.set_password(tx, 1, passwords.NOBODY)  # the demo's official has one
    with ExitStack() as stack:
        yield Office(home, stack)


def _dot() -> bytes:
    """The smallest picture."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "JPEG")
    return out.getvalue()
