"""Three days without a line, 5,000 messages waiting, in virtual time; the drain goes to a real HTTP server."""

from collections.abc import Iterator

import pytest
import structlog

from gateway.home import Home
from tests.gateway.outages import OFFICIALS, Sizes, check, survived

pytestmark = pytest.mark.faults

DAYS = Sizes(hours=72, replies_an_hour=56, announcements=948)  # and four evenings for each official


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def test_after_three_days_five_thousand_messages_leave_in_order_once_or_say_why_not(sqlite_home: Home) -> None:
    outage = survived(sqlite_home, DAYS)

    check(outage)
    ((waited,),) = outage.rows("SELECT count(*) FROM outbox")
    ((evenings,),) = outage.rows("SELECT count(DISTINCT slot) FROM bulletin")
    assert (waited, evenings) == (72 * 56 + 948 + 4 * OFFICIALS, 4)
