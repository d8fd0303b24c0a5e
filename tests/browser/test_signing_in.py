"""Signing in and inviting somebody: with the mouse, with keys alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, expect

from gateway.store import invitations
from gateway.store.officials import Role
from tests.browser.conftest import KeepPicture, Opened
from tests.browser.tabs import PHONE, tab
from tests.gateway.pages.console.conftest import PASSWORD, Office

INVITE = {"kk": ("Шақыру", "Шақырылды: А. Серікова."), "ru": ("Пригласить", "Приглашение готово: А. Серікова.")}


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_akim_is_invited_and_signs_in(
    chromium: Browser, opened: Opened, office: Office, script: bool, language: str, keep_picture: KeepPicture
) -> None:
    administrator = opened(office.appoint(Role.ADMINISTRATOR), language=language, java_script_enabled=script)
    administrator.go("/officials")
    administrator.fill(name="А. Серікова")
    administrator.page.locator("select[name=role]").select_option("akim")
    administrator.page.locator("input[value='7']").check()
    keep_picture(administrator, f"officials-{language}")
    button, told = INVITE[language]
    administrator.press(button)
    assert told in administrator.main
    link = administrator.page.locator("code.link").inner_text()

    with tab(chromium, administrator.url, language=language, width=PHONE, java_script_enabled=script) as akim:
        akim.page.goto(link)
        keep_picture(akim, f"welcome-{language}")
        akim.fill(password="тау су көпір", again="тау су көпір")
        akim.page.locator("main form button").click()
        akim.page.wait_for_url("**/console")
        assert "А. Серікова" in akim.page.locator("header").inner_text()
        assert akim.strangers == administrator.strangers == []


def test_keys_alone_sign_in(opened: Opened, office: Office) -> None:
    official = office.appoint(Role.CLERK, 7, name="Айгүл")
    office.choose_password(official)
    browser = opened(width=PHONE)
    browser.go("/sign-in")
    keyboard = browser.page.keyboard
    keyboard.press("Tab")
    assert browser.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    for _ in range(9):
        keyboard.press("Tab")
        if browser.page.evaluate("document.activeElement.name") == "name":
            break
    keyboard.type("айгүл")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    with browser.page.expect_navigation():
        keyboard.press("Enter")

    assert browser.page.url.endswith("/console")
    assert browser.flaws == []


def test_wherever_the_keys_lead_one_sees_where_one_is(opened: Opened, office: Office) -> None:
    browser = opened(office.appoint(Role.ADMINISTRATOR))
    browser.go("/officials")
    seen = set()
    for _ in range(40):
        browser.page.keyboard.press("Tab")
        script = (
            "(e => [e.outerHTML.slice(0, 80), getComputedStyle(e).outlineStyle, e.tagName])(document.activeElement)"
        )
        html, outline, tag = browser.page.evaluate(script)
        if tag == "BODY":
            break
        seen.add(html)
        assert outline != "none", html

    assert len(seen) > 10


def test_a_double_click_invites_once(opened: Opened, office: Office) -> None:
    browser = opened(office.appoint(Role.ADMINISTRATOR), language="ru")
    browser.go("/officials")
    browser.fill(name="Двойная")
    browser.page.locator("input[value='7']").check()
    browser.page.get_by_role("button", name="Пригласить").dblclick()
    expect(browser.page.get_by_role("main")).to_contain_text("Двойная")  # the first click's answer is cut off

    expect(browser.page).to_have_url(re.compile(r"/officials/\d+"))
    with office.home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM official WHERE name = 'Двойная'") == [(1,)]
        assert tx.rows("SELECT count(*) FROM audit WHERE act = 'new official'") == [(1,)]


PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus '",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=//elsewhere.example>x</a>",
    "<style>@import '//elsewhere.example/x.css'</style>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<base href=//elsewhere.example>",
    "<form action=//elsewhere.example><button>x</button></form>",
    "<div hx-get=//elsewhere.example hx-trigger=load>x</div>",
    "<b>x</b>&lt;i&gt;",
)


def test_what_people_type_stays_text(opened: Opened, office: Office) -> None:
    with office.home.store.transaction() as tx:
        for number, payload in enumerate(PAYLOADS):
            tx.run(
                "INSERT INTO official (name, role, everywhere, token_hash, created_at, password_hash, language)"
                " VALUES (?, 'clerk', 1, '', 0, '', '')",
                f"{payload} {number}",
            )
    browser = opened(office.appoint(Role.ADMINISTRATOR))
    dialogs: list[str] = []
    browser.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    browser.go("/officials")
    browser.page.wait_for_load_state("networkidle")

    assert all(payload in browser.main for payload in PAYLOADS)
    assert (dialogs, browser.strangers, browser.complaints) == ([], [], [])


def test_a_used_link_and_a_wrong_password_are_told_in_kazakh(
    opened: Opened, office: Office, keep_picture: KeepPicture
) -> None:
    official = office.appoint(Role.CLERK, 7, name="Айгүл Серікова")
    with office.home.store.transaction() as tx:
        link = invitations.invite(tx, office.home.keys, official.id, office.now, office.home.randomness)
        invitations.use(tx, link.token)
    browser = opened(width=PHONE)
    browser.go(f"/welcome/{link.token}")
    assert "Бұл сілтеме қолданылған" in browser.main

    browser.go("/sign-in")
    browser.fill(name="Айгүл Серікова", password="қате құпиясөз")
    browser.press("Кіру")
    assert "Аты немесе құпиясөзі қате." in browser.main
    keep_picture(browser, "sign-in-kk")
    browser.complaints.clear()  # the browser complains of every 422
    assert browser.flaws == []
