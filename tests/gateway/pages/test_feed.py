"""The feed of results: as JSON Feed 1.1 wants it, in every language, page by page."""

from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from gateway.home import Home
from gateway.pages.wording import TEXTS
from tests.gateway.pages.conftest import CLOSED, site_of
from tests.gateway.pages.country import certify

BASE = "http://testserver"


def feed(browser: TestClient, **query: object) -> Any:
    answer = browser.get("/feed.json", params=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/feed+json"
    return answer.json()


def item(told: Any, cycle: int) -> Any:
    (found,) = [each for each in told["items"] if each["_dauys"]["cycle"] == cycle]
    return found


def test_the_feed_has_what_the_format_requires(reader: TestClient) -> None:
    told = feed(reader, lang="en")

    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert (told["title"], told["language"]) == ("Results of votes", "en")
    assert (told["home_page_url"], told["feed_url"]) == (f"{BASE}/", f"{BASE}/feed.json?lang=en")
    assert "next_url" not in told
    assert len({each["id"] for each in told["items"]}) == len(told["items"]) == 4
    for each in told["items"]:
        assert each["url"].startswith(f"{BASE}/a/")
        assert datetime.fromisoformat(each["date_published"]).utcoffset() is not None


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("kk", "Қорытынды әлі бекітілген жоқ. Саналған дауыс: 26. Өткен жобалар: №1 Жаңа көшеге су құбыры; №3"),
        ("kk-latin", "Qorytyndy ali bekitilgen joq. Sanalgan dauys: 26. Otken jobalar: #1 Jana koshege su qubyry; #3"),
        ("ru", "Итоги ещё не утверждены. Учтено голосов: 26. Прошли проекты: №1 Водопровод на Новую улицу; №3"),
        ("en", "The result is not certified yet. Votes counted: 26. Funded projects: #1 Water pipe to New street; #3"),
    ],
)
def test_an_item_tells_in_every_language_who_is_funded(reader: TestClient, language: str, says: str) -> None:
    told = feed(reader, lang=language)

    assert item(told, 1)["content_text"].startswith(says)
    assert told["language"] == TEXTS[language]["html_language"]


def test_an_item_carries_its_state_its_goals_and_its_files(reader: TestClient) -> None:
    found = item(feed(reader, lang="ru"), 1)

    assert found["tags"][0] == "closed"
    assert "sdg-6" in found["tags"]
    assert [each["url"] for each in found["attachments"]] == [
        f"{BASE}/api/v1/results/1/proposals.csv?lang=ru",
        f"{BASE}/api/v1/results/1/election.pb?lang=ru",
    ]
    assert [reader.get(each["url"]).status_code for each in found["attachments"]] == [200, 200]


def test_of_few_it_tells_only_that_they_were_few(reader: TestClient) -> None:
    found = item(feed(reader, lang="en"), 4)

    assert found["content_text"].startswith("The result is not certified yet. There were few votes.")
    assert found["tags"] == ["closed"]
    assert len(found["attachments"]) == 1


def test_certification_changes_the_item_and_keeps_its_id(region: Home) -> None:
    with TestClient(site_of(region, CLOSED)) as browser:
        before = item(feed(browser, lang="en"), 2)
        certify(region, 2)
        after = item(feed(browser, lang="en"), 2)

    assert before["id"] == after["id"]
    assert after["content_text"].startswith("The result is certified. Votes counted: 12.")
    assert after["tags"][0] == "certified"
    assert after["date_modified"] >= before["date_modified"]


def test_pages_are_followed_by_their_addresses(reader: TestClient) -> None:
    told, seen = feed(reader, limit=3, area=900, lang="en"), []
    seen += told["items"]
    assert told["next_url"].startswith(f"{BASE}/feed.json?")
    rest = reader.get(told["next_url"]).json()
    seen += rest["items"]

    assert {each["_dauys"]["cycle"] for each in seen} == {1, 2, 3, 4}
    assert "next_url" not in rest


def test_behind_a_proxy_addresses_are_those_of_the_public(region: Home) -> None:
    with TestClient(site_of(region, CLOSED, public_url="https://dauys.example")) as browser:
        told = feed(browser, limit=1)

    assert told["feed_url"] == "https://dauys.example/feed.json?limit=1"
    assert told["home_page_url"] == "https://dauys.example/"
    assert told["next_url"].startswith("https://dauys.example/feed.json?")
    assert told["items"][0]["url"].startswith("https://dauys.example/a/")


def test_a_program_that_looks_again_is_told_that_nothing_changed(reader: TestClient) -> None:
    first = reader.get("/feed.json")
    again = reader.get("/feed.json", headers={"if-modified-since": first.headers["last-modified"]})

    assert (again.status_code, again.content) == (304, b"")


def test_pages_for_people_lead_to_the_feed(reader: TestClient) -> None:
    assert (
        '<link rel="alternate" type="application/feed+json" href="/feed.json?lang=en"' in reader.get("/?lang=en").text
    )
