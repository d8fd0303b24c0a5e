"""What a provider is: neutral calls in, values out; how a call's fields are read; how sending may fail.

An adapter is one short file, always in the same order: fields, reading, status tables, sending. It knows neither the
store nor the conversation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypedDict, runtime_checkable
from urllib.parse import unquote

from gateway.sessions import Hit
from gateway.settings import Settings
from handlers.messages import InboundSms
from handlers.values import value

MOST_FIELDS = 50
FORM = "application/x-www-form-urlencoded"


class Malformed(Exception):  # noqa: N818
    """The call breaks the provider's own contract; it is answered with this status and nothing was done."""

    status = 400


class Unneeded(Exception):  # noqa: N818
    """The call tells something that we have no use for; it is answered 200 and empty, so that nobody repeats it."""


class Kind(StrEnum):
    """An error of a provider in one word, as it is counted."""

    AGAIN = "again"  # it did not leave and is tried again
    PERMANENT = "permanent"  # this message will never be taken
    ACCOUNT_WIDE = "account-wide"  # no message will be taken until a person acts
    UNKNOWN = "unknown"  # it may have left
    NOT_ASKED = "not-asked"  # what it has for us could not be fetched


class SendFailed(Exception):  # noqa: N818
    """A message did not leave, or nobody knows whether it did. Tells the outbox what to do; holds no number."""

    def __init__(  # noqa: PLR0913 - one set of facts
        self,
        reason: str,
        *,
        permanent: bool = False,  # this message will never be taken
        account_wide: bool = False,  # no message of this account will be taken until a person acts
        unknown: bool = False,  # it may have left: only a report settles it
        retry_after: timedelta | None = None,  # the provider's own wish
        provider_id: str = "",  # of an unknown one: what its report will carry all the same
    ) -> None:
        super().__init__(reason)
        self.reason, self.retry_after, self.provider_id = reason, retry_after, provider_id
        self.permanent, self.account_wide, self.unknown = permanent, account_wide, unknown

    @property
    def kind(self) -> Kind:
        """The one thing that is to be said of it."""
        said = {Kind.ACCOUNT_WIDE: self.account_wide, Kind.UNKNOWN: self.unknown, Kind.PERMANENT: self.permanent}
        return next((kind for kind, holds in said.items() if holds), Kind.AGAIN)


class Refusal(TypedDict, total=False):
    """Flags of SendFailed in a status table; {} = try again."""

    permanent: bool
    account_wide: bool
    unknown: bool


class Fate(StrEnum):
    """What a delivery report says."""

    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    UNSENT = "unsent"  # it was taken, but never left: it may be sent again
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report. Repeated and out of order: the outbox only goes forward."""

    provider_id: str
    fate: Fate
    detail: str = ""
    phone: str = ""  # E.164, where the provider names it


class FetchFailed(Exception):  # noqa: N818
    """A provider could not be asked; the reason holds no number and no text."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a polled provider has for us."""

    what: InboundSms | Report
    rows: tuple[int, ...] = ()  # where it lies there


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one look brought, the oldest first."""

    found: tuple[Found, ...]
    cursor: str = ""  # where to go on once all of it is durable here
    more: bool = False  # there is more: look again at once


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """What may be read of the end of a USSD session: never its input."""

    status: str
    cost: str
    milliseconds: int


@value
class Shown:
    """The response that puts a screen on a phone."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = ()  # as ASGI has them: lower-case names


