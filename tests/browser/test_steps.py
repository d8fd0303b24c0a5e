"""Pages that are met on the way only: the preview of an announcement, a sitting on paper; in kk on a phone, in ru on a laptop."""

import pytest

from gateway.store import cycles, sittings
from gateway.store.officials import Role
from tests.browser.conftest import Opened
from tests.browser.hands import says
from tests.browser.tabs import LAPTOP, PHONE
from tests.gateway.pages.console.conftest import Office

BOTH = pytest.mark.parametrize(("width", "language"), [(PHONE, "kk"), (LAPTOP, "ru")])


@BOTH
def test_an_announcement_s_preview_is_flawless(office: Office, opened: Opened, width: int, language: str) -> None:
    tab = opened(office.appoint(Role.CLERK, 7), width=width, language=language)
    tab.go("/cycles/1/announcements")
    tab.press(says(language, "announcements")("look"))

    assert tab.page.locator("button[value=send]").is_visible()
    assert tab.flaws == []


@BOTH
def test_a_sitting_is_flawless_while_it_is_entered_and_confirmed(
    office: Office, opened: Opened, width: int, language: str
) -> None:
    with office.home.store.transaction() as tx:
        sittings.begin(tx, 1, cycles.by_id(tx, 1).poll, "Клуб", "А. Серікова", office.now)
    for role, page in ((Role.CLERK, ""), (Role.AKIM, "/confirm")):
        tab = opened(office.appoint(role, 7), width=width, language=language)
        assert tab.go(f"/cycles/1/paper/1{page}") == 200
        assert tab.flaws == [], page
