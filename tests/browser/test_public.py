"""The public pages in a real browser: open and closed, the check of a receipt, the API's description."""

from itertools import product

import pytest

from tests.browser.conftest import Opened
from tests.browser.tabs import LAPTOP, PHONE
from tests.gateway.pages.conftest import CLOSED, tick
from tests.gateway.pages.console.conftest import Office

PAGES = ("/", "/a/7", "/receipt", "/receipt?r=1234")


@pytest.mark.parametrize("over", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize(("width", "language"), [*product((PHONE, LAPTOP), ("kk", "ru"))])
def test_public_pages_are_flawless(office: Office, opened: Opened, width: int, language: str, over: bool) -> None:
    if over:
        office.now = CLOSED
        tick(office.home, CLOSED)
    tab = opened(width=width, language=language)
    for page in PAGES:
        tab.page.goto(f"{tab.url}{page}")
        assert tab.page.locator("html").get_attribute("lang") == language
        tab.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        tab.complaints = [words for words in tab.complaints if "404" not in words and "422" not in words]
        assert tab.flaws == [], page
        assert tab.overhang == 0, page
