"""The pages for watching: what they show, what they hide, and that they keep no session awake."""

import re
from datetime import timedelta
from html import unescape
from itertools import product

import pytest

from gateway.home import Home
from gateway.pages.console.wording import LANGUAGES
from gateway.store import alarms, console_sessions, lines, snapshots, states
from gateway.store.alarms import Alarm, Kind
from gateway.store.officials import Role
from gateway.store.snapshots import Snapshot, Unmatched
from tests.gateway.pages.conftest import AT, CLOSED, POLL, close, tick
from tests.gateway.pages.console.conftest import Office

NOON = AT + timedelta(hours=1)
CYCLE = "/cycles/1/turnout"


def text(page: str) -> str:
    """What somebody reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def snapshot_of(home: Home) -> Snapshot:
    with home.store.reading() as tx:
        found = snapshots.of_poll(tx, POLL)  # type: ignore[arg-type]
    assert found is not None
    return found


def put(home: Home, **changes: object) -> None:
    """A snapshot with these facts of who voted."""
    found = snapshot_of(home)
    fields = {name: getattr(found, name) for name in Snapshot.__slots__}
    received = {name: getattr(found.received, name) for name in type(found.received).__slots__}
    fields |= {name: changes.pop(name) for name in list(changes) if name in fields}
    with home.store.transaction() as tx:
        snapshots.put(tx, POLL, Snapshot(**fields | {"received": type(found.received)(**received | changes)}))  # type: ignore[arg-type]


def vote(home: Home, count: int) -> None:
    """So many more votes."""
    with home.store.transaction() as tx:
        for number in range(count):
            tx.run(
                "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (1, ?, 'sms', '2026-05-02', "
                "'pending', ?)",
                home.randomness(16),
                f"99{number:08d}",
            )


def test_nothing_moves_between_two_slots(office: Office) -> None:
    browser = office.official(Role.AKIM)
    tick(office.home, NOON)
    office.now = NOON
    before = [text(browser.get(path).text) for path in (CYCLE, "/turnouts")]
    vote(office.home, 5)
    office.now = NOON + timedelta(hours=7)
    after = [text(browser.get(path).text) for path in (CYCLE, "/turnouts")]

    assert before == after
    tick(office.home, NOON + timedelta(hours=8))
    assert text(browser.get(CYCLE).text) != after[0]


def test_turnout_is_told_against_the_roll_by_day_and_by_channel(office: Office) -> None:
    tick(office.home, NOON)
    put(
        office.home,
        accepted=40,
        phones=80,
        days={"2026-05-01": 30, "2026-05-02": 10},
        channels={"sms": 25, "ussd": 13, "paper": 2},
        pending=12,
        held=3,
    )
    office.now = NOON + timedelta(minutes=1)
    said = text(office.official(Role.OBSERVER).get(CYCLE).text)

    for told in ("Voted (50 %) 40", "Phones on the roll 80", "Of these today 10", "01.05 30", "02.05 10", "SMS 25"):
        assert told in said
    assert "Other ways together 15" in said
    assert "Paper" not in said.split("By way of voting")[1]
    assert "(not counted) 3" in said

    office.now = NOON + timedelta(days=1)
    assert "Of these today after 12:00" in text(office.official(Role.AKIM).get(CYCLE).text)


def test_before_the_first_slot_there_is_nothing_to_see(office: Office) -> None:
    said = text(office.official(Role.CLERK).get(CYCLE).text)

    assert "The first figures come at 12:00 or at 20:00." in said
    assert "Voted" not in said


@pytest.mark.parametrize(
    ("visibility", "votes", "phase", "said"),
    [
        ("daily", None, "voting", "once 3 votes are counted"),
        ("turnout", None, "voting", "only after closing"),
        ("daily", None, "closed", "two officials together only"),
        ("daily", {3: 7}, "voting", "By proposal"),
    ],
    ids=["few so far", "turnout only", "few at the end", "daily"],
)
def test_votes_of_proposals_are_shown_as_the_visibility_allows(
    office: Office, visibility: str, votes: dict[int, int] | None, phase: str, said: str
) -> None:
    tick(office.home, NOON)
    put(office.home, votes=votes, funded=(3,) if votes else ())
    with office.home.store.transaction() as tx:
        tx.run("UPDATE poll SET phase = ?", phase)
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"daily\"', ?)", f'"{visibility}"')
        states.bump_catalogue(tx)
    shown = text(office.official(Role.CLERK).get(CYCLE).text)

    assert said in shown
    assert ("within the budget 7" in shown) == (votes is not None)


def test_a_closed_vote_tells_its_result(office: Office) -> None:
    close(office.home)
    tick(office.home, CLOSED)
    office.now = CLOSED
    said = text(office.official(Role.OBSERVER).get(CYCLE).text)

    assert "over" in said
    assert "within the budget" in said
    assert f"Counted {snapshot_of(office.home).ballots}" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_odd_is_told_in_plain_words_on_both_pages(office: Office, language: str) -> None:
    tick(office.home, NOON)
    put(office.home, unmatched=(Unmatched("2026-05-01", 12, 10),), unreadable=4)
    with office.home.store.transaction() as tx:
        for kind in Kind:
            alarms.raise_(tx, Alarm(POLL, 1, kind, "2026-05-01", 450, 300))  # type: ignore[arg-type]
    browser = office.browser(office.appoint(Role.CLERK), language)

    for path in (CYCLE, "/turnouts"):
        said = text(browser.get(path).text)
        assert said.count("450") == 2
        assert all(number in said for number in ("01.05", "12", "10", "4"))


def test_the_list_holds_the_visitor_s_own_areas_only(office: Office) -> None:
    tick(office.home, NOON)

    assert "cycles/1/turnout" in office.official(Role.CLERK, 7).get("/turnouts").text
    assert "No vote is open yet." in text(office.official(Role.OBSERVER, 8).get("/turnouts").text)


def test_a_page_that_looks_again_by_itself_keeps_no_session_awake(office: Office) -> None:
    official = office.appoint(Role.CLERK)
    looking, working = office.browser(official), office.browser(official)
    last = console_sessions.IDLE - timedelta(hours=1)
    office.now = AT + last
    assert looking.get(f"{CYCLE}?again=1").status_code == 200
    assert working.get(CYCLE).status_code == 200
    office.now = AT + last + timedelta(hours=2)

    assert looking.get(f"{CYCLE}?again=1").headers["location"].startswith("/console/sign-in")
    assert working.get(CYCLE).status_code == 200


def test_every_watching_page_looks_again_with_and_without_a_script(office: Office) -> None:
    browser = office.official(Role.CLERK)
    for path in (CYCLE, "/turnouts", "/health"):
        page = browser.get(path).text
        assert f'hx-get="/console{path}?again=1"' in page
        assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+;url=[^"]+\?again=1"></noscript>', page)


def test_health_tells_what_is_wrong_and_how_to_mend_it_in_every_language(office: Office) -> None:
    with office.home.store.transaction() as tx:
        lines.down(tx, "kannel", "no answer", AT - timedelta(hours=5))
        states.put(tx, states.BACKUP, (AT - timedelta(days=9)).isoformat())
    expected = {"kk": ("kannel", "216 сағ"), "ru": ("kannel", "216 ч"), "en": ("kannel", "216 h")}
    for language, words in expected.items():
        said = text(office.browser(office.appoint(Role.OBSERVER, name=f"x {language}"), language).get("/health").text)
        assert all(word in said for word in words)
        assert "dauys outbox" in said


def test_health_that_is_well_says_so(office: Office) -> None:
    with office.home.store.transaction() as tx:
        tx.run("DELETE FROM outbox")
        states.put(tx, states.BACKUP, AT.isoformat())
        states.put(tx, states.EXPORTED, AT.isoformat())
        states.put(tx, states.EXPORTED_KEYS, ",".join(office.home.keys.names()))
    (office.home.path / "ballast").write_bytes(bytes(office.home.settings.database.ballast << 20))

    assert "Everything works." in text(office.official(Role.CLERK).get("/health").text)


def test_no_page_for_watching_holds_a_phone_or_a_receipt(office: Office) -> None:
    tick(office.home, NOON)
    with office.home.store.reading() as tx:
        receipts = [row[0] for row in tx.rows("SELECT receipt FROM participation")]
        tags = [bytes(row[0]).hex() for row in tx.rows("SELECT tag FROM participation")]
    assert receipts
    for role, path in product(Role, (CYCLE, "/turnouts", "/health")):
        page = office.browser(office.appoint(role, 7, name=f"{role} {path}")).get(path)
        assert page.status_code == 200
        assert not any(secret in page.text for secret in (*receipts, *tags, "7701000"))
