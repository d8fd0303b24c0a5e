"""What a phone of a provider is: what it does becomes the call that its provider makes, an answer becomes a screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. A repeated delivery is the same value again."""

    id: str
    phone: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a USSD dialogue. A repeated delivery is the same value again."""

    session: str
    phone: str
    keys: tuple[str, ...]  # all inputs so far; the first is the rest of a direct dial, '' for none


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a hook, as bytes."""

    method: str = "POST"
    query: str = ""
    body: bytes = b""
    content_type: str = FORM

    @property
    def headers(self) -> Mapping[str, str]:
        """All that we read of them."""
        return {"content-type": self.content_type} if self.body else {}


@dataclass(frozen=True, slots=True)
class Screen:
    """What a USSD phone shows."""

    text: str
    ends: bool  # there is nothing to key in any more


class Phones(Protocol):
    """How phones of one provider reach us: a module of this folder."""

    def sms(self, text: Text) -> Call:
        """The call for a text message."""

    def ussd(self, step: Step) -> Call:
        """The call for a step of a dialogue."""

    def shown(self, body: str, headers: Mapping[str, str]) -> Screen:
        """What the answer to a step puts on the phone; names of headers in lower case."""
