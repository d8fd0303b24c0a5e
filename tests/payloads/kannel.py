"""Raw queries as Kannel 1.4.5 makes them, and what they mean."""

from datetime import UTC, datetime

from gateway.providers.base import Fate, Malformed, Report, Unneeded
from gateway.sessions import Hit
from handlers.messages import InboundSms

AT = datetime(2026, 5, 2, 6, 5, tzinfo=UTC)
SENT = datetime(2026, 5, 2, 6, 4, 45, tzinfo=UTC)
ID = "9f1b3c52-7f0e-4a59-8d3e-0d8b8a4d3c11"


def sms(text: str, **changes: object) -> InboundSms:
    usual = {"id": ID, "sender": "+77010000001", "recipient": "44135", "at": AT, "sent_at": SENT}
    return InboundSms(provider="kannel", text=text, **usual | changes)  # type: ignore[arg-type]


def hit(key: str, session: str = "i7", returned: str = "its_session_info=%07%00&", *, opens: bool = False) -> Hit:
    return Hit(session, "+77010000001", None, key, AT, ID, opens, returned)


WHO = b"from=%2B77010000001&to=44135&id=" + ID.encode()
WHEN = WHO + b"&ts=1777701885"
SMS = WHEN + b"&coding=0&charset=UTF-8&text="
UCS2 = WHEN + b"&coding=2&charset=UTF-16BE&text="


def ussd(op: bytes, text: bytes, more: bytes = b"its_session_info%3D%2507%2500%26") -> bytes:
    return SMS + text + b"&meta=%3Fsmpp%3Fussd_service_op%3D" + op + b"%26" + more


DIALS, KEYS = b"%2501", b"%2512"

