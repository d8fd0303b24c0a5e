"""Raw bodies as Africa's Talking posts them, and what they mean: (what is shown, hook, body, value)."""

from datetime import UTC, datetime

from gateway.providers.base import Fate, Malformed, Report, SessionEnd
from gateway.sessions import Hit
from handlers.messages import InboundSms

AT = datetime(2026, 5, 2, 6, 5, tzinfo=UTC)
SENT = datetime(2026, 5, 2, 6, 4, 45, tzinfo=UTC)


def sms(text: str, **changes: object) -> InboundSms:
    usual = {"id": "b1", "sender": "+77010000001", "recipient": "44135", "at": AT, "sent_at": SENT}
    return InboundSms(provider="africastalking", text=text, **usual | changes)  # type: ignore[arg-type]


def hit(path: str, sender: str = "+77010000001") -> Hit:
    return Hit("ATUid_1", sender, path, "", AT)


SMS = b"date=2026-05-02T06%3A04%3A45Z&from=%2B77010000001&id=b1&linkId=&to=44135&networkCode=40101&text="
USSD = b"phoneNumber=%2B77010000001&serviceCode=*384*44135%23&sessionId=ATUid_1&networkCode=99999&text="
END = b"date=2026-05-02+06%3A04%3A45&sessionId=ATUid_1&phoneNumber=%2B77010000001&input=7*3*1&lastAppResponse=END+3"

ROWS = [
    ("a number", "sms", SMS + b"3", sms("3")),
    ("Kazakh letters", "sms", SMS + "дауыс №3".encode(), sms("дауыс №3")),
    ("percent-encoded", "sms", SMS + b"%D2%AF%D0%BD+3", sms("үн 3")),
    ("an empty text", "sms", SMS, sms("")),
    ("an emoji", "sms", SMS + b"%F0%9F%91%8D", sms("👍")),
    ("bad UTF-8 loses no message", "sms", SMS + b"3%FF", sms("3\N{REPLACEMENT CHARACTER}")),
    ("500 characters", "sms", SMS + b"7" * 500, sms("7" * 500)),
    ("longer than any phone sends", "sms", SMS + b"3" + b"+" * 500, sms("")),
    ("a date with a blank", "sms", b"date=2026-05-02+06:04:45&id=b1&from=%2B77010000001&to=44135&text=3", sms("3")),
    ("no date", "sms", b"id=b1&from=%2B77010000001&to=44135&text=3", sms("3", sent_at=None)),
    ("a date nobody can read", "sms", b"id=b1&from=%2B77010000001&to=44135&text=3&date=soon", sms("3", sent_at=None)),
    ("an hour that is none", "sms", b"id=b1&from=a&text=3&date=2026-05-02+99:04:45", sms("3", sender="a", recipient="", sent_at=None)),
    ("the end of time", "sms", b"id=b1&from=a&text=3&date=9999-12-31T23:59:59-10:00", sms("3", sender="a", recipient="", sent_at=None)),
    ("a day alone", "sms", b"id=b1&from=%2B77010000001&to=44135&text=3&date=2026-05-02", sms("3", sent_at=None)),
    ("a date of a dead clock", "sms", b"id=b1&from=a&text=3&date=1970-01-01+00:00:00", sms("3", sender="a", recipient="", sent_at=None)),
    ("a sender of letters", "sms", b"id=b1&from=eGov&to=44135&text=3", sms("3", sender="eGov", sent_at=None)),
    ("an empty sender", "sms", b"id=b1&from=&to=44135&text=3", sms("3", sender="", sent_at=None)),
    ("no id", "sms", b"from=%2B77010000001&text=3", Malformed),
    ("an empty id", "sms", b"id=&from=%2B77010000001&text=3", Malformed),
    ("no sender", "sms", b"id=b1&text=3", Malformed),
    ("no text", "sms", b"id=b1&from=%2B77010000001", Malformed),
    ("two texts", "sms", SMS + b"3&text=5", Malformed),
    ("a NUL", "sms", SMS + b"3%00", Malformed),
    ("a NUL in a name", "sms", SMS + b"3&a%00=1", Malformed),
    ("too many fields", "sms", SMS + b"3&" + b"&".join(b"f%d=" % i for i in range(60)), Malformed),
    ("JSON", "sms", b'{"id": "b1", "from": "+77010000001", "text": "3"}', Malformed),
    ("nothing at all", "sms", b"", Malformed),
    ("the first hit has an empty text", "ussd", USSD, hit("")),
    ("keys so far", "ussd", USSD + b"1*2", hit("1*2")),
    ("a direct dial", "ussd", USSD + b"7*3", hit("7*3")),
    ("a star as an answer", "ussd", USSD + b"1**", hit("1**")),
    ("no text is no first hit", "ussd", USSD.removesuffix(b"&text="), Malformed),
    ("no session", "ussd", b"phoneNumber=%2B77010000001&text=", Malformed),
    ("an empty session", "ussd", b"sessionId=&phoneNumber=%2B77010000001&text=", Malformed),
    ("delivered", "report", b"id=x1&status=Success&phoneNumber=%2B77010000001", Report("x1", Fate.DELIVERED, "", "+77010000001")),
    ("delivered to no number", "report", b"id=x1&status=Success&phoneNumber=eGov", Report("x1", Fate.DELIVERED)),
    ("a number in the reason", "report", b"id=x1&status=Failed&failureReason=no+77010000001", Report("x1", Fate.DEAD, "no …")),
    ("buffered", "report", b"id=x1&status=Buffered", Report("x1", Fate.UNDER_WAY)),
    ("a word that is new", "report", b"id=x1&status=Teleported", Report("x1", Fate.UNDER_WAY)),
    ("failed", "report", b"id=x1&status=Failed&failureReason=AbsentSubscriber", Report("x1", Fate.DEAD, "AbsentSubscriber")),
    ("expired", "report", b"id=x1&status=Expired", Report("x1", Fate.DEAD)),
    ("rejected", "report", b"id=x1&status=Rejected", Report("x1", Fate.DEAD)),
    ("a report on nothing", "report", b"id=&status=Success", Malformed),
    ("a report without status", "report", b"id=x1", Malformed),
    ("the end of a session", "session-end", END + b"&status=Success&cost=KES+0.10&durationInMillis=8123", SessionEnd("Success", "KES 0.10", 8123)),
    ("an end without numbers", "session-end", END + b"&status=Incomplete&durationInMillis=long", SessionEnd("Incomplete", "", 0)),
    ("an opt-out", "opt-out", b"senderId=44135&phoneNumber=%2B77010000001", "+77010000001"),
    ("an opt-out of nobody", "opt-out", b"senderId=44135", Malformed),
]  # fmt: skip
