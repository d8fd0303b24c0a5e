"""The bulletin's own page, from a USB stick: no script, no network, no other file, on a phone as on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from ballots.bulletin import files
from ballots.receipts import show
from gateway.home import Home
from tests.bulletins import lived, published
from tests.gateway.pages.test_browser import WIDTH
from tests.gateway.pages.test_browser import chromium as chromium  # noqa: PLC0414 - a fixture is used by its name


@pytest.fixture
def stick(sqlite_home: Home, tmp_path: Path) -> tuple[str, dict[str, bytes]]:
    """Where the page lies, alone, and the whole bulletin."""
    found = published(sqlite_home, lived(sqlite_home))
    (tmp_path / files.PAGE).write_bytes(found[files.PAGE])
    return (tmp_path / files.PAGE).as_uri(), found


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        java_script_enabled=request.param, offline=True, viewport={"width": WIDTH, "height": 740}
    )
    yield context.new_page()
    context.close()


def test_the_page_shows_everything_from_a_stick_in_three_languages(
    page: Page, stick: tuple[str, dict[str, bytes]]
) -> None:
    address, found = stick
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(address)

    receipt = show(found[files.receipts_file(1)].decode().split("\n")[0])
    for code, title in {"kk": "Дауыс берудің ашық есебі", "ru": "Открытый отчёт", "en": "Public bulletin"}.items():
        page.locator(f"label[for={code}]").click()
        assert title in page.locator("h1").inner_text()
        assert page.locator("h1").bounding_box()["width"] <= WIDTH
    assert page.locator("tr.funded").count() == 2
    page.get_by_text("Receipts. Find your own").click()
    assert receipt in page.locator("details[open]").inner_text().replace("\u00a0", " ")
    page.get_by_text("Audit log", exact=True).click()
    assert "receipts_hash" in page.locator("details[open]").last.inner_text()
    assert asked == [address]


def test_nothing_sticks_out_on_a_narrow_phone_and_axe_finds_nothing(
    chromium: Browser, stick: tuple[str, dict[str, bytes]]
) -> None:
    page = chromium.new_page(viewport={"width": WIDTH, "height": 740})
    page.goto(stick[0])
    for code in ("kk", "ru", "en"):
        page.locator(f"label[for={code}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") == WIDTH, code
    for summary in page.locator("summary").all():
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    assert Axe().run(page).response["violations"] == []
    page.close()
