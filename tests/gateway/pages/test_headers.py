"""Nothing that is served makes a browser ask another host, or run what stands in the page."""

import hashlib
import re

import pytest

from gateway.home import Home
from gateway.pages import PAGES, shapes
from gateway.pages.documentation import STATIC
from tests.gateway.pages.conftest import CLOSED, Visit, close

ADDRESSES = (
    "/",
    "/a/7",
    "/a/999",
    "/receipt",
    "/docs",
    "/openapi.json",
    "/api/v1/cycles",
    "/api/v1/cycles/1",
    "/api/v1/results",
    "/api/v1/rollups",
    "/static/docs.js",
)
OTHER_HOST = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}|@import")
OURS = {"/static/swagger/swagger-ui.css", "/static/swagger/swagger-ui-bundle.js"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_policy_and_names_no_other_host(visit: Visit, home: Home, address: str) -> None:
    close(home)
    answer = visit(CLOSED).get(address)
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:;")
    assert "unsafe" not in policy
    assert ("script-src" in policy) == (address == "/docs")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not OTHER_HOST.findall(answer.text)


@pytest.mark.parametrize("address", ["/", "/a/7", "/receipt", "/docs"])
def test_pages_hold_neither_inline_scripts_nor_inline_styles(visit: Visit, address: str) -> None:
    page = visit().get(address).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_everything_that_a_page_names_is_there(visit: Visit) -> None:
    browser = visit()
    named = {
        link
        for address in ("/", "/receipt", "/docs")
        for link in re.findall(r'(?:href|src)="(/[^"]*)"', browser.get(address).text)
    }

    assert {link: browser.get(link).status_code for link in named} == dict.fromkeys(named, 200)
    assert {link.partition("?")[0] for link in named} >= OURS


@pytest.mark.parametrize("name", ["swagger", "vendor/htmx", "vendor/pico"])
def test_what_others_made_is_as_its_makers_published_it(name: str) -> None:
    folder = STATIC / name
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())

    assert sums == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sums}
    assert {path.name for path in folder.iterdir()} - {"README.md"} == {*sums, "SHA256SUMS"}
    assert any(name.startswith("LICENSE") for name in sums)


@pytest.mark.parametrize("name", ["vendor/pico/pico.min.css", "vendor/htmx/htmx.min.js", "console/console.css"])
def test_styles_and_scripts_leave_packed_and_are_kept_by_the_browser(visit: Visit, name: str) -> None:
    browser = visit()
    packed = browser.get(f"/static/{name}?v=1", headers={"accept-encoding": "gzip"})
    plain = browser.get(f"/static/{name}?v=1", headers={"accept-encoding": "identity"})

    assert packed.content == plain.content == (STATIC / name).read_bytes()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert "max-age=31536000" in packed.headers["cache-control"]
    assert browser.get(f"/static/{name}", headers={"if-none-match": packed.headers["etag"]}).status_code == 304


def test_the_api_is_described(visit: Visit) -> None:
    paths = visit().get("/openapi.json").json()["paths"]

    assert {path for path in paths if path.startswith("/api")} == {
        "/api/v1/cycles",
        "/api/v1/cycles/{cycle}",
        "/api/v1/cycles/{cycle}/tally",
        "/api/v1/results",
        "/api/v1/results.csv",
        "/api/v1/results/{cycle}",
        "/api/v1/results/{cycle}/proposals.csv",
        "/api/v1/results/{cycle}/election.pb",
        "/api/v1/rollups",
        "/api/v1/rollups.csv",
    }
    assert "/feed.json" in paths


def test_every_parameter_and_every_field_of_results_is_described(visit: Visit) -> None:
    told = visit().get("/openapi.json").json()
    operations = [told["paths"][path]["get"] for path in told["paths"] if path.startswith(("/api/v1/r", "/feed"))]
    parameters = [
        each for operation in operations for each in operation.get("parameters", ()) if each["in"] != "header"
    ]

    assert len(operations) == 8
    assert all(operation["summary"] for operation in operations)
    assert [each["name"] for each in parameters if not each.get("description")] == []
    for shape in ("ResultOut", "GoalOut"):
        (example,) = told["components"]["schemas"][shape]["examples"]
        assert set(example) == set(told["components"]["schemas"][shape]["properties"])
        assert getattr(shapes, shape)(**example).model_dump(mode="json") == example


def test_every_page_of_the_registry_brings_routes(home: Home) -> None:
    assert set(PAGES) >= {"public", "api", "documentation"}
