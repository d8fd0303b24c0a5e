"""The same pages over PostgreSQL."""

from starlette.testclient import TestClient

from gateway import demo
from gateway.home import Home
from tests.gateway.pages.conftest import AT, CLOSED, close, site_of, tick


def test_a_vote_is_shown_and_counted_over_postgresql(postgresql_home: Home) -> None:
    demo.furnish(postgresql_home, AT)
    tick(postgresql_home, AT)
    with TestClient(site_of(postgresql_home, AT)) as browser:
        running = browser.get("/?lang=en").text
        told = browser.get("/api/v1/cycles/1/tally").json()
    close(postgresql_home)
    with TestClient(site_of(postgresql_home, CLOSED)) as browser:
        over = browser.get("/?lang=en").text
        (result,) = browser.get("/api/v1/results").json()["results"]
        sums = browser.get("/api/v1/rollups?level=region").json()["areas"]

    assert "Voting is open" in running
    assert told == {"cycle": 1, "accepted": 26}
    assert "Votes counted: 26" in over
    assert (result["ballots"], result["within"], result["funded"]) == (26, [90, 900], ["1", "3", "4", "7"])
    assert [(each["area"]["code"], each["ballots"]) for each in sums] == [(900, 26)]
