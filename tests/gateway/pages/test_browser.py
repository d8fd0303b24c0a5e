"""The pages in a real browser, as wide as a cheap phone: nothing sticks out, nothing is asked of another host."""

import re
import shutil
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from ballots import receipts
from gateway.home import Home
from tests.gateway.pages.conftest import AT, CLOSED, close, site_of, tick
from tests.homes import skip_or_fail

WIDTH = 360
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FINGER = 40  # pixels; WCAG 2.2 asks for 24


class Visitor:
    """One tab, and what it noticed."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.asked: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.url + path)

    @property
    def strangers(self) -> set[str]:
        """Requests to anybody else."""
        return {address for address in self.asked if not address.startswith((self.url, "data:"))}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["open", "closed"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, home: Home) -> Iterator[Visitor]:
    if request.param == "closed":
        close(home)
    tick(home, AT)
    listener = socket.create_server(("127.0.0.1", 0))
    app = site_of(home, CLOSED if request.param == "closed" else AT)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    page = chromium.new_page(viewport={"width": WIDTH, "height": 740})
    yield Visitor(page, f"http://127.0.0.1:{listener.getsockname()[1]}")
    page.close()
    server.should_exit = True
    thread.join()


def test_a_narrow_phone_shows_the_whole_page_in_every_language(visitor: Visitor) -> None:
    for language in ("kk", "kk-latin", "ru", "en"):
        visitor.go(f"/?lang={language}")
        buttons = visitor.page.locator("a.dial").all()

        assert visitor.page.evaluate("document.documentElement.scrollWidth") == WIDTH, language
        assert all(button.bounding_box()["height"] >= FINGER for button in buttons)
    assert (visitor.strangers, visitor.complaints) == (set(), [])


def test_a_receipt_is_checked_on_a_narrow_phone(visitor: Visitor, home: Home) -> None:
    with home.store.reading() as tx:
        (receipt,) = tx.row("SELECT receipt FROM participation") or ("",)
    visitor.go("/?lang=ru")
    visitor.page.get_by_role("link", name="Проверить голос по квитанции").click()
    visitor.page.get_by_label("Номер квитанции").fill(receipts.show(receipt))
    visitor.page.get_by_role("button", name="Проверить").click()

    assert re.search("Голос (принят|учтён)", visitor.page.get_by_role("status").inner_text())
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == WIDTH
    assert visitor.page.get_by_role("button").bounding_box()["height"] >= FINGER
    assert (visitor.strangers, visitor.complaints) == (set(), [])


def test_the_api_s_documentation_works_without_the_internet(visitor: Visitor) -> None:
    visitor.go("/docs")
    visitor.page.get_by_text("/api/v1/cycles", exact=True).first.click()
    visitor.page.get_by_role("button", name="Try it out").click()
    visitor.page.get_by_role("button", name="Execute").click()
    visitor.page.get_by_text("Ақбұлақ").first.wait_for()

    assert (visitor.strangers, visitor.complaints) == (set(), [])
