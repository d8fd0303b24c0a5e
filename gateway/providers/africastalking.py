"""Africa's Talking: SMS and USSD over HTTP forms. The only file that knows its SDK.

Hooks, fields and codes: https://developers.africastalking.com/docs (sms, ussd), and what version 2.0.3 of the SDK does.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import requests
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from gateway.providers.base import (
    Fate,
    Fetched,
    FetchFailed,
    Found,
    Posted,
    Refusal,
    Report,
    SendFailed,
    SessionEnd,
    Shown,
)
from gateway.providers.reading import operator_time, sms_text, wish
from gateway.providers.repeats import Repeats
from gateway.sessions import Hit
from gateway.settings import Settings
from handlers.messages import InboundSms

NAME = "africastalking"
HOOKS = ("ussd", "sms", "report", "session-end", "opt-out")
E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)  # the SDK's own check lets too much through

FATES: dict[str, Fate] = {  # words not listed are under way
    "Success": Fate.DELIVERED,
    "Rejected": Fate.DEAD,
    "Failed": Fate.DEAD,
    "Expired": Fate.DEAD,
}

TAKEN = frozenset({100, 101, 102})  # Processed, Sent, Queued

UNREAD = "the answer was accepted but cannot be read"
UNLISTED: Refusal = {"unknown": True}
REFUSALS: dict[int, Refusal] = {  # by statusCode
    401: {},  # RiskHold: looked at by a person there
    402: {"permanent": True, "account_wide": True},  # InvalidSenderId: our settings
    403: {"permanent": True},  # InvalidPhoneNumber
    404: {"permanent": True},  # UnsupportedNumberType
    405: {"account_wide": True},  # InsufficientBalance
    406: {"permanent": True},  # UserInBlacklist
    407: {"permanent": True},  # CouldNotRoute
    409: {"permanent": True},  # DoNotDisturbRejection
    500: {},  # InternalServerError
    501: {},  # GatewayError
    502: {},  # RejectedByGateway
}

HTTP_CLASSES: dict[int, Refusal] = {3: {"account_wide": True}, 4: {"permanent": True}, 5: {}}
HTTP_REFUSALS: dict[int, Refusal] = {
    401: {"account_wide": True},
    402: {"account_wide": True},
    403: {"account_wide": True},
    404: {"account_wide": True},  # base_url points elsewhere
    408: {"unknown": True},
    429: {},
    504: {"unknown": True},
}


class _Answered(Exception):  # noqa: N818
    """The API answered with a status that is no success; the SDK itself would keep only the text."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.retry_after = response.headers.get("Retry-After", "")
        self.date = response.headers.get("Date", "")


class _Account(SMSService):  # type: ignore[misc]
    """One account of the SDK. It posts as ever; the status of a refusal is kept."""

    @staticmethod
    def _Service__make_post_request(**call: Any) -> requests.Response:  # noqa: N802 - the SDK's private name
        response: requests.Response = SMSService._Service__make_post_request(**call)  # noqa: SLF001
        if not 200 <= response.status_code < 300:
            raise _Answered(response)
        return response

    @staticmethod
    def _Service__make_get_request(**call: Any) -> requests.Response:  # noqa: N802 - the SDK's private name
        response: requests.Response = SMSService._Service__make_get_request(**call)  # noqa: SLF001
        if not 200 <= response.status_code < 300:
            raise _Answered(response)
        return response


