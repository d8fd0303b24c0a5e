"""Every page of the console in a real browser, in kk and in ru, on a phone and on a laptop."""

from itertools import product

import pytest

from gateway.pages.console import CONSOLE
from gateway.store.officials import Role
from tests.browser.conftest import Opened
from tests.browser.tabs import LAPTOP, PHONE
from tests.gateway.pages.console.conftest import Office
from tests.gateway.pages.console.test_console import address

SHOWN = [name for name, page in CONSOLE.items() if page.show and not page.file]


@pytest.mark.parametrize(("width", "language"), [*product((PHONE, LAPTOP), ("kk", "ru"))])
def test_every_page_is_whole_readable_and_alone(office: Office, opened: Opened, width: int, language: str) -> None:
    tab = opened(office.appoint(Role.ADMINISTRATOR), width=width, language=language)
    for name in SHOWN:
        assert tab.go(address(CONSOLE[name])) == 200, name
        assert tab.flaws == [], name
        for help_text in tab.page.locator("details.help summary").all():
            help_text.click()
        assert tab.flaws == [], name


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
@pytest.mark.parametrize("path", ["/sign-in", f"/welcome/{'0' * 48}", "/nowhere/at/all"])
def test_pages_for_anybody_are_flawless_too(opened: Opened, width: int, path: str) -> None:
    tab = opened(width=width)
    tab.go(path)
    if path.startswith("/nowhere"):
        tab.complaints.clear()  # the browser complains of every 404

    assert tab.flaws == []


def test_a_page_weighs_less_than_60_kilobytes_at_first(office: Office, opened: Opened) -> None:
    tab = opened(office.appoint(Role.ADMINISTRATOR))
    session = tab.page.context.new_cdp_session(tab.page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    for name in SHOWN:
        sizes.clear()
        session.send("Network.clearBrowserCache")
        tab.go(address(CONSOLE[name]))
        tab.page.wait_for_load_state("networkidle")

        assert len(sizes) >= 4, name
        assert sum(sizes) < 60_000, name
