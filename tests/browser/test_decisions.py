"""A vote is closed early by two people in two browsers, one of them on a phone."""

import pytest

from gateway.store.officials import Role
from tests.browser.conftest import KeepPicture, Opened
from tests.browser.tabs import PHONE
from tests.gateway.pages.console.conftest import Office

WORDS = {
    "kk": ("Жабуды сұрау", "Су тасқыны", "Мақұлдау", "Мақұлданды және орындалды.", "Басты бет"),
    "ru": ("Запросить закрытие", "Паводок", "Утвердить", "Утверждено и выполнено.", "Главная"),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_clerk_asks_and_an_akim_approves(
    office: Office, opened: Opened, keep_picture: KeepPicture, language: str
) -> None:
    ask, reason, approve, done, home = WORDS[language]
    clerk = opened(office.appoint(Role.CLERK, 7, name="А. Серікова"), language=language)
    akim = opened(office.appoint(Role.AKIM, 7, name="Е. Қасымов"), language=language, width=PHONE)
    clerk.go("/cycles/1/decisions")
    clerk.fill(reason=reason)
    clerk.press(ask)

    akim.go("")
    keep_picture(akim, f"overview-{language}")
    akim.page.locator("main .notice a").click()
    akim.page.locator("main .rows a").click()
    akim.page.get_by_role("button", name=approve).wait_for()
    assert reason in akim.main
    assert akim.flaws == []
    keep_picture(akim, f"decisions-{language}")
    akim.press(approve)

    assert done in akim.main
    assert akim.flaws == []
    akim.follow(home)
