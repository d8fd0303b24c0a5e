"""One's own password and sessions."""

from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import PASSWORD, Office


def test_another_password_ends_the_other_sessions(office: Office) -> None:
    clerk = office.appoint(Role.CLERK, 7)
    office.choose_password(clerk)
    here, there = office.browser(clerk), office.browser(clerk)
    done = here.post("/own", current=PASSWORD, password="үш басқа сөз", again="үш басқа сөз")

    assert done.headers["location"] == "/console/own"
    assert "The password is changed." in here.get("/own").text
    assert "The password is changed." not in here.get("/own").text
    assert there.get("/own").status_code == 303
    assert office.audited()[-1] == (clerk.name, "choose password")


def test_the_present_password_is_asked_for(office: Office) -> None:
    clerk = office.appoint(Role.CLERK, 7)
    office.choose_password(clerk)
    told = office.browser(clerk).post("/own", current="wrong", password="үш басқа сөз", again="үш басқа сөз")

    assert told.status_code == 422
    assert "The present password is wrong." in told.text


def test_an_official_ends_own_sessions_and_nobody_else_s(office: Office) -> None:
    clerk, other = office.appoint(Role.CLERK, 7), office.appoint(Role.AKIM, 7)
    here, there, stranger = office.browser(clerk), office.browser(clerk), office.browser(other)
    with office.home.store.reading() as tx:
        (theirs,) = tx.rows("SELECT id FROM console_session WHERE official_id = ?", other.id)

    here.post("/own", end=str(theirs[0]))
    assert stranger.get("").status_code == 200

    here.post("/own", end="others")
    assert (here.get("").status_code, there.get("").status_code) == (200, 303)


def test_a_session_that_is_no_number_is_refused(office: Office) -> None:
    assert office.official(Role.CLERK).post("/own", end="x").status_code == 422
