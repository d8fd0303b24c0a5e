"""Signing in: what opens, what waits, and what a thief of a token or a link gets."""

from datetime import timedelta

import pytest

from gateway.store import console_sessions, invitations, officials
from gateway.store.officials import Official, Role
from tests.gateway.pages.console.conftest import PASSWORD, Browser, Office

WRONG = "The name or the password is wrong."
WAIT = "Too many wrong attempts."


@pytest.fixture
def clerk(office: Office) -> Official:
    official = office.appoint(Role.CLERK, 7, name="Айгүл Серікова")
    office.choose_password(official)
    return official


def invited(office: Office, official: Official) -> str:
    with office.home.store.transaction() as tx:
        return invitations.invite(tx, office.home.keys, official.id, office.now, office.home.randomness).token


def enter(browser: Browser, name: str, password: str = PASSWORD, to: str = "") -> str:
    """Where the sign-in leads; '' if it does not."""
    return str(browser.post("/sign-in", name=name, password=password, to=to).headers.get("location", ""))


@pytest.mark.parametrize("name", ["Айгүл Серікова", " айгүл  СЕРІКОВА "], ids=["as written", "as typed"])
def test_a_name_and_its_password_open_the_console(office: Office, clerk: Official, name: str) -> None:
    browser = office.browser()

    assert enter(browser, name) == "/console"
    assert browser.get("").status_code == 200
    assert office.audited()[-1] == ("Айгүл Серікова", "sign in")


def test_the_page_that_was_asked_for_comes_after_signing_in(office: Office, clerk: Official) -> None:
    browser = office.browser()
    asked = browser.get("/cycles/1").headers["location"]

    assert asked == "/console/sign-in?to=/cycles/1"
    assert enter(browser, clerk.name, to="/cycles/1") == "/console/cycles/1"


@pytest.mark.parametrize(
    "to", ["//elsewhere.kz", "https://elsewhere.kz", "/\\elsewhere.kz", "elsewhere", "/a\nb", "/../x"]
)
def test_nobody_is_led_elsewhere(office: Office, clerk: Official, to: str) -> None:
    assert enter(office.browser(), clerk.name, to=to) == "/console"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(office: Office, clerk: Official) -> None:
    browser = office.browser()
    wrong = browser.post("/sign-in", name=clerk.name, password="wrong")
    unknown = browser.post("/sign-in", name="Nobody", password=PASSWORD)

    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text
    assert wrong.text.replace(clerk.name, "") == unknown.text.replace("Nobody", "")
    assert PASSWORD not in unknown.text


def test_who_has_chosen_no_password_does_not_sign_in_with_an_empty_one(office: Office) -> None:
    official = office.appoint(Role.AKIM)

    for password in ("", " ", "None"):
        assert enter(office.browser(), official.name, password) == ""


def test_a_thousand_guesses_in_an_hour_are_twenty_at_most_that_were_looked_at(office: Office, clerk: Official) -> None:
    looked_at, started = 0, office.now
    browser = office.browser()
    while office.now < started + timedelta(hours=1):
        told = browser.post("/sign-in", name=clerk.name, password=f"guess {office.now}").text
        looked_at += WRONG in told
        assert (WRONG in told) != (WAIT in told)
        office.now += timedelta(seconds=50)

    assert 5 <= looked_at <= 20
    assert enter(browser, clerk.name) == ""

    office.now += timedelta(hours=1)
    assert enter(browser, clerk.name) == "/console"


def test_guesses_for_many_names_from_one_address_wait_too(office: Office, clerk: Official) -> None:
    browser = office.browser()
    told = [browser.post("/sign-in", name=f"Nobody {number}", password="x").text for number in range(14)]

    assert sum(WRONG in each for each in told) < 12
    assert WAIT in told[-1]


