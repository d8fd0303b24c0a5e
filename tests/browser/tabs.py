"""Tabs of a real browser: what they ask others for is refused and remembered, what axe finds is told, pictures are taken."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Response, Route

from gateway.pages.headers import POLICY, SCRIPTED

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, LAPTOP = 360, 1024  # pixels wide
PICTURES = Path(__file__).parents[2] / "docs" / "images" / "console"
COLOURS = 48  # of a picture: pages are flat, and the repository stays light


class Tab:
    """One tab of one person at `url`, and what it noticed."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.strangers: list[str] = []  # requests to anybody else, all refused
        self.complaints: list[str] = []  # of the console: scripts, the policy, missing files
        self.loose: list[str] = []  # pages under no strict policy
        page.context.route("**/*", self._refuse_strangers)
        page.on("response", self._look_at_policy)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> int:
        """Open a page below /console; its status."""
        answer = self.page.goto(f"{self.url}/console{path}")
        assert answer is not None
        return answer.status

    def fill(self, **fields: str) -> None:
        """Type into fields, by their names."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]:visible").fill(value)

    def press(self, words: str) -> None:
        """Press the button with these words, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words, exact=True).click()

    @property
    def main(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    @property
    def overhang(self) -> int:
        """Pixels by which the page can be moved sideways."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    @property
    def violations(self) -> list[str]:
        """What axe-core finds, each with the first place."""
        found = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}" for each in found]

    @property
    def sticks_out(self) -> list[str]:
        """Elements that are wider than the window."""
        script = """() => [...document.querySelectorAll("main *, header *")]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .filter(one => !one.closest(".unseen, .skip, .wide"))
            .map(one => one.outerHTML.slice(0, 120))"""
        found: list[str] = self.page.evaluate(script)
        return found

    @property
    def flaws(self) -> list[str]:
        """Whatever is asked of others, complains, leaves somebody out, or sticks out."""
        return [*self.strangers, *self.complaints, *self.violations, *self.sticks_out]

    def picture(self, name: str) -> bytes:
        """The whole page as a small PNG; `name` is for the file in docs/images/console/."""
        taken = Image.open(io.BytesIO(self.page.screenshot(full_page=True, animations="disabled")))
        small = io.BytesIO()
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        return small.getvalue()

    def _look_at_policy(self, response: Response) -> None:
        ours = response.url.startswith(self.url) and response.request.resource_type == "document"
        if ours and response.headers.get("content-security-policy") not in (POLICY, SCRIPTED):
            self.loose.append(response.url)

    def _refuse_strangers(self, route: Route) -> None:
        if route.request.url.startswith((self.url, "data:")):
            route.continue_()
        else:
            self.strangers.append(route.request.url)
            route.abort()


@contextmanager
def tab(browser: Browser, url: str, *, width: int = LAPTOP, language: str = "kk", **more: Any) -> Iterator[Tab]:
    """A tab of its own person: nothing is shared with other tabs. In the end nobody else was asked for anything, and
    every page stood under a strict policy.
    """
    context = browser.new_context(viewport={"width": width, "height": 740}, locale=language, **more)
    try:
        opened = Tab(context.new_page(), url)
        yield opened
        assert (opened.strangers, opened.loose) == ([], [])
    finally:
        context.close()
