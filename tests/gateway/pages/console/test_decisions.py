"""What two officials decide: one asks, another approves, and only then it is done."""

import re
from datetime import UTC, datetime

import pytest

from ballots.model import Phase
from gateway import mixing, schedule
from gateway.pages.console.decisions import DECISIONS
from gateway.pages.console.requests import WAYS
from gateway.store import approvals, bulletins, cycles, polls, tallies
from gateway.store.approvals import PAIRS
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import OTHER_AUL, Browser, Office

PAGE = "/cycles/1/decisions"
CLOSE = {"act": "close early", "do": "ask", "reason": "Су тасқыны"}


@pytest.fixture
def clerk(office: Office) -> Browser:
    return office.browser(office.appoint(Role.CLERK, 7, name="Айгүл"))


@pytest.fixture
def akim(office: Office) -> Browser:
    return office.browser(office.appoint(Role.AKIM, 7, name="Бекзат"))


def phase(office: Office) -> Phase:
    with office.home.store.reading() as tx:
        return cycles.by_id(tx, 1).phase


def answered(browser: Browser, do: str, page: str = "") -> int:
    """Press a button of the request that the page shows."""
    shown = page or browser.get(PAGE).text
    request = re.findall(r'name="request" value="(\d+)"', shown)
    return browser.post(
        PAGE, nonce=f"{do} {request}", act="close early", do=do, request=request[0] if request else "0"
    ).status_code


def test_a_vote_is_closed_early_by_two(office: Office, clerk: Browser, akim: Browser) -> None:
    assert clerk.post(PAGE, nonce="1", **CLOSE).status_code == 303
    waiting = akim.get("/requests").text
    page = akim.get(PAGE).text
    assert phase(office) is Phase.VOTING
    assert answered(akim, "approve") == 303

    assert "your decision is needed" in waiting
    assert 'href="/console/cycles/1/decisions"' in waiting
    assert "Asked by Айгүл" in page
    assert "Су тасқыны" in page
    assert phase(office) is Phase.CLOSED
    with office.home.store.reading() as tx:
        counted = tallies.tally_of(tx, 1)
        officials = tx.rows("SELECT facts FROM audit WHERE act = 'approve a request'")
    assert (counted.pending, counted.tally.ballots) == (0, 26)
    assert '"officials":["Айгүл","Бекзат"]' in officials[0][0]
    assert office.audited()[-4:-1] == [
        ("Айгүл", "ask for a decision"),
        ("Бекзат", "approve a request"),
        ("Бекзат", "close"),
    ]
    assert "Nothing waits" in akim.get("/requests").text


