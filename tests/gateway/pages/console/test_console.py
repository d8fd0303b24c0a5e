"""Every route as every role: what opens, what does not, and that nobody gets in past the door."""

import re
from itertools import product

import pytest

from gateway.pages.console import CONSOLE
from gateway.pages.console.registry import ConsolePage
from gateway.pages.console.rights import RIGHTS
from gateway.pages.console.wording import LANGUAGES
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import OTHER_AUL, Browser, Office

EXAMPLES = {
    "token": "0" * 48,
    "area": "7",
    "cycle": "1",
    "official": "1",
    "proposal": "1",
    "upload": "0" * 32,
    "recipient": "2",
    "sitting": "1",
    "sheet": "poster",
}
"""A value for each {blank} of an address: a page with another one needs a line here."""

GUARDED = ("{area}", "{cycle}")


def address(page: ConsolePage, **values: str) -> str:
    return page.path.format(**(EXAMPLES | values))


@pytest.fixture
def nobody(office: Office) -> Browser:
    return office.browser()


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_the_roles_that_may(office: Office, role: Role) -> None:
    browser = office.official(role)
    for name, page in CONSOLE.items():
        allowed = page.act is None or page.act in RIGHTS[role]
        opens = ((404,) if page.show is None else (200, 303)) if allowed else (403,)

        assert browser.get(address(page)).status_code in opens, name


def test_nobody_sees_a_page_without_signing_in(nobody: Browser) -> None:
    for name, page in CONSOLE.items():
        seen, sent = nobody.get(address(page)), nobody.post(address(page), nonce="1")
        if page.act is not None:
            assert (seen.status_code, sent.status_code) == (303, 303), name
            assert seen.headers["location"].startswith("/console/sign-in")
            assert sent.headers["location"] == "/console/sign-in"


@pytest.mark.parametrize("role", Role)
def test_an_area_opens_to_those_who_look_after_it(office: Office, role: Role) -> None:
    stranger = office.official(role, OTHER_AUL)
    for name, page in CONSOLE.items():
        if any(blank in page.path for blank in GUARDED):
            assert stranger.get(address(page)).status_code == 403, name
            assert stranger.post(address(page), nonce="1").status_code == 403, name


@pytest.mark.parametrize("origin", ["http://elsewhere.kz", ""], ids=["another site", "nowhere"])
def test_a_form_of_another_site_is_not_taken(office: Office, origin: str) -> None:
    browser = office.official(Role.ADMINISTRATOR)
    before = office.audited()

    for name, page in CONSOLE.items():
        assert browser.post(address(page), origin=origin, language="ru", password="x").status_code == 403, name
    assert office.audited() == before


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("none", 403), ("same-origin", 303)]
)
def test_what_the_browser_says_of_a_form_s_origin_decides(office: Office, site: str, status: int) -> None:
    client = office.official(Role.CLERK).client
    headers = {"sec-fetch-site": site, "origin": "http://testserver"}
    answer = client.post("/console/language", data={"language": "ru"}, headers=headers, follow_redirects=False)

    assert answer.status_code == status


@pytest.mark.parametrize("role", Role)
def test_every_page_is_in_the_reader_s_language_and_without_inline_code(office: Office, role: Role) -> None:
    browser = office.official(role)
    for language, (_name, page) in product(LANGUAGES, CONSOLE.items()):
        browser.post("/language", language=language)
        seen = "" if page.file else browser.get(address(page)).text
        if seen:
            assert f'<html lang="{language}"' in seen
            assert not re.search(
                r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|https?://(?!testserver)", seen
            )


def test_an_unknown_area_or_cycle_is_no_mistake_of_ours(office: Office) -> None:
    browser = office.official(Role.ADMINISTRATOR)
    found = [
        browser.get(address(page, **{blank.strip("{}"): unknown})).status_code
        for page in CONSOLE.values()
        for blank in GUARDED
        for unknown in ("99999", "x", "9" * 30)
        if blank in page.path
    ]

    assert found
    assert set(found) == {404}


def test_a_page_s_address_is_its_own() -> None:
    assert len({page.path for page in CONSOLE.values()}) == len(CONSOLE)
    assert {blank for page in CONSOLE.values() for blank in re.findall(r"{(\w+)}", page.path)} <= set(EXAMPLES)


def test_an_address_that_is_no_page_is_told_so_in_the_reader_s_language(nobody: Browser) -> None:
    told = nobody.get("/nowhere/at/all")

    assert told.status_code == 404
    assert "There is no such page." in told.text


def test_a_slash_at_the_end_leads_to_the_console_too(nobody: Browser) -> None:
    led = nobody.get("/")

    assert (led.status_code, led.headers["location"]) == (307, "/console")
