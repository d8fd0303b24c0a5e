"""The door with pages made for it: conflicts, uploads, downloads, what is too large, amounts, instants."""

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gateway.errors import Unfit
from gateway.pages.console.answers import Answer, Conflict, Difference, Download, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.door import Door
from gateway.pages.console.forms import MOST_BYTES, Reading
from gateway.pages.console.registry import ConsolePage, Handler
from gateway.pages.console.rights import Act
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import Office

ORIGIN = {"origin": "http://testserver", "accept-language": "en"}


def shown(desk: Desk) -> Answer:
    return desk.screen("cycle.html", cycle=desk.cycle)


class Page:
    """A page of the cycle whose form is taken by this function."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def __call__(self, take: Handler) -> TestClient:
        made = ConsolePage("/cycles/{cycle}", Act.EDIT, shown, take)
        app = FastAPI()
        door = Door(self.office.site, made, "overview", {})
        app.add_api_route("/console/cycles/{cycle}", door.open, methods=["GET", "POST"], response_model=None)
        client = TestClient(app, headers=ORIGIN)
        client.cookies = self.office.official(Role.CLERK).client.cookies
        return client


@pytest.fixture
def page(office: Office) -> Page:
    return Page(office)


def test_a_conflict_shows_both_and_sends_mine_again(page: Page) -> None:
    def take(desk: Desk) -> Answer:
        if desk.form.get("version") != "2":
            raise Conflict("2", "Аким", (Difference("Budget", "5", desk.form.get("budget")),))
        return SeeOther("/cycles/1", "saved")

    client = page(take)
    told = client.post("/console/cycles/1", data={"version": "1", "nonce": "n", "budget": "<7>", "sdg": ["3", "4"]})

    assert told.status_code == 409
    assert "Аким" in told.text
    assert "&lt;7&gt;" in told.text
    assert '<input type="hidden" name="version" value="2">' in told.text
    assert '<input type="hidden" name="budget" value="&lt;7&gt;">' in told.text
    assert told.text.count('name="sdg"') == 2
    assert client.post("/console/cycles/1", data={"version": "2"}, follow_redirects=False).status_code == 303


def test_a_file_comes_with_its_name(page: Page) -> None:
    def take(desk: Desk) -> Answer:
        upload = desk.form.files["roll"]
        return Download(upload.content[::-1], "text/csv", upload.name + '"')

    sent = page(take).post("/console/cycles/1", files={"roll": ("roll.csv", b"abc", "text/csv")})

    assert sent.content == b"cba"
    assert sent.headers["content-disposition"] == 'attachment; filename="roll.csv"'
    assert sent.headers["cache-control"] == "no-store"


def test_a_form_that_is_too_large_is_said_to_be(page: Page) -> None:
    told = page(shown).post("/console/cycles/1", content=b"x" * (MOST_BYTES + 1))

    assert told.status_code == 413
    assert "too large" in told.text


def test_a_mistake_without_a_sentence_of_ours_is_shown_as_the_gateway_says_it(page: Page) -> None:
    def take(desk: Desk) -> Answer:
        raise Unfit("the budget is <nothing>")

    told = page(take).post("/console/cycles/1", data={"budget": "0"})

    assert told.status_code == 422
    assert "Not done: the budget is &lt;nothing&gt;" in told.text


@pytest.mark.parametrize(
    ("typed", "read", "wrong"),
    [
        ({"cost": "4 500 000", "at": "2026-05-20T18:00", "name": " Су\u0000 "}, (4_500_000, 13, "Су"), None),
        ({"cost": "4\u00a0500", "at": "2026-05-20T18:00", "name": "x"}, (4500, 13, "x"), None),
        ({"cost": "-5", "at": "2026-05-20T18:00", "name": "x"}, None, "Write a number in digits."),
        ({"cost": "9" * 15, "at": "2026-05-20T18:00", "name": "x"}, None, "between 0 and 1000000000000"),
        ({"cost": "5", "at": "20 мая", "name": "x"}, None, "like 2026-05-20T18:00"),
        ({"cost": "5", "at": "2026-05-20T18:00", "name": "x" * 201}, None, "201 characters, 200 at most"),
        ({}, None, "Fill in this field."),
    ],
    ids=["spaces", "a browser's space", "minus", "too much", "no instant", "too long", "empty"],
)
def test_fields_are_read_as_people_type_them(
    page: Page, typed: dict[str, str], read: tuple[int, int, str] | None, wrong: str | None
) -> None:
    found: list[tuple[int, datetime, str]] = []

    def take(desk: Desk) -> Answer:
        fields = Reading(desk.form)
        values = (fields.whole("cost"), fields.moment("at", desk.site.gateway.zone), fields.text("name"))
        fields.done()
        found.append(values)
        return SeeOther("/cycles/1")

    told = page(take).post("/console/cycles/1", data=typed or {"x": "y"}, follow_redirects=False)

    assert [(cost, at.astimezone(UTC).hour, name) for cost, at, name in found] == ([read] if read else [])
    assert wrong is None or wrong in told.text
