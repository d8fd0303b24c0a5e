"""/api/v1: who is told what, and when."""

import os
from datetime import datetime

import pytest

from gateway.home import Home
from gateway.store import areas, audit, officials
from gateway.store.officials import Role
from tests.gateway.pages.conftest import AT, CLOSED, Visit, close, tick


def appointed(home: Home, name: str, role: Role, area: int | None = None) -> str:
    """The token of a new official: of an area, or of the whole gateway."""
    with home.store.transaction() as tx:
        place = None if area is None else {areas.by_code(tx, area).id}
        return officials.appoint(tx, (name, role), AT, os.urandom, place)


def token_of(home: Home, area: int | None) -> dict[str, str]:
    """The header of a new observer."""
    return {"authorization": f"Bearer {appointed(home, f'observer {area}', Role.OBSERVER, area)}"}


def end_with_few(home: Home) -> None:
    """The demo's 26 ballots are fewer than a batch needs here; the manifest is rewritten for it."""
    with home.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    close(home)


def readings(home: Home) -> list[tuple[str, object]]:
    """Who read totals of few, as the audit log says."""
    with home.store.reading() as tx:
        entries = [signed.link.entry for signed in audit.entries(tx)]
        assert audit.verify(tx, home.keys) is None
    return [(entry["actor"], entry["facts"]["readers"]) for entry in entries if entry["act"] == "read totals of few"]


def hide_totals(home: Home) -> None:
    """The cycle shows only turnout. It was opened otherwise, so its manifest is rewritten here."""
    with home.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"daily\"', '\"turnout\"')")


def test_cycles_are_listed_with_their_areas_and_dates(visit: Visit) -> None:
    (cycle,) = visit().get("/api/v1/cycles").json()

    assert cycle["area"]["code"] == 7
    assert cycle["area"]["names"]["kk"] == "Ақбұлақ"
    assert (cycle["id"], cycle["phase"], cycle["visibility"], cycle["budget"]) == (1, "voting", "daily", 30_000_000)
    assert datetime.fromisoformat(cycle["closes_at"]).utcoffset() is not None
    assert cycle["turnout"] is None


def test_a_cycle_tells_its_paper(visit: Visit) -> None:
    cycle = visit().get("/api/v1/cycles/1").json()

    assert cycle["rules"]["form"] == "approval"
    assert cycle["rules"]["max_choices"] == 2
    assert [proposal["number"] for proposal in cycle["proposals"]] == list(range(1, 9))
    assert cycle["proposals"][0]["cost"] == 14_500_000
    assert cycle["proposals"][0]["sdgs"] == [6]


@pytest.mark.parametrize("path", ["2", "2/tally", "0", "-1"])
def test_a_cycle_that_is_not_published_is_not_there(visit: Visit, path: str) -> None:
    assert visit().get(f"/api/v1/cycles/{path}").status_code == 404


@pytest.mark.parametrize("area", [None, 7, 90, 900], ids=["gateway", "aul", "district", "region"])
def test_an_official_of_the_aul_or_above_sees_totals_daily(visit: Visit, home: Home, area: int | None) -> None:
    tick(home, AT)
    tally = visit().get("/api/v1/cycles/1/tally", headers=token_of(home, area)).json()

    assert (tally["accepted"], tally["pending"], tally["ballots"]) == (26, 10, 16)
    assert set(tally["votes"]) == {str(number) for number in range(1, 9)}
    assert "steps" not in tally


def test_an_official_of_another_area_sees_turnout_only(visit: Visit, home: Home) -> None:
    with home.store.transaction() as tx:
        district = areas.by_code(tx, 90)
        areas.create(tx, type(district.area)(8, type(district.area.kind)("aul"), district.area.names), 90)

    assert visit().get("/api/v1/cycles/1/tally", headers=token_of(home, 8)).json() == {"cycle": 1, "accepted": None}