def test_every_sign_in_gets_a_new_token_and_the_old_one_opens_nothing(office: Office, clerk: Official) -> None:
    browser, other = office.browser(clerk), office.browser()
    old = browser.session
    enter(browser, clerk.name)
    other.client.cookies.set("dauys_session", str(old), domain="testserver.local", path="/console")

    assert browser.session != old
    assert other.get("").status_code == 303
    assert browser.get("").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(office: Office, clerk: Official) -> None:
    plain = office.browser().post("/sign-in", name=clerk.name, password=PASSWORD).headers["set-cookie"]
    proxied = office.browser().client.post(
        "/console/sign-in",
        data={"name": clerk.name, "password": PASSWORD},
        headers={"origin": "http://testserver", "x-forwarded-proto": "https"},
        follow_redirects=False,
    )

    assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= set(plain.split("; "))
    assert "Secure" not in plain  # a browser in the office's network would drop it
    assert "Secure" not in proxied.headers["set-cookie"]  # the peer is no proxy on this box


def test_signing_out_ends_the_session_wherever_its_token_lies(office: Office, clerk: Official) -> None:
    browser, copy = office.browser(clerk), office.browser()
    copy.client.cookies.set("dauys_session", str(browser.session), domain="testserver.local", path="/console")
    assert copy.get("").status_code == 200

    assert browser.post("/sign-out").headers["location"] == "/console/sign-in"
    assert copy.get("").status_code == browser.get("").status_code == 303


@pytest.mark.parametrize(
    ("step", "times", "status"),
    [(console_sessions.IDLE, 1, 303), (timedelta(hours=11), 4, 200), (timedelta(hours=11), 16, 303)],
    ids=["idle", "in use", "in use for longer than a week"],
)
def test_a_session_ends_by_itself(office: Office, clerk: Official, step: timedelta, times: int, status: int) -> None:
    browser = office.browser(clerk)
    for _ in range(times):
        office.now += step
        seen = browser.get("").status_code

    assert seen == status


def test_a_one_time_link_chooses_a_password_once(office: Office, clerk: Official) -> None:
    token, older = invited(office, clerk), office.browser(clerk)
    browser = office.browser()
    assert browser.get(f"/welcome/{token}").status_code == browser.get(f"/welcome/{token}").status_code == 200

    done = browser.post(f"/welcome/{token}", password="жаңа ұзын сөз", again="жаңа ұзын сөз")
    assert done.headers["location"] == "/console"
    assert browser.get("").status_code == 200
    assert older.get("").status_code == 303
    assert enter(office.browser(), clerk.name, "жаңа ұзын сөз") == "/console"
    assert "does not work" in browser.get(f"/welcome/{token}").text
    assert browser.post(f"/welcome/{token}", password="x" * 12, again="x" * 12).status_code == 422


def test_a_newer_link_and_three_days_close_an_older_one(office: Office, clerk: Official) -> None:
    old, new = invited(office, clerk), invited(office, clerk)
    browser = office.browser()
    assert "does not work" in browser.get(f"/welcome/{old}").text
    assert "Welcome" in browser.get(f"/welcome/{new}").text

    office.now += invitations.LASTS
    assert "does not work" in browser.get(f"/welcome/{new}").text


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "10 characters or more"),
        ("aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "guessed at once"),
        ("Айгүл Серікова 1", "Айгүл Серікова 1", "guessed at once"),
        ("x1" * 101, "x1" * 101, "200 characters at most"),
        ("one two three four", "one two three five", "passwords differ"),
    ],
    ids=["short", "plain", "the name", "long", "mistyped"],
)
def test_a_password_that_cannot_be_taken_is_told_why(
    office: Office, clerk: Official, password: str, again: str, told: str
) -> None:
    token = invited(office, clerk)
    answer = office.browser().post(f"/welcome/{token}", password=password, again=again)

    assert answer.status_code == 422
    assert told in answer.text
    assert password not in answer.text


def test_neither_tokens_nor_links_nor_passwords_lie_in_the_database(office: Office, clerk: Official) -> None:
    token, browser = invited(office, clerk), office.browser()
    enter(browser, clerk.name)
    with office.home.store.reading() as tx:
        tables = [name for (name,) in tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = str([tx.rows(f"SELECT * FROM {table}") for table in tables])

    assert officials.digest(token) in held
    assert not any(secret in held for secret in (token, str(browser.session), PASSWORD))


def test_whoever_has_left_is_out_at_once(office: Office, clerk: Official) -> None:
    browser = office.browser(clerk)
    with office.home.store.transaction() as tx:
        officials.dismiss(tx, clerk.id, office.now)

    assert browser.get("").status_code == 303
    assert enter(browser, clerk.name) == ""
