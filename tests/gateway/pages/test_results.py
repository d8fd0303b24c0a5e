"""Results for programs: lists, files and sums; whole, filtered, page by page; and nothing of the few."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ballots import pabulib
from gateway import sheets
from gateway.home import Home, open_home
from tests.gateway.pages.conftest import AT, CLOSED, site_of
from tests.gateway.pages.country import DISTRICT, FEW, NEIGHBOUR, REGION, SMALL, certify, settle

Ask = Callable[..., Any]
ADDRESSES = (
    "/api/v1/results",
    "/api/v1/results.csv",
    "/api/v1/results/1",
    "/api/v1/results/4",
    "/api/v1/results/4/proposals.csv",
    "/api/v1/results/1/election.pb",
    "/api/v1/rollups",
    "/api/v1/rollups?area=9",
    "/api/v1/rollups.csv",
    "/feed.json",
    "/api/v1/cycles",
    "/api/v1/cycles/4",
    "/api/v1/cycles/4/tally",
    "/a/9",
    "/",
)


@pytest.fixture
def ask(reader: TestClient) -> Ask:
    """ask(path, **query) of a region whose votes are over; the JSON of the answer."""
    return asking(reader)


Looking = Callable[[Home], TestClient]


@pytest.fixture
def looking() -> Iterator[Looking]:
    """looking(home): a browser after closing."""
    with ExitStack() as stack:
        yield lambda home: stack.enter_context(TestClient(site_of(home, CLOSED)))


def asking(browser: TestClient) -> Ask:
    def asked(path: str, **query: object) -> Any:
        answer = browser.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked


def cycles_in(told: Any) -> list[int]:
    return [each["cycle"] for each in told["results"]]


def table(content: bytes) -> list[dict[str, str]]:
    head, *rows = sheets.read(content)
    return [dict(zip(head.cells, row.cells, strict=False)) for row in rows]


def test_before_anything_is_over_there_is_nothing_to_tell(aul_template: Path, tmp_path: Path) -> None:
    shutil.copytree(aul_template, tmp_path / "home")
    home = open_home(tmp_path / "home", os.urandom)
    with TestClient(site_of(home, AT)) as browser:
        assert browser.get("/api/v1/results").json() == {"total": 0, "results": [], "next": None}
        assert browser.get("/api/v1/rollups").json()["total"]["polls"] == 0
        assert browser.get("/api/v1/results/1").status_code == 404
        assert browser.get("/feed.json").json()["items"] == []
    home.close()


def test_a_result_says_who_is_funded_and_that_nobody_has_certified_it_yet(ask: Ask) -> None:
    (found,) = [each for each in ask("results")["results"] if each["cycle"] == 1]

    assert (found["area"]["code"], found["within"]) == (7, [DISTRICT, REGION])
    assert (found["state"], found["certified_at"]) == ("closed", None)
    assert (found["voted"], found["ballots"], found["withheld"]) == (26, 26, False)
    assert found["funded"] == ["1", "3", "4", "7"]
    assert (found["budget"], found["funded_cost"]) == (30_000_000, 27_700_000)
    assert 6 in found["funded_sdgs"]


def test_a_whole_result_has_its_rules_its_proposals_and_where_its_files_are(ask: Ask) -> None:
    told = ask("results/1")

    assert told["rules"]["rule"] == "greedy"
    assert [(each["number"], each["votes"], each["funded"]) for each in told["proposals"]][:3] == [
        (1, 13, True),
        (2, 6, False),
        (3, 12, True),
    ]
    assert told["links"] == {
        "page": "/a/7",
        "csv": "/api/v1/results/1/proposals.csv",
        "pb": "/api/v1/results/1/election.pb",
    }


def test_certification_is_told_with_its_instant(looking: Looking, region: Home) -> None:
    ask = asking(looking(region))
    before = ask("results", state="certified")
    certify(region, 2)
    after = ask("results", state="certified")

    assert (before["total"], cycles_in(after)) == (0, [2])
    assert after["results"][0]["certified_at"] == "2026-05-02T06:00:00Z"
    assert ask("rollups")["total"]["certified"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {1, 2, 3, 4}),
        ({"area": 7}, {1}),
        ({"area": DISTRICT}, {1, 2, 3, 4}),
        ({"area": REGION}, {1, 2, 3, 4}),
        ({"area": SMALL}, {4}),
        ({"area": 12345}, set()),
        ({"sdg": 6}, {1}),
        ({"sdg": 17}, set()),
        ({"state": "closed", "area": NEIGHBOUR}, {2}),
    ],
    ids=str,
)
def test_results_are_asked_for_by_area_goal_and_state(ask: Ask, query: dict[str, object], expected: set[int]) -> None:
    told = ask("results", **query)

    assert set(cycles_in(told)) == expected
    assert told["total"] == len(expected)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 200])
def test_pages_hold_every_result_once_in_the_order_of_closing(reader: TestClient, limit: int) -> None:
    browser, address, seen = reader, f"/api/v1/results?limit={limit}&area={REGION}", []
    while address:
        answer = browser.get(address)
        told = answer.json()
        assert len(told["results"]) <= limit
        assert answer.headers.get("link") == (f'<{told["next"]}>; rel="next"' if told["next"] else None)
        seen += [(each["closed_at"], each["cycle"]) for each in told["results"]]
        address = told["next"]

    assert seen == sorted(seen, reverse=True)
    assert {cycle for _, cycle in seen} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "after=x",
        "after=1",
        "after=1-",
        "state=open",
        "sdg=0",
        "sdg=18",
        "area=aul",
        "level=aull",
    ],
)
def test_what_cannot_be_asked_for_is_said_to_be_wrong(reader: TestClient, query: str) -> None:
    path = "rollups" if query.startswith("level") else "results"

    assert reader.get(f"/api/v1/{path}?{query}").status_code == 422


def test_totals_of_few_are_withheld_and_how_many_voted_is_told(ask: Ask) -> None:
    told = ask("results/4")

    assert (told["withheld"], told["voted"]) == (True, 3)
    assert {told[name] for name in ("ballots", "funded_cost")} == {None}
    assert (told["funded"], told["funded_sdgs"], told["ties"]) == (None, None, [])
    assert {(each["votes"], each["funded"]) for each in told["proposals"]} == {(None, None)}
    assert told["links"]["pb"] is None


def test_whatever_the_few_chose_nothing_that_is_published_differs(aul_template: Path, tmp_path: Path) -> None:
    told = [
        _published(aul_template, tmp_path / name, few) for name, few in (("one", FEW), ("other", ((3,), (3,), (3,))))
    ]

    assert told[0] == told[1]
    assert len(told[0]) == len(ADDRESSES)


def _published(template: Path, path: Path, few: Any) -> dict[str, str]:
    """Address -> what is told there; the head of the audit log, which is drawn anew, left out."""
    shutil.copytree(template, path)
    home = open_home(path, os.urandom)
    try:
        settle(home, few)
        with TestClient(site_of(home, CLOSED)) as browser:
            return {address: re.sub(r"[0-9a-f]{64}", "", browser.get(address).text) for address in ADDRESSES}
    finally:
        home.close()


def test_no_receipt_and_no_phone_stands_in_anything_that_is_published(region: Home, looking: Looking) -> None:
    browser = looking(region)
    with region.store.reading() as tx:
        receipts = {receipt for (receipt,) in tx.rows("SELECT receipt FROM batch_receipt")}
    told = "\n".join(browser.get(address).text for address in ADDRESSES)

    assert len(receipts) == 26
    assert not receipts & set(re.findall(r"(?<!\d)\d{10}(?!\d)", told))
    assert "770100" not in told


def test_sums_are_told_for_regions_districts_and_auls(ask: Ask) -> None:
    told = ask("rollups")
    codes = [(each["area"]["kind"], each["area"]["code"]) for each in told["areas"]]
    region = told["areas"][0]

    assert codes == [("region", 900), ("district", 90), ("aul", 7), ("aul", 8), ("aul", 9)]
    assert (region["polls"], region["withheld"], region["ballots"]) == (4, 1, 26 + 12 + 11)
    assert {name: region[name] for name in told["total"]} == told["total"]
    assert region["budget"] == 30_000_000 + 2 * 10_000_000


def test_sums_of_a_goal_are_those_of_its_proposals(ask: Ask) -> None:
    whole = ask("results/1")
    goals = {each["sdg"]: each for each in ask("rollups", area=7)["total"]["sdgs"]}

    for goal, told in goals.items():
        mine = [each for each in whole["proposals"] if goal in each["sdgs"]]
        assert told["proposals"] == len(mine)
        assert told["votes"] == sum(each["votes"] for each in mine)
        assert told["funded_cost"] == sum(each["cost"] for each in mine if each["funded"])
    assert set(goals) == {goal for each in whole["proposals"] for goal in each["sdgs"]}


@pytest.mark.parametrize(("level", "expected"), [("region", [900]), ("district", [90]), ("aul", [7, 8, 9])])
def test_sums_of_one_kind_of_area_may_be_asked_for(ask: Ask, level: str, expected: list[int]) -> None:
    assert [each["area"]["code"] for each in ask("rollups", level=level)["areas"]] == expected


def test_the_proposals_of_a_result_are_a_sheet_that_excel_opens(reader: TestClient) -> None:
    answer = reader.get("/api/v1/results/1/proposals.csv?lang=ru")
    rows = table(answer.content)

    assert answer.content.startswith(b"\xef\xbb\xbfarea_code;area;cycle;title;state;closed_on;ballots;budget;number;")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="area-7-cycle-1.csv"'
    assert len(rows) == 8
    assert rows[0] == {
        "area_code": "7",
        "area": "Акбулак",
        "cycle": "1",
        "title": "Что сделать в ауле первым?",
        "state": "closed",
        "closed_on": "2026-05-02",
        "ballots": "26",
        "budget": "30000000",
        "number": "1",
        "proposal_id": "1",
        "name": "Водопровод на Новую улицу",
        "category": "су",
        "sdgs": "6",
        "cost": "14500000",
        "votes": "13",
        "funded": "1",
    }


def test_all_results_are_one_sheet_in_which_figures_of_few_are_empty(reader: TestClient) -> None:
    rows = table(reader.get("/api/v1/results.csv").content)

    assert Counter(row["cycle"] for row in rows) == {"1": 8, "2": 3, "3": 2, "4": 3}
    assert {row.get("votes", "") + row.get("ballots", "") for row in rows if row["cycle"] == "4"} == {""}


def test_sums_are_a_sheet_with_a_row_for_each_area_and_goal(reader: TestClient) -> None:
    browser = reader
    rows = table(browser.get("/api/v1/rollups.csv").content)
    told = browser.get("/api/v1/rollups").json()["areas"]

    assert [(row["area_code"], row["sdg"], row["funded_cost"]) for row in rows] == [
        (str(each["area"]["code"]), str(goal["sdg"]), str(goal["funded_cost"]))
        for each in told
        for goal in each["sdgs"]
    ]


def test_the_ballots_are_a_file_for_pabulib_that_says_the_same(reader: TestClient) -> None:
    answer = reader.get("/api/v1/results/1/election.pb?lang=kk")
    election = pabulib.read(answer.content)

    assert answer.headers["content-disposition"] == 'attachment; filename="area-7-cycle-1.pb"'
    assert election.meta["unit"] == "Ақбұлақ"
    assert len(election.votes) == 26
    assert [project.project_id for project in election.projects if project.selected] == ["1", "3", "4", "7"]


def test_a_cycle_that_publishes_totals_only_hands_out_no_ballots(looking: Looking, region: Home) -> None:
    with region.store.transaction() as tx:
        tx.run("UPDATE cycle SET publish = 'totals' WHERE id = 1")
    browser = looking(region)

    assert browser.get("/api/v1/results/1/election.pb").status_code == 404
    assert browser.get("/api/v1/results/1").json()["links"]["pb"] is None
    assert "/results/1/election.pb" not in browser.get("/a/7").text
    assert "/results/1/proposals.csv" in browser.get("/a/7").text


def test_results_of_earlier_rounds_and_archived_ones_stay(looking: Looking, region: Home) -> None:
    ask = asking(looking(region))
    with region.store.transaction() as tx:
        tx.run("UPDATE cycle SET phase = 'archived'")
        tx.run("UPDATE poll SET phase = 'archived'")
        tx.run("INSERT INTO round (label, created_at) SELECT 'next', created_at FROM round")

    assert {each["state"] for each in ask("results")["results"]} == {"certified"}
    assert ask("results")["total"] == 4


def test_a_paper_batch_after_closing_is_counted_anew(looking: Looking, region: Home) -> None:
    ask = asking(looking(region))
    before = ask("results/2")["ballots"]
    with region.store.transaction() as tx:
        tx.run("INSERT INTO ballot (poll_id, id, batch_no, choices) VALUES (2, ?, 1001, '21')", b"p" * 16)
        tx.run(
            "INSERT INTO batch (poll_id, no, state, slot, size, held_back, unreadable, ballots_hash, receipts_hash, "
            "mixed_at) SELECT 2, 1001, 'mixed', 'paper-1001', 1, 0, 0, '', '', mixed_at + 1 FROM batch WHERE poll_id = 2"
        )

    assert ask("results/2")["ballots"] == before + 1


@pytest.mark.parametrize("address", ["results", "results.csv", "results/1", "results/1/election.pb", "rollups"])
def test_an_answer_is_sent_once_until_it_changes(looking: Looking, region: Home, address: str) -> None:
    browser, address = looking(region), f"/api/v1/{address}"
    first = browser.get(address)
    mine = {"if-none-match": first.headers["etag"]}
    again = browser.get(address, headers=mine)
    certify(region, 1)
    changed = browser.get("/api/v1/results/1", headers=mine)

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (changed.status_code, changed.json()["state"]) == (200, "certified")
    assert changed.headers["last-modified"] >= first.headers["last-modified"]


CLIENT = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(-1, 300),
        "area": st.sampled_from([7, 8, 9, 90, 900, 5]),
        "sdg": st.integers(-1, 19),
        "state": st.sampled_from(["closed", "certified", "open", ""]),
        "after": st.one_of(st.from_regex(r"[0-9]{1,20}-[0-9]{1,20}", fullmatch=True), st.text(max_size=8)),
        "level": st.sampled_from(["aul", "district", "region", "x"]),
        "lang": st.sampled_from(["kk", "ru", "xx", ""]),
    },
)


@settings(max_examples=120, deadline=None)
@given(path=st.sampled_from(["results", "results.csv", "rollups", "rollups.csv", "../../feed.json"]), query=CLIENT)
def test_whatever_is_asked_is_answered_or_said_to_be_wrong(reader: TestClient, path: str, query: Any) -> None:
    answer = reader.get(f"/api/v1/{path}", params=query)

    assert answer.status_code in {200, 422}
    if answer.status_code == 200 and path == "results":
        assert len(answer.json()["results"]) <= query.get("limit", 50)
        assert not [each for each in answer.json()["results"] if each["withheld"] and each["ballots"] is not None]
