"""The same message under another id: a modem that cannot delete, an inbox that is also fetched.

In memory only, and not for long: it is made of phones and texts. Who forgets answers a villager once more, no worse:
a vote counts once under any id.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from handlers.messages import InboundSms

KEPT = timedelta(hours=1)  # since it was last seen
MOST = 50_000


class Repeats:
    """Sender, operator's second and text -> the id that came first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    def first(self, message: InboundSms) -> str:
        """The id under which this message was seen first; its own if it is new, or the operator told no time."""
        key = _key(message)
        if key is None:
            return message.id
        with self._lock:
            self._forget(message.at)
            known, _ = self._first.get(key, (message.id, message.at))
            self._first[key] = known, message.at
            self._first.move_to_end(key)
        return known

    def known(self, message: InboundSms) -> str:
        """The same, and this message is not remembered."""
        key = _key(message)
        if key is None:
            return message.id
        with self._lock:
            return self._first.get(key, (message.id, message.at))[0]

    def _forget(self, at: datetime) -> None:
        """The ones seen least lately stand first; a clock that was set back forgets later."""
        while self._first:
            key, (_, seen) = next(iter(self._first.items()))
            if at - seen < KEPT and len(self._first) < MOST:
                return
            del self._first[key]


def _key(message: InboundSms) -> bytes | None:
    """None where the operator told no time."""
    if message.sent_at is None:
        return None
    second = message.sent_at.replace(microsecond=0).isoformat()
    content = f"{message.sender}\0{second}\0{message.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()