def test_nobody_approves_alone(office: Office, clerk: Browser, akim: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    other = office.official(Role.CLERK, 7)

    assert answered(clerk, "approve") == 422
    assert answered(other, "approve", akim.get(PAGE).text) == 422
    assert akim.post(PAGE, nonce="2", **CLOSE).status_code == 422
    assert phase(office) is Phase.VOTING


@pytest.mark.parametrize(("who", "do"), [("clerk", "take back"), ("akim", "refuse")])
def test_a_request_that_was_taken_back_or_refused_does_nothing(
    office: Office, clerk: Browser, akim: Browser, who: str, do: str
) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    old = akim.get(PAGE).text

    assert answered({"clerk": clerk, "akim": akim}[who], do) == 303
    assert answered(akim, "approve", old) == 422
    assert phase(office) is Phase.VOTING
    assert clerk.post(PAGE, nonce="3", **CLOSE).status_code == 303


def test_what_is_approved_is_what_the_page_has_shown(office: Office, clerk: Browser, akim: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    old = akim.get(PAGE).text
    answered(clerk, "take back")
    clerk.post(PAGE, nonce="2", **CLOSE | {"reason": "Another reason"})

    assert answered(akim, "approve", old) == 422
    assert phase(office) is Phase.VOTING


def test_a_reason_is_needed_and_asking_twice_is_refused(office: Office, clerk: Browser) -> None:
    assert "Fill in this field." in clerk.post(PAGE, nonce="1", **CLOSE | {"reason": " "}).text
    assert clerk.post(PAGE, nonce="1", **CLOSE).status_code == 303
    assert clerk.post(PAGE, nonce="1", **CLOSE).status_code == 303
    assert "asked for and waits" in clerk.post(PAGE, nonce="2", **CLOSE).text


@pytest.mark.parametrize(
    "fields",
    [{}, {"act": "close early"}, {"act": "close early", "do": "dance"}, {"act": "paper votes", "do": "ask"}],
    ids=str,
)
def test_a_form_that_says_nothing_does_nothing(office: Office, clerk: Browser, fields: dict[str, str]) -> None:
    assert "Choose what to do." in clerk.post(PAGE, nonce="1", **fields, x="y").text
    with office.home.store.reading() as tx:
        assert approvals.waiting(tx) == ()


def test_requests_of_other_auls_are_not_seen(office: Office, clerk: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    stranger = office.official(Role.AKIM, OTHER_AUL)

    assert "Nothing waits" in stranger.get("/requests").text
    assert "a second person" not in stranger.get("").text
    assert "Requests that wait for a second person: 1." in clerk.get("").text


def test_a_closed_vote_is_not_closed_again(office: Office, clerk: Browser, akim: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    page = akim.get(PAGE).text
    answered(akim, "approve")

    assert answered(akim, "approve", page) in (303, 422)
    assert "The phase has changed" in clerk.post(PAGE, nonce="9", **CLOSE).text
    assert office.audited().count(("Бекзат", "close")) == 1


def test_a_vote_is_extended_by_two(office: Office, clerk: Browser, akim: Browser) -> None:
    fields = {"act": "extend cycle", "do": "ask", "extension_reason": "Су тасқыны"}
    assert "later than the present one" in clerk.post(PAGE, nonce="1", closes_at="2026-05-03T09:00", **fields).text
    assert clerk.post(PAGE, nonce="1", closes_at="2026-06-01T18:00", **fields).status_code == 303
    page = akim.get(PAGE).text
    assert "New end: " in page
    request = re.findall(r'name="request" value="(\d+)"', page)[0]
    done = akim.post(PAGE, nonce="2", act="extend cycle", do="approve", request=request)

    assert done.status_code == 303
    with office.home.store.reading() as tx:
        assert polls.published(tx, cycles.by_id(tx, 1).poll).closes_at == datetime(2026, 6, 1, 13, tzinfo=UTC)
        ((facts,),) = tx.rows("SELECT facts FROM audit WHERE act = 'extend'")
    assert '"officials":["Айгүл","Бекзат"]' in facts
    assert '"reason":"Су тасқыны"' in facts


def test_a_vote_that_two_close_early_is_counted_at_once(office: Office, clerk: Browser, akim: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    answered(akim, "approve")

    with office.home.store.reading() as tx:
        assert [slot for slot, _, _ in bulletins.archived(tx, 1)][-1] == "final"
    schedule.tick(office.home, office.now)  # finds nothing to do again
    with office.home.store.reading() as tx:
        assert [slot for slot, _, _ in bulletins.archived(tx, 1)].count("final") == 1


def test_a_result_is_certified_by_two_once_it_is_counted(office: Office, clerk: Browser, akim: Browser) -> None:
    with office.home.store.reading() as tx:
        poll = cycles.by_id(tx, 1).poll
    mixing.close(
        office.home, poll, office.now, "box", early=True
    )  # as the command does; the tally comes a minute later
    assert clerk.post(PAGE, nonce="2", act="certify", do="ask").status_code == 303
    request = re.findall(r'name="request" value="(\d+)"', akim.get(PAGE).text)[0]
    certify = {"act": "certify", "do": "approve", "request": request}
    early = akim.post(PAGE, nonce="3", **certify)
    schedule.tick(office.home, office.now)
    done = akim.post(PAGE, nonce="4", **certify)

    assert "final tally is not made yet" in early.text
    assert done.status_code == 303
    assert phase(office) is Phase.CERTIFIED
    assert ("Бекзат", "certify") in office.audited()


def test_totals_of_few_are_read_by_two_and_by_nobody_else(office: Office, clerk: Browser, akim: Browser) -> None:
    with office.home.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    ask = {"act": "read totals of few", "do": "ask"}
    assert "The phase has changed" in clerk.post(PAGE, nonce="0", **ask).text
    clerk.post(PAGE, nonce="1", **CLOSE)
    answered(akim, "approve")
    alone = [reader.get("/cycles/1/print/minutes?in=kk").status_code for reader in (clerk, akim)]
    clerk.post(PAGE, nonce="2", **ask)
    request = re.findall(r'name="request" value="(\d+)"', akim.get(PAGE).text)[0]
    akim.post(PAGE, nonce="3", act=ask["act"], do="approve", request=request)
    other = office.official(Role.ADMINISTRATOR)

    assert alone == [409, 409]
    for reader, there in ((clerk, True), (akim, True), (other, False)):
        assert (reader.get("/cycles/1/print/minutes?in=kk").status_code == 200) is there
        assert ("minutes?in=kk" in reader.get("/cycles/1/print").text) is there
        assert ("What each rule would give" in reader.get("/cycles/1/compare").text) is there
    with office.home.store.reading() as tx:
        ((facts,),) = tx.rows("SELECT facts FROM audit WHERE act = 'read totals of few'")
    assert '"readers":["Айгүл","Бекзат"]' in facts


def test_where_many_voted_nobody_needs_a_second_reader(office: Office, clerk: Browser, akim: Browser) -> None:
    clerk.post(PAGE, nonce="1", **CLOSE)
    answered(akim, "approve")

    assert "Certification of the result" in clerk.get(PAGE).text
    assert "Reading totals of few votes" not in clerk.get(PAGE).text


def test_every_decision_is_a_pair_s_and_has_its_way() -> None:
    assert set(DECISIONS) <= set(PAIRS)
    assert {act for act, way in WAYS.items() if way.endswith("/decisions")} == set(DECISIONS)
    assert set(WAYS) == set(PAIRS)
