"""Screens become responses: the layout with the menu of the visitor's role, never kept by a browser or a proxy."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from gateway import __version__
from gateway.pages.console.answers import Screen
from gateway.pages.console.desk import Desk
from gateway.pages.console.rights import Act
from gateway.pages.console.wording import LANGUAGES, texts
from gateway.pages.headers import SCRIPTED
from gateway.pages.rendering import packed

TEMPLATES = Environment(
    loader=PackageLoader("gateway.pages.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["version"] = __version__
HEADERS = {"content-security-policy": SCRIPTED, "cache-control": "no-store", "vary": "accept-encoding"}
NONCE = 16  # random bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a menu."""

    address: str
    texts: str  # file of the page's sentences, whose `title` the line is

    def title(self, language: str) -> str:
        """What it is called."""
        return str(texts(language, self.texts)["title"])


class Surroundings:
    """What stands around each screen: the menu, the languages, what was just done."""

    def __init__(self, menu: Sequence[Link], below: Sequence[Link], said: str) -> None:
        """`menu`: of the console; `below`: of this cycle or area."""
        self.menu = menu
        self.below = below
        self.said = said
        self.languages = [(code, texts(code, "common")["language"]) for code in LANGUAGES]


def render(request: Request, desk: Desk, around: Surroundings, screen: Screen) -> Response:
    """The screen. A template knows `desk`, `say`, `Act`, `around`, `nonce` and the screen's own facts."""
    known = {
        "desk": desk,
        "say": desk.say,
        "Act": Act,
        "around": around,
        "nonce": desk.site.home.randomness(NONCE).hex(),
    }
    body = TEMPLATES.get_template(screen.template).render({**known, **screen.facts}).encode()
    return packed(request, body, screen.status, HEADERS)
