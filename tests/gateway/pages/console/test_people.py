"""Officials are invited, given new links and dismissed, each within the areas of the one who does it."""

import re

from gateway.store import officials
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import OTHER_AUL, Browser, Office

LINK = re.compile(r"http://testserver(/console/welcome/\w+)")


def names(office: Office) -> list[str]:
    with office.home.store.reading() as tx:
        return [official.name for official in officials.every(tx)]


def invite(browser: Browser, nonce: str = "", **fields: object) -> Browser:
    form = {"name": "А. Серікова", "role": "akim", "areas": ["7"]} | fields
    browser.post("/officials", nonce=nonce or browser.nonce("/officials"), **form)
    return browser


def test_an_invited_akim_signs_in_by_the_link_and_sees_the_aul(office: Office) -> None:
    browser = office.official(Role.ADMINISTRATOR)
    page = browser.post("/officials", nonce="n1", name="А. Серікова", role="akim", areas="7").headers["location"]
    link = LINK.search(browser.client.get(page).text)
    assert link is not None

    akim = office.browser()
    akim.post(link[1].removeprefix("/console"), password="бір екі үш төрт", again="бір екі үш төрт")
    assert "Aqbulaq" in akim.get("").text
    assert akim.get("/officials").status_code == 403
    assert "/areas/8" not in akim.get("").text
    assert ("Test administrator", "new official") in office.audited()


def test_the_same_form_sent_twice_appoints_once(office: Office) -> None:
    browser = office.official(Role.ADMINISTRATOR)
    nonce = browser.nonce("/officials")
    first, second = (
        browser.post("/officials", nonce=nonce, name="А. Серікова", role="akim", areas="7") for _ in range(2)
    )

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert names(office).count("А. Серікова") == 1
    assert office.audited().count(("Test administrator", "new official")) == 1


def test_a_form_that_was_not_taken_keeps_what_was_typed_and_may_be_sent_again(office: Office) -> None:
    browser = office.official(Role.ADMINISTRATOR)
    nonce = browser.nonce("/officials")
    refused = browser.post("/officials", nonce=nonce, name="Test administrator", role="akim", areas="7")

    assert refused.status_code == 422
    assert "There is an official named Test administrator already." in refused.text
    assert 'value="Test administrator"' in refused.text
    assert re.search(r'value="akim" selected', refused.text)
    assert re.search(r'value="7" checked', refused.text)
    assert browser.post("/officials", nonce=nonce, name="Аким", role="akim", areas="7").status_code == 303


def test_everything_that_is_wrong_is_told_at_once_at_its_place(office: Office) -> None:
    refused = office.official(Role.ADMINISTRATOR).post("/officials", nonce="1", name=" ", role="king")

    assert refused.status_code == 422
    for field in ("name", "role", "areas"):
        assert f'href="#{field}"' in refused.text
        assert f'id="{field}-wrong"' in refused.text
    assert 'aria-invalid="true" aria-describedby="name-wrong"' in refused.text


def test_an_administrator_of_one_aul_gives_no_more_than_that(office: Office) -> None:
    administrator = office.appoint(Role.ADMINISTRATOR, 7, name="Of one aul")
    office.appoint(Role.CLERK, OTHER_AUL, name="Of the other")
    browser = office.browser(administrator)
    before = names(office)

    for areas in (["everywhere"], [str(OTHER_AUL)], []):
        assert browser.post("/officials", nonce="", name="New", role="clerk", areas=areas).status_code == 422
    seen = browser.get("/officials").text
    assert "Of the other" not in seen
    assert "The whole gateway" not in seen
    assert names(office) == before
    assert browser.post("/officials", nonce="", name="New", role="clerk", areas=["7"]).status_code == 303


def test_officials_of_other_areas_are_not_there(office: Office) -> None:
    other = office.appoint(Role.CLERK, OTHER_AUL)
    browser = office.official(Role.ADMINISTRATOR, 7)

    assert browser.get(f"/officials/{other.id}").status_code == 404
    assert browser.post(f"/officials/{other.id}", do="dismiss").status_code == 404
    assert other.name in names(office)


def test_a_new_link_ends_password_and_sessions(office: Office) -> None:
    clerk = office.appoint(Role.CLERK, 7)
    office.choose_password(clerk)
    at_work, browser = office.browser(clerk), office.official(Role.ADMINISTRATOR)

    assert browser.post(f"/officials/{clerk.id}", do="link").status_code == 303
    assert LINK.search(browser.get(f"/officials/{clerk.id}").text)
    assert at_work.get("").status_code == 303
    with office.home.store.reading() as tx:
        assert officials.password_hash(tx, clerk.id) == ""


def test_the_last_administrator_stays(office: Office) -> None:
    with office.home.store.transaction() as tx:
        first = officials.every(tx)[0]
    browser = office.browser(first)
    told = browser.post(f"/officials/{first.id}", do="dismiss")

    assert told.status_code == 422
    assert "the only administrator" in told.text
    assert first.name in names(office)
