"""Who has an answer already is not sent it again; who has another one always is."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from gateway.pages.conditional import conditional

CHANGED = datetime(2026, 5, 2, 6, 0, 0, 900_000, tzinfo=UTC)
AT, BEFORE, LATER = (
    "Sat, 02 May 2026 06:00:00 GMT",
    "Sat, 02 May 2026 05:59:59 GMT",
    "Sat, 02 May 2026 06:00:01 GMT",
)


def answer(body: bytes = b"{}", changed_at: datetime | None = CHANGED, **headers: str):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return conditional(Request({"type": "http", "headers": raw}), body, "application/json", changed_at)


TAG = answer().headers["etag"]


def test_the_first_answer_says_what_it_is_and_how_old() -> None:
    first = answer()

    assert (first.status_code, first.body) == (200, b"{}")
    assert first.headers["last-modified"] == AT
    assert first.headers["cache-control"] == "max-age=60"
    assert first.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": TAG}, 304),
        ({"if_none_match": f'"other", W/{TAG}'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"other"'}, 200),
        ({"if_none_match": ""}, 200),
        ({"if_none_match": '"other"', "if_modified_since": LATER}, 200),
        ({"if_modified_since": AT}, 304),
        ({"if_modified_since": LATER}, 304),
        ({"if_modified_since": BEFORE}, 200),
        ({"if_modified_since": "yesterday"}, 200),
        ({"if_modified_since": "Sat, 02 May 2026 06:00:00 -0000"}, 200),
    ],
)
def test_the_tag_decides_and_the_date_where_there_is_none(headers: dict[str, str], status: int) -> None:
    assert answer(**headers).status_code == status


def test_another_body_has_another_tag() -> None:
    assert answer(b"[]", if_none_match=TAG).status_code == 200


def test_without_a_date_only_tags_are_compared() -> None:
    undated = answer(changed_at=None, if_modified_since=LATER)

    assert undated.status_code == 200
    assert "last-modified" not in undated.headers


def test_an_answer_that_is_had_already_has_no_body() -> None:
    again = answer(if_none_match=TAG)

    assert (again.body, again.headers["etag"], again.headers["last-modified"]) == (b"", TAG, AT)


def test_the_day_after_is_younger() -> None:
    assert answer(changed_at=CHANGED + timedelta(days=1), if_modified_since=AT).status_code == 200
