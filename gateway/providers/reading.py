"""What several adapters read alike: texts of villagers, times of operators, wishes of servers."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_TEXT = 500  # characters; what is longer was not typed on a phone
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*", re.ASCII)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def sms_text(text: str) -> str:
    """What a villager wrote; '' (answered with help, never a vote) where it is longer than a phone sends."""
    return text if len(text) <= MOST_TEXT else ""


def wish(retry_after: str, date: str) -> timedelta | None:
    """A Retry-After in seconds, or as a date against the answer's own Date (RFC 9110 section 10.2.3)."""
    if re.fullmatch("[0-9]{1,9}", retry_after):
        return timedelta(seconds=int(retry_after))
    try:
        return max(timedelta(0), parsedate_to_datetime(retry_after) - parsedate_to_datetime(date))
    except (ValueError, TypeError):
        return None


def operator_time(text: str) -> datetime | None:
    """The operator's time in ISO form, with T or a blank, UTC unless it says otherwise; None if it cannot be one."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at >= _EARLIEST else None


def epoch_time(text: str) -> datetime | None:
    """The operator's time in whole seconds since 1970; None if it cannot be one."""
    if not re.fullmatch("[0-9]{1,11}", text, re.ASCII):
        return None
    at = datetime.fromtimestamp(int(text), UTC)
    return at if at >= _EARLIEST else None
