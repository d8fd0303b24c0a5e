"""A sitting at the console: a clerk enters two lists, clerk and akim confirm, and nobody sees who chose what."""

import pytest

from gateway.store import cycles, sittings, tallies
from gateway.store.officials import Role
from tests.gateway.lists import area_of, enlist, numbers
from tests.gateway.pages.console.conftest import Browser, Office

PAPER = "/cycles/1/paper"
PHONES = numbers(3)


@pytest.fixture
def clerk(office: Office) -> Browser:
    enlist(office.home, PHONES, area_of(office.home, 7))
    return office.official(Role.CLERK, 7)


def begun(browser: Browser) -> str:
    """A new sitting; its page."""
    place = browser.post(f"{PAPER}/new", label="Club, 2 May", nonce=browser.nonce(PAPER)).headers["location"]
    return str(place).removeprefix("/console")


def do(browser: Browser, page: str, act: str, **fields: str) -> int:
    return browser.post(page, do=act, nonce=browser.nonce(page), **fields).status_code


def entered(browser: Browser) -> str:
    page = begun(browser)
    assert do(browser, page, "voters", voters="\n".join(PHONES)) == 303
    assert do(browser, page, "ballots", ballots="1\n\n2\n0\n") == 303
    return page


def confirm(browser: Browser, page: str) -> int:
    return browser.post(f"{page}/confirm", nonce=browser.nonce(f"{page}/confirm")).status_code


def counts(office: Office) -> list[tuple[int, int]]:
    with office.home.store.reading() as tx:
        return [(one.voters, one.ballots) for one in sittings.every(tx)]


def test_clerk_and_akim_confirm_what_was_entered_apart(office: Office, clerk: Browser) -> None:
    page, akim = entered(clerk), office.official(Role.AKIM, 7)
    assert counts(office) == [(3, 3)]
    assert confirm(clerk, page) == 303

    assert "Confirmed first by Test clerk." in akim.get(PAPER).text
    assert "Enter the lists" not in akim.get(PAPER).text
    assert akim.get(page).status_code == 403
    seen = akim.get(f"{page}/confirm").text
    assert "Spoiled ballots: 1." in seen
    assert "Voters: 3, ballots: 3." in seen
    assert confirm(akim, page) == 303
    with office.home.store.reading() as tx:
        assert tallies.tally_of(tx, 1).tally.ballots == 2
    assert ("Test akim", "load paper-votes") in office.audited()
    assert "Counted. Ballots: 2." in akim.get(PAPER).text
    assert "This sitting was counted or given up." in clerk.get(page).text


def test_one_official_does_not_confirm_twice_and_the_akim_not_first(office: Office, clerk: Browser) -> None:
    page, akim = entered(clerk), office.official(Role.AKIM, 7)

    assert confirm(akim, page) == 422
    assert confirm(clerk, page) == 303
    refused = clerk.post(f"{page}/confirm", nonce="other")
    assert refused.status_code == 422
    assert "Two persons are needed" in refused.text
    assert counts(office) == [(3, 3)]


def test_no_page_shows_a_phone_or_who_chose_what(office: Office, clerk: Browser) -> None:
    page = entered(clerk)
    seen = [clerk.get(path).text for path in (PAPER, page, f"{page}/confirm")]

    assert not any(phone.removeprefix("+7") in text for phone in PHONES for text in seen)


def test_lines_that_cannot_be_taken_are_named_in_the_reader_s_language(office: Office, clerk: Browser) -> None:
    page = begun(clerk)
    clerk.post("/language", language="kk")
    refused = clerk.post(page, do="voters", voters=f"{PHONES[0]}\n+77019999999\n12\n{PHONES[0]}", nonce="1")

    assert refused.status_code == 422
    assert "2-жол: Бұл телефон тізімде жоқ." in refused.text
    assert "3-жол: Бұл ұялы телефон нөміріне де, талонға да ұқсамайды." in refused.text
    assert "4-жол: Бұл адам тізімде бар." in refused.text
    assert "+77019999999" in refused.text  # what was typed is kept
    assert counts(office) == [(0, 0)]

    do(clerk, page, "voters", voters=PHONES[0])
    refused = clerk.post(page, do="ballots", ballots="1\nbir\n99", nonce="2")
    assert "2-жол: Мұнда жоба нөмірлері ғана болуы керек." in refused.text
    assert "3-жол: Мұндай нөмірлі жоба жоқ." in refused.text


def test_lists_are_mended_and_a_sitting_is_given_up(office: Office, clerk: Browser) -> None:
    page = entered(clerk)
    for act, fields, expected in (
        ("strike", {"line": "2"}, [(2, 3)]),
        ("again", {}, [(2, 0)]),
        ("voters", {"voters": PHONES[1]}, [(3, 0)]),
        ("give_up", {}, []),
    ):
        assert do(clerk, page, act, **fields) == 303  # type: ignore[arg-type]
        assert counts(office) == expected
    assert "nothing of it is left" in clerk.get(PAPER).text
    assert clerk.post(page, do="voters", voters=PHONES[0], nonce="late").status_code == 303


@pytest.mark.parametrize(
    ("act", "fields"), [("voters", {}), ("strike", {"line": "x"}), ("strike", {"line": "7"})], ids=str
)
def test_a_form_without_sense_changes_nothing(office: Office, clerk: Browser, act: str, fields: dict[str, str]) -> None:
    page = entered(clerk)

    assert clerk.post(page, do=act, nonce="1", **fields).status_code == 422
    assert counts(office) == [(3, 3)]


def test_a_sitting_belongs_to_its_cycle(office: Office, clerk: Browser) -> None:
    number = entered(clerk).rpartition("/")[2]
    with office.home.store.transaction() as tx:
        other = cycles.new(tx, 7, {"kk": "Екінші"}, office.now).id

    seen = clerk.get(f"/cycles/{other}/paper/{number}")
    assert "This sitting was counted or given up." in seen.text
    assert clerk.post(f"/cycles/{other}/paper/{number}", do="give_up", nonce="1").status_code == 303
    assert counts(office) == [(3, 3)]