def test_with_visibility_turnout_nobody_sees_totals_before_closing(visit: Visit, home: Home) -> None:
    hide_totals(home)
    official = token_of(home, None)
    tick(home, AT)
    running = visit().get("/api/v1/cycles/1/tally", headers=official).json()
    close(home)
    over = visit(CLOSED).get("/api/v1/cycles/1/tally", headers=official).json()

    assert running == {"cycle": 1, "accepted": 26}
    assert over["ballots"] == 26


def test_after_closing_everybody_sees_the_tally_and_its_steps_if_asked(visit: Visit, home: Home) -> None:
    close(home)
    browser = visit(CLOSED)
    plain = browser.get("/api/v1/cycles/1/tally").json()
    stepped = browser.get("/api/v1/cycles/1/tally?steps=1").json()

    assert list(plain) == ["cycle", "accepted", "pending", "ballots", "votes", "funded", "rule", "ties", "head"]
    assert plain["funded"] == ["1", "3", "4", "7"]
    assert plain["pending"] == 0
    assert stepped["steps"][0] == {
        "proposal_id": "1",
        "number": 1,
        "votes": 13,
        "cost": 14_500_000,
        "left": 30_000_000,
        "decision": "funded",
        "tie": False,
    }


def test_totals_of_few_are_told_to_two_officials_together_and_the_audit_log_names_them(
    visit: Visit, home: Home
) -> None:
    end_with_few(home)
    akim, clerk = appointed(home, "Akim", Role.AKIM, 7), appointed(home, "Clerk", Role.CLERK, 90)
    browser = visit(CLOSED)
    both = {"authorization": f"Bearer {clerk}", "second-official": akim}
    told = [browser.get("/api/v1/cycles/1/tally", headers=both).json() for _ in range(2)]

    assert (told[0]["ballots"], told[0]["votes"]["1"], told[0]["funded"]) == (26, 13, ["1", "3", "4", "7"])
    assert told[0] == told[1]
    assert readings(home) == [("Akim", ["Akim", "Clerk"])]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (None, None),
        ((Role.ADMINISTRATOR, None), None),
        ((Role.AKIM, 7), (Role.OBSERVER, None)),
        ((Role.CLERK, None), (Role.AUDITOR, None)),
        ((Role.AKIM, 7), (Role.CLERK, 8)),
        ((Role.AKIM, 7), "the same"),
    ],
    ids=["nobody", "one", "with an observer", "with an auditor", "with one of another aul", "the same one twice"],
)
def test_totals_of_few_are_told_to_nobody_else(visit: Visit, home: Home, first: object, second: object) -> None:
    with home.store.transaction() as tx:
        district = areas.by_code(tx, 90)
        areas.create(tx, type(district.area)(8, type(district.area.kind)("aul"), district.area.names), 90)
    end_with_few(home)
    headers = {}
    if isinstance(first, tuple):
        headers["authorization"] = f"Bearer {appointed(home, 'one', *first)}"
    if isinstance(second, tuple):
        headers["second-official"] = appointed(home, "two", *second)
    elif second:
        headers["second-official"] = headers["authorization"].removeprefix("Bearer ")
    told = visit(CLOSED).get("/api/v1/cycles/1/tally", headers=headers).json()

    assert set(told) == {"cycle", "accepted"}
    assert readings(home) == []


def test_a_second_token_that_opens_nothing_is_told_so(visit: Visit, home: Home) -> None:
    headers = token_of(home, None) | {"second-official": "x"}

    assert visit().get("/api/v1/cycles/1/tally", headers=headers).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "ү"])
def test_a_token_that_opens_nothing_is_told_so(visit: Visit, token: str) -> None:
    answer = visit().get("/api/v1/cycles/1/tally", headers={b"authorization": f"Bearer {token}".encode()})

    assert answer.status_code == (401 if token else 200)


def test_nobody_can_write_through_the_api(visit: Visit) -> None:
    browser = visit()

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert browser.request(method, "/api/v1/cycles/1").status_code == 405
