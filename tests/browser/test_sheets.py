"""The print page and the comparison of rules, looked at after the vote."""

import pytest

from gateway.store.officials import Role
from tests.browser.conftest import KeepPicture, Opened
from tests.browser.tabs import LAPTOP
from tests.gateway.pages.conftest import close
from tests.gateway.pages.console.conftest import Office

MINUTES = {"kk": "Қорытынды хаттамасы, қазақша", "ru": "Протокол итогов, на русском"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_clerk_takes_the_minutes_home_and_compares_the_rules(
    office: Office, opened: Opened, keep_picture: KeepPicture, language: str
) -> None:
    close(office.home)
    clerk = opened(office.appoint(Role.CLERK, 7), width=LAPTOP, language=language)

    clerk.go("/cycles/1/print")
    keep_picture(clerk, f"sheets-{language}")
    with clerk.page.expect_download() as taken:
        clerk.page.get_by_role("button", name=MINUTES[language], exact=True).click()
    clerk.go("/cycles/1/compare")
    keep_picture(clerk, f"comparison-{language}")

    assert taken.value.suggested_filename == "minutes-7-1.pdf"
    assert clerk.flaws == []
