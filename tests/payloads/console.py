"""Raw bodies of the development provider."""

from datetime import UTC, datetime

from gateway.providers.base import Fate, Malformed, Report
from gateway.sessions import Hit
from handlers.messages import InboundSms

AT = datetime(2026, 5, 2, 6, 5, tzinfo=UTC)


def sms(text: str, to: str = "", sent_at: datetime | None = None) -> InboundSms:
    return InboundSms("console", "1", "+77010000001", to, text, AT, sent_at)


ROWS = [
    ("a form", "sms", b"id=1&from=%2B77010000001&text=3", sms("3")),
    ("JSON", "sms", '{"id":"1","from":"+77010000001","text":"үн","to":"44135"}'.encode(), sms("үн", "44135")),
    ("an operator's time", "sms", b'{"id":"1","from":"+77010000001","text":"3","date":"2026-05-02T06:00:00Z"}',
     sms("3", sent_at=datetime(2026, 5, 2, 6, tzinfo=UTC))),
    ("half a letter", "sms", b'{"id":"1","from":"+77010000001","text":"\\ud83d"}', sms("?")),
    ("a NUL", "sms", b'{"id":"1","from":"+77010000001","text":"\\u0000"}', Malformed),
    ("a number that is no string", "sms", b'{"id":1,"from":"a","text":"3"}', Malformed),
    ("a list", "sms", b"[]", Malformed),
    ("deep nesting", "sms", b"[" * 16000, Malformed),
    ("no JSON", "sms", b"{", Malformed),
    ("no id", "sms", b'{"from":"a","text":"3"}', Malformed),
    ("one key a hit", "ussd", b"session=s1&from=%2B77010000001&key=2", Hit("s1", "+77010000001", None, "2", AT)),
    ("a key with an id", "ussd", b"session=s1&id=h1&from=%2B77010000001&key=2", Hit("s1", "+77010000001", None, "2", AT, "h1")),
    ("no key", "ussd", b"session=s1&from=%2B77010000001", Malformed),
    ("a report", "report", b"id=9&fate=delivered", Report("9", Fate.DELIVERED)),
    ("a report in other words", "report", b"id=9&fate=lost", Malformed),
    ("a session's end", "session-end", b"session=s1", Malformed),
    ("an opt-out", "opt-out", b"from=a", Malformed),
]  # fmt: skip
