"""A backup grows old."""

from datetime import timedelta

import pytest

from gateway.doctor.patient import Level
from gateway.home import Home
from tests.gateway.doctor.looking import BAD, NOW, OK, WARN, of


@pytest.mark.parametrize(("hours", "level"), [(0, OK), (2, OK), (4, WARN), (23, WARN), (25, BAD)], ids=str)
def test_a_backup_grows_old(home: Home, hours: int, level: Level) -> None:
    assert [found[0] for found in of(home.path, "backup", NOW + timedelta(hours=hours))] == [level]


def test_a_backup_by_a_clock_that_is_ahead_by_seconds_is_new(home: Home) -> None:
    assert of(home.path, "backup", NOW - timedelta(seconds=30)) == [(OK, "the last backup is 0 min old")]
