"""The development provider behind `dauys phone` and the demo: forms or JSON in, replies kept in memory until fetched.

For one process only, and never on a live gateway: whoever knows the secret can speak as any phone.
"""

import json
from collections import OrderedDict, deque
from threading import Lock

from gateway.providers.base import Fate, Malformed, Posted, Report, SessionEnd, Shown, need
from gateway.providers.reading import operator_time, sms_text
from gateway.sessions import Hit
from gateway.settings import Settings
from handlers.messages import InboundSms

NAME = "console"
HOOKS = ("ussd", "sms", "report", "inbox")
JSON = "application/json"
PHONES = 1000
WAITING = 50  # messages for one phone


class Console:
    """Phones in a terminal."""

    name = NAME
    hooks = HOOKS
    rate = 500.0

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._lock = Lock()
        self._waiting: OrderedDict[str, deque[str]] = OrderedDict()

    def read_sms(self, posted: Posted) -> InboundSms:
        """id, from, text; perhaps to and date."""
        fields = _fields(posted)
        return InboundSms(
            provider=NAME,
            id=need(fields, "id", filled=True),
            sender=need(fields, "from"),
            recipient=fields.get("to", ""),
            text=sms_text(need(fields, "text")),
            at=posted.at,
            sent_at=operator_time(fields.get("date", "")),
        )

    def read_ussd(self, posted: Posted) -> Hit:
        """session, from, key: the last input alone, '' (or the rest of a direct dial) on the first hit; perhaps id."""
        fields = _fields(posted)
        return Hit(
            session=need(fields, "session", filled=True),
            sender=need(fields, "from"),
            path=None,
            key=need(fields, "key"),
            at=posted.at,
            id=fields.get("id", ""),
        )

    def read_report(self, posted: Posted) -> Report:
        """id, and fate as one of our own words."""
        fields = _fields(posted)
        try:
            return Report(need(fields, "id", filled=True), Fate(need(fields, "fate")))
        except ValueError as error:
            raise Malformed(f"fate is one of {', '.join(Fate)}") from error

    def read_end(self, posted: Posted) -> SessionEnd:
        raise Malformed(f"{posted.what}: the console has no such call")

    def read_opt_out(self, posted: Posted) -> str:
        raise Malformed(f"{posted.what}: the console has no such call")

    def show(self, hit: Hit, text: str, *, ends: bool) -> Shown:  # noqa: ARG002 - the provider knows its session
        """JSON: what the screen says, and whether the dialogue ends."""
        return Shown(json.dumps({"text": text, "ends": ends}, ensure_ascii=False).encode(), JSON)

    def send(self, recipient: str, text: str, ours: str) -> str:
        """Keep the message for its phone; the oldest ones are dropped."""
        with self._lock:
            self._waiting.setdefault(recipient, deque(maxlen=WAITING)).append(text)
            self._waiting.move_to_end(recipient)
            if len(self._waiting) > PHONES:
                self._waiting.popitem(last=False)
        return ours

    def fetch(self, phone: str) -> tuple[str, ...]:
        """The messages sent to this E.164 number since the last time, each handed out once."""
        with self._lock:
            return tuple(self._waiting.pop(phone, ()))


def make(settings: Settings) -> Console | None:
    """The console, if it is enabled."""
    ours = settings.providers.console
    return Console(ours.secret) if ours.enabled and ours.secret else None


def _fields(posted: Posted) -> dict[str, str]:
    content_type = posted.content_type.partition(";")[0].strip().lower()
    if content_type != JSON:
        return posted.fields
    try:
        content = json.loads(posted.body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is no JSON") from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise Malformed("the body is no JSON object of strings")
    fields: dict[str, str] = {name: _clean(value) for name, value in content.items()}
    return fields


def _clean(value: str) -> str:
    if "\0" in value:
        raise Malformed("a field holds a NUL")
    return value.encode(errors="replace").decode()