@dataclass(slots=True)
class Posted:
    """One call of a provider, bytes as they came; `what` is the last part of the hook's address."""

    provider: str
    method: str
    what: str
    query: bytes
    body: bytes
    content_type: str  # as sent; '' if the call names none
    at: datetime
    _fields: dict[str, str] | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The form of a POST, the query of a GET. Raises Malformed."""
        if self._fields is None:
            get = self.method == "GET"
            self._fields = read_fields(self.query) if get else read_form(self.body, self.content_type)
        return self._fields

    def need(self, name: str) -> str:
        """A field that must be there, perhaps empty. Raises Malformed."""
        return need(self.fields, name)

    def need_filled(self, name: str) -> str:
        """A field that must be there and not empty: without an id two messages would be one. Raises Malformed."""
        return need(self.fields, name, filled=True)


class Carrier(Protocol):
    """Who carries messages away; how its own come to us, Provider and Polled tell. `send` raises SendFailed."""

    @property
    def name(self) -> str:
        """Its key in PROVIDERS."""

    @property
    def rate(self) -> float:
        """Messages a second that it takes; 0: it never calls out, messages wait."""

    def send(self, recipient: str, text: str, ours: str) -> str:
        """Send an SMS to an E.164 number; the id that its reports will carry. Blocking: called in a thread.

        `ours` is our own id, for providers that give none.
        """


@runtime_checkable
class Provider(Carrier, Protocol):
    """A carrier that calls our hooks. `read_*` raise Malformed and Unneeded."""

    @property
    def secret(self) -> str:
        """The secret part of the hooks' addresses."""

    @property
    def hooks(self) -> tuple[str, ...]:
        """Which calls it makes: ussd, sms, report, session-end, opt-out, inbox."""

    def read_sms(self, posted: Posted) -> InboundSms:
        """A text message."""

    def read_ussd(self, posted: Posted) -> Hit:
        """One step of a USSD session."""

    def read_report(self, posted: Posted) -> Report:
        """A delivery report."""

    def read_end(self, posted: Posted) -> SessionEnd:
        """The end of a USSD session."""

    def read_opt_out(self, posted: Posted) -> str:
        """The sender that wants no more announcements, as it came."""

    def show(self, hit: Hit, text: str, *, ends: bool) -> Shown:
        """The response to this step that puts the next screen on the phone."""


@runtime_checkable
class Polled(Carrier, Protocol):
    """A carrier that must be asked. Both calls block, and are made in a thread, one at a time."""

    @property
    def every(self) -> float:
        """Seconds between two looks; 0: it is not asked."""

    def fetch(self, cursor: str, at: datetime) -> Fetched:
        """What waits there behind `cursor` ('' on the first look ever); `at` is now. Raises FetchFailed."""

    def forget(self, found: Sequence[Found]) -> None:
        """These are durable here: they need not be there any more. Raises FetchFailed."""


def read_form(body: bytes, content_type: str) -> dict[str, str]:
    """The fields of a form body; bad UTF-8 is replaced, so that it loses no vote. Raises Malformed."""
    if content_type and content_type.partition(";")[0].strip().lower() != FORM:
        raise Malformed("the body is no form")
    return read_fields(body)


def read_fields(encoded: bytes) -> dict[str, str]:
    """Fields joined by & and =. Raises Malformed for a repeated field, a NUL, or too many fields.

    What urllib's parse_qsl does in twice the time: every vote pays for it. A property test holds the two together.
    """
    if b"\0" in encoded or b"%00" in encoded:
        raise Malformed("a field holds a NUL")
    text = encoded.decode(errors="replace").replace("+", " ")
    inside = "%26" in text or "%3D" in text or "%3d" in text  # an & or = within a field: each is unquoted by itself
    if not inside:
        text = text.replace("%2B", "+").replace("%3A", ":")  # numbers and times: mostly nothing is left to unquote
        text = unquote(text) if "%" in text else text
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    if len(pairs) > MOST_FIELDS:
        raise Malformed(f"more than {MOST_FIELDS} fields")
    fields = {unquote(name): unquote(value) for name, _, value in pairs} if inside else {n: v for n, _, v in pairs}
    if len(fields) != len(pairs):
        raise Malformed("a field is repeated")
    return fields


def need(fields: Mapping[str, str], name: str, *, filled: bool = False) -> str:
    """A field that must be there, and perhaps must not be empty. Raises Malformed."""
    found = fields.get(name)
    if found is None or (filled and not found):
        raise Malformed(f"the field {name} is {'missing' if found is None else 'empty'}")
    return found


MakeProvider = Callable[[Settings], Carrier | None]
"""settings -> the provider, None if it is not enabled."""
