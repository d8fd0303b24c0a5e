"""Hours of the day, half-open, by the village's clock; at night replies leave and announcements wait."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gateway import settings
from gateway.daytime import Daytime, daytime_of
from gateway.home import Home
from gateway.providers import enabled
from gateway.sender import sms_lines
from gateway.store.outbox import BULK
from tests.gateway.sending import Clock, drain, put, row

DAY = Daytime(time(9), time(20), ZoneInfo("Asia/Almaty"))
NIGHT = datetime(2026, 5, 2, 15, 0, tzinfo=UTC)  # 20:00 there


@pytest.mark.parametrize(
    ("hour", "minute", "expected"), [(3, 59, False), (4, 0, True), (14, 59, True), (15, 0, False), (23, 0, False)]
)
def test_the_day_begins_with_its_first_minute_and_ends_before_its_last(hour: int, minute: int, expected: bool) -> None:
    assert DAY.holds(datetime(2026, 5, 2, hour, minute, tzinfo=UTC)) == expected


def test_the_settings_say_when_the_day_is(sqlite_home: Home) -> None:
    assert daytime_of(sqlite_home.settings) == DAY


@pytest.mark.parametrize(("starts", "ends"), [("20:00", "09:00"), ("09:00", "09:00")])
def test_a_day_that_ends_before_it_starts_is_refused(starts: str, ends: str) -> None:
    with pytest.raises(ValueError, match="write the earlier first"):
        settings.Announcements(day_starts=starts, day_ends=ends)


def test_at_night_replies_and_digests_leave_and_announcements_wait_for_the_morning(home: Home) -> None:
    reply, digest, bulk = (put(home, priority=priority) for priority in (1, 3, BULK))
    clock, lines = Clock(NIGHT), sms_lines(enabled(home.settings))
    drain(home, lines, clock, daytime=DAY)
    assert [row(home, message)[0] for message in (reply, digest, bulk)] == ["sent", "sent", "due"]

    clock.move(hours=12)
    drain(home, lines, clock, daytime=DAY)
    assert row(home, bulk) == ("due",)
    clock.move(hours=1)
    drain(home, lines, clock, daytime=DAY)
    assert row(home, bulk)[0] == "sent"