ROWS = [
    ("a number", "sms", SMS + b"3", sms("3")),
    ("Kazakh letters, recoded", "sms", SMS + b"%D2%AF%D0%BD+%E2%84%963", sms("үн №3")),
    ("white space as it was typed", "sms", SMS + b"3++5%0A+7", sms("3  5\n 7")),
    ("an empty text", "sms", SMS, sms("")),
    ("UCS-2 that was not recoded", "sms", UCS2 + b"%04%AF%04%3D%00+%003", sms("үн 3")),
    ("UCS-2 without a charset", "sms", WHEN + b"&coding=2&charset=&text=%003", sms("3")),
    ("UCS-2 of half a letter", "sms", UCS2 + b"%003%04", sms("3\N{REPLACEMENT CHARACTER}")),
    ("a percent sign in UCS-2", "sms", UCS2 + b"%00%25", sms("%")),
    ("eight bits of nobody knows what", "sms", WHEN + b"&coding=1&charset=8-BIT&text=3%FF", sms("3\N{REPLACEMENT CHARACTER}")),
    ("Latin-1", "sms", WHEN + b"&coding=1&charset=ISO-8859-1&text=%E9", sms("é")),
    ("a charset nobody knows", "sms", WHEN + b"&coding=0&charset=rot13&text=3", sms("3")),
    ("the last characters of Unicode", "sms", UCS2 + b"%D8%3D%DC%4D", sms("👍")),
    ("longer than any phone sends", "sms", SMS + b"3" + b"+" * 500, sms("")),
    ("a time of a dead clock", "sms", WHO + b"&ts=0&text=3", sms("3", sent_at=None)),
    ("a time nobody can read", "sms", WHO + b"&ts=%25T&text=3", sms("3", sent_at=None)),
    ("the end of time", "sms", WHO + b"&ts=99999999999&text=3", sms("3", sent_at=datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC))),
    ("no time", "sms", WHO + b"&text=3", sms("3", sent_at=None)),
    ("a sender of letters", "sms", b"from=eGov&id=1&text=3", sms("3", id="1", sender="eGov", recipient="", sent_at=None)),
    ("no text", "sms", WHO, Malformed),
    ("two texts", "sms", SMS + b"3&text=5", Malformed),
    ("two senders", "sms", SMS + b"3&from=1", Malformed),
    ("no id", "sms", b"from=%2B77010000001&text=3", Malformed),
    ("an empty id", "sms", b"from=%2B77010000001&id=&text=3", Malformed),
    ("no sender", "sms", b"id=1&text=3", Malformed),
    ("a NUL", "sms", SMS + b"3%00", sms("")),
    ("a NUL in UCS-2", "sms", UCS2 + b"%003%00%00", sms("")),
    ("a NUL elsewhere", "sms", SMS + b"3&smsc=%00", Malformed),
    ("nothing at all", "sms", b"", Malformed),
    ("the code is dialled", "ussd", ussd(DIALS, b"*384*44135%23"), hit("", opens=True)),
    ("a direct dial", "ussd", ussd(DIALS, b"*384*44135*7*3%23"), hit("7*3", opens=True)),
    ("the short code is dialled", "ussd", ussd(DIALS, b"*44135*7*3%23"), hit("7*3", opens=True)),
    ("the receiver's own code", "ussd", ussd(DIALS, b"*7070*7%23").replace(b"44135", b"*7070%23", 1), hit("7", opens=True)),
    ("a longer code that begins alike", "ussd", ussd(DIALS, b"*384*441350*7%23"), hit("", opens=True)),
    ("an operator who sends the rest alone", "ussd", ussd(DIALS, b"7*3"), hit("7*3", opens=True)),
    ("an operator who sends nothing", "ussd", ussd(DIALS, b""), hit("", opens=True)),
    ("a key", "ussd", ussd(KEYS, b"2"), hit("2")),
    ("a code typed as an answer", "ussd", ussd(KEYS, b"*384*44135%23"), hit("*384*44135#")),
    ("steps are counted in the second octet", "ussd", ussd(KEYS, b"2", b"its_session_info%3D%2507%2504%26"), hit("2", returned="its_session_info=%07%04&")),
    ("a session number that is a blank", "ussd", ussd(KEYS, b"2", b"its_session_info%3D%2B%2500%26"), hit("2", "i32", "its_session_info=%20%00&")),
    ("a session number that is an ampersand", "ussd", ussd(KEYS, b"2", b"its_session_info%3D%2526%2500%26"), hit("2", "i38", "its_session_info=%26%00&")),
    ("a reference for a session", "ussd", ussd(KEYS, b"2", b"user_message_reference%3D513%26"), hit("2", "r353133", "user_message_reference=513&")),
    ("other groups beside", "ussd", ussd(KEYS, b"2", b"its_session_info%3D%2507%2500%26%3Forig%3Fa%3D1%26"), hit("2")),
    ("no parameters, a code", "ussd", SMS + b"*384*44135*7%23", hit("7", "r", "", opens=True)),
    ("no parameters, a key", "ussd", SMS + b"7", hit("7", "r", "")),
    ("a step that is none", "ussd", ussd(b"%2520", b""), Unneeded),
    ("a session's breaking off", "ussd", ussd(b"%2511", b""), Unneeded),
    ("no id of the step", "ussd", ussd(KEYS, b"2").replace(b"&id=", b"&di="), Malformed),
    ("delivered", "report", b"d=1&said=id%3A1+stat%3ADELIVRD+err%3A000+text%3A3&id=5", Report("5", Fate.DELIVERED, "stat:DELIVRD err:000")),
    ("failed", "report", b"d=2&said=stat%3AUNDELIV+err%3A001&id=5", Report("5", Fate.DEAD, "stat:UNDELIV err:001")),
    ("what was sent is not looked at", "report", b"d=2&said=NACK%2F0x0b+Duy+3+%2B77010000001&id=5", Report("5", Fate.DEAD)),
    ("queued", "report", b"d=4&id=5", Report("5", Fate.UNDER_WAY)),
    ("the operator has it", "report", b"d=8&said=ACK%2F&id=5", Report("5", Fate.UNDER_WAY)),
    ("rejected", "report", b"d=16&id=5", Report("5", Fate.DEAD)),
    ("a bit that is new", "report", b"d=64&id=5", Report("5", Fate.UNDER_WAY)),
    ("a report in words", "report", b"d=yes&id=5", Malformed),
    ("a report in Arabic digits", "report", b"d=%D9%A1&id=5", Malformed),
    ("a report on nothing", "report", b"d=1", Malformed),
    ("a session's end", "session-end", WHO, Malformed),
    ("an opt-out", "opt-out", WHO, Malformed),
]  # fmt: skip