class AfricasTalking:
    """One account. Hooks bring its messages; those that no hook could bring are fetched."""

    name = NAME
    hooks = HOOKS
    patience = (3.05, 9.05)  # seconds to connect, seconds to be answered

    def __init__(self, settings: Settings) -> None:
        ours = settings.providers.africastalking
        self.secret = ours.secret or ""
        self.rate = ours.rate if ours.api_key else 0.0
        self.every = ours.fetch_every if ours.api_key else 0.0
        self._hooked, self._fetched = Repeats(), Repeats()
        self._sender = ours.sender or None
        self._account = _Account(ours.username, ours.api_key)
        if ours.base_url:
            self._account._baseUrl = ours.base_url.rstrip("/") + "/version1"  # noqa: SLF001 - the SDK offers no other way

    def read_sms(self, posted: Posted) -> InboundSms:
        """id, from and text must be there; `linkId`, `to`, `date` and `networkCode` may be absent."""
        read = InboundSms(
            provider=NAME,
            id=posted.need_filled("id"),
            sender=posted.need("from"),
            recipient=posted.fields.get("to", ""),
            text=sms_text(posted.need("text")),
            at=posted.at,
            sent_at=operator_time(posted.fields.get("date", "")),
        )
        if not self.every:
            return read
        read = replace(read, id=self._fetched.known(read))
        self._hooked.first(read)
        return read

    def read_ussd(self, posted: Posted) -> Hit:
        """`text` holds all inputs of the session so far; it is there and empty on the first hit."""
        return Hit(
            session=posted.need_filled("sessionId"),
            sender=posted.need("phoneNumber"),
            path=posted.need("text"),
            key="",
            at=posted.at,
        )

    def read_report(self, posted: Posted) -> Report:
        """`failureReason` only where there is one; `phoneNumber` tells what our own call could not learn."""
        fate, phone = FATES.get(posted.need("status"), Fate.UNDER_WAY), posted.fields.get("phoneNumber", "")
        detail = _words(posted.fields.get("failureReason", ""))
        return Report(posted.need_filled("id"), fate, detail, phone if E164.fullmatch(phone) else "")

    def read_end(self, posted: Posted) -> SessionEnd:
        """`input` and `lastAppResponse` hold a choice beside a phone: they are not looked at."""
        milliseconds = posted.fields.get("durationInMillis", "")
        return SessionEnd(
            status=posted.need("status"),
            cost=posted.fields.get("cost", ""),
            milliseconds=int(milliseconds) if re.fullmatch("[0-9]{1,9}", milliseconds) else 0,
        )

    def read_opt_out(self, posted: Posted) -> str:
        return posted.need("phoneNumber")

    def show(self, hit: Hit, text: str, *, ends: bool) -> Shown:  # noqa: ARG002 - the provider knows its session
        return Shown(f"{'END' if ends else 'CON'} {text}".encode())

    def send(self, recipient: str, text: str, ours: str) -> str:  # noqa: ARG002 - Africa's Talking takes no id of ours
        if not E164.fullmatch(recipient):
            raise SendFailed("this is no E.164 number", permanent=True)
        try:
            answer = self._account.send(text, [recipient], self._sender, timeout=self.patience)
        except _Answered as error:
            raise _refused_by_http(error) from error
        except (requests.RequestException, AfricasTalkingException) as error:
            raise _unreached(error) from error
        return _provider_id(answer)

    def fetch(self, cursor: str, at: datetime) -> Fetched:
        """What the account has received, page by page; what is older than our first look was sent to somebody else.

        The cursor: when that look was, and the last id read. The documentation does not promise that these ids are
        those of the hooks: what came one way is known by its content when it comes the other way, too.
        """
        if not cursor:
            return Fetched((), f"{at.isoformat()} 0", more=True)
        since, _, last = cursor.partition(" ")
        try:
            answer = self._account.fetch_messages(last, timeout=self.patience)
        except _Answered as error:
            raise FetchFailed(f"HTTP {error.status}") from error
        except requests.JSONDecodeError as error:
            raise FetchFailed("the answer cannot be read") from error
        except (requests.RequestException, AfricasTalkingException) as error:
            raise FetchFailed(_unreached(error).reason) from error
        page = _page(answer)
        newest = str(page[-1].get("id", last)) if page else last
        read = (_inbound(entry, at) for entry in page)
        fresh = [one for one in read if one and (one.sent_at is None or one.sent_at >= datetime.fromisoformat(since))]
        met = (replace(one, id=self._hooked.known(one)) for one in fresh)
        found = tuple(Found(replace(one, id=self._fetched.first(one))) for one in met)
        return Fetched(found, f"{since} {newest}", more=newest != last)

    def forget(self, found: Sequence[Found]) -> None:
        """There they stay: the cursor passes over them."""


def make(settings: Settings) -> AfricasTalking | None:
    """The account of the settings, if it is enabled."""
    ours = settings.providers.africastalking
    return AfricasTalking(settings) if ours.enabled and ours.secret else None


def _provider_id(answer: Any) -> str:
    """The message's id in the API's answer; the SDK hands over text where the content type has a charset."""
    try:
        content = json.loads(answer) if isinstance(answer, str) else answer
        said, recipients = str(content["SMSMessageData"]["Message"]), content["SMSMessageData"]["Recipients"]
        if not recipients:  # so it answers a sender that it does not know
            raise SendFailed(f"no recipient was taken: {_words(said)}", permanent=True, account_wide=True)
        code, status, found = int(recipients[0]["statusCode"]), str(recipients[0]["status"]), recipients[0]["messageId"]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise SendFailed(UNREAD, unknown=True) from error
    if code in TAKEN:
        if not isinstance(found, str) or found in {"", "None"}:
            raise SendFailed("accepted without an id", unknown=True)
        return found
    raise SendFailed(f"{code} {_words(status)}", **REFUSALS.get(code, UNLISTED))


def _page(answer: Any) -> list[dict[str, Any]]:
    """The messages of the API's answer. Raises FetchFailed."""
    try:
        content = json.loads(answer) if isinstance(answer, str) else answer
        return [dict(entry) for entry in content["SMSMessageData"]["Messages"]]
    except (KeyError, TypeError, ValueError) as error:
        raise FetchFailed("the answer cannot be read") from error


def _inbound(entry: dict[str, Any], at: datetime) -> InboundSms | None:
    """One message of a page, the fields of the hook under the same names; None without id or sender."""
    fields = {
        name: "" if entry.get(name) is None else str(entry[name]) for name in ("id", "from", "to", "text", "date")
    }
    if not fields["id"] or not fields["from"]:
        return None
    return InboundSms(
        provider=NAME,
        id=fields["id"],
        sender=fields["from"],
        recipient=fields["to"],
        text=sms_text(fields["text"]),
        at=at,
        sent_at=operator_time(fields["date"]),
    )


def _refused_by_http(error: _Answered) -> SendFailed:
    refusal = HTTP_REFUSALS.get(error.status, HTTP_CLASSES.get(error.status // 100, UNLISTED))
    return SendFailed(f"HTTP {error.status}", retry_after=wish(error.retry_after, error.date), **refusal)


def _unreached(error: Exception) -> SendFailed:
    """Before the connection stood nothing was sent; after that nobody knows."""
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return SendFailed(UNREAD, unknown=True)
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return SendFailed("no secure connection", account_wide=True)
    if isinstance(error, requests.ConnectTimeout):
        return SendFailed("no connection in time")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return SendFailed("base_url is no address", account_wide=True)
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError):
        return SendFailed("no connection")
    return SendFailed("the connection broke off", unknown=True)


def _words(said: str) -> str:
    """The provider's words, without digits that may be a phone number."""
    return re.sub(r"\+?\d{6,}", "…", said)[:100]
