"""Thirty hours without a line, in virtual time. The whole of three days: tests/faults/test_outage.py."""

from collections.abc import Iterator

import pytest
import structlog

from gateway.home import Home
from tests.gateway.outages import Sizes, check, survived


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def test_after_thirty_hours_everything_leaves_once_that_still_helps(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sender.LOOK", 60.0)

    check(survived(sqlite_home, Sizes(hours=30, replies_an_hour=4, announcements=20)))
