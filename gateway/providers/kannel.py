"""Kannel: an operator's SMPP link or a GSM modem behind bearerbox and smsbox. SMS and USSD by HTTP GET.

Escapes and parameters: Kannel's user guide, chapters 6 (SMS services) and 7 (sendsms), and what version 1.4.5 does.
USSD over SMPP: SMPP 3.4 sections 5.3.2.43 (its_session_info) and 5.3.2.44 (ussd_service_op).
"""

import re
from functools import cached_property
from urllib.parse import quote, unquote_to_bytes

import httpx

from gateway.providers.base import (
    Fate,
    Malformed,
    Posted,
    Refusal,
    Report,
    SendFailed,
    SessionEnd,
    Shown,
    Unneeded,
    need,
    read_fields,
)
from gateway.providers.reading import epoch_time, sms_text
from gateway.sessions import Hit
from gateway.settings import Settings
from handlers.messages import InboundSms
from handlers.segments import septets

NAME = "kannel"
HOOKS = ("sms", "ussd", "report")

SMS_QUERY = "from=%p&to=%P&id=%I&ts=%T&coding=%c&charset=%C&text=%b"
"""What smsbox fills in. %b and not %a: that one squeezes white space."""
USSD_QUERY = f"{SMS_QUERY}&meta=%D"
REPORT_QUERY = "d=%d&said=%A"

CHARSETS = {  # %C -> Python's name
    "UTF-8": "utf-8",
    "UTF-16BE": "utf-16-be",
    "UCS-2": "utf-16-be",
    "ISO-8859-1": "latin-1",
    "WINDOWS-1252": "cp1252",
}
UCS2 = "2"  # %c

OPENS = {1: True, 18: False}  # ussd_service_op: PSSR indication (the phone dialled), USSR response (it answered)
GOES_ON, LAST = "%02", "%11"  # ussd_service_op of ours: USSR request, PSSR response
RETURNED = ("its_session_info", "user_message_reference")

FATES = ((1, Fate.DELIVERED), (2, Fate.DEAD), (16, Fate.DEAD))  # bits of %d; 4 queued, 8 with the operator: under way

EVERYTHING = "31"  # dlr-mask: all reports
NOT_ROUTABLE = "Not routable"
UNLISTED: Refusal = {"unknown": True}
REFUSALS: dict[int, Refusal] = {  # by status of sendsms
    400: {"permanent": True},  # this number or text
    401: {"account_wide": True},
    403: {"account_wide": True},  # user name, password, address
    404: {"account_wide": True},  # sendsms_url points elsewhere
    405: {"account_wide": True},
    413: {"permanent": True},
    414: {"permanent": True},
    429: {},
    502: {},
    503: {},  # no link takes it and the queue is full, or smsbox is stopping
}


class Kannel:
    """One bearerbox and its smsbox."""

    name = NAME
    hooks = HOOKS
    patience = httpx.Timeout(10.0, connect=3.0)  # seconds

    def __init__(self, settings: Settings) -> None:
        ours = settings.providers.kannel
        self.secret = ours.secret or ""
        self.rate = ours.rate if ours.password else 0.0
        self._codes = (settings.gateway.service_code.strip("*#"), settings.gateway.short_code)
        self._report_url = f"{hook_url(settings, 'report')}?{REPORT_QUERY}"
        self._sendsms_url = ours.sendsms_url
        self._account = {
            "username": ours.username,
            "password": ours.password,
            "from": ours.sender or settings.gateway.short_code,
            "charset": "UTF-8",
            "dlr-mask": EVERYTHING,
        }

    def read_sms(self, posted: Posted) -> InboundSms:
        """`ts` is the second in which the operator's link, or bearerbox for it, took the message."""
        fields, text = _fields(posted)
        return InboundSms(
            provider=NAME,
            id=need(fields, "id", filled=True),
            sender=need(fields, "from"),
            recipient=fields.get("to", ""),
            text=sms_text(text),
            at=posted.at,
            sent_at=epoch_time(fields.get("ts", "")),
        )

    def read_ussd(self, posted: Posted) -> Hit:
        """The last input alone. `meta` holds the SMPP parameters: whether the phone dialled, and in which session."""
        fields, text = _fields(posted)
        tlvs = _tlvs(fields.get("meta", ""))
        opens = _opens(tlvs, text)
        return Hit(
            session=_session(tlvs),
            sender=need(fields, "from"),
            path=None,
            key=self._dialled(text, fields.get("to", "")) if opens else text,
            at=posted.at,
            id=need(fields, "id", filled=True),
            opens=opens,
            returned="".join(f"{name}={quote(tlvs[name], safe='')}&" for name in RETURNED if name in tlvs),
        )

    def read_report(self, posted: Posted) -> Report:
        """`id` is ours. The operator's words in `said` may repeat the text: only state and error are looked at."""
        bits = posted.need("d")
        if not re.fullmatch("[0-9]{1,3}", bits, re.ASCII):
            raise Malformed("the field d is no number")
        fate = next((fate for bit, fate in FATES if int(bits) & bit), Fate.UNDER_WAY)
        said = re.findall(r"\b(?:stat|err):\w{1,10}", posted.fields.get("said", ""), re.ASCII)
        return Report(posted.need_filled("id"), fate, " ".join(said[:2]))

    def read_end(self, posted: Posted) -> SessionEnd:
        raise Malformed(f"{posted.what}: Kannel has no such call")

    def read_opt_out(self, posted: Posted) -> str:
        raise Malformed(f"{posted.what}: Kannel has no such call")

    def show(self, hit: Hit, text: str, *, ends: bool) -> Shown:
        """Plain text; the headers say how to encode it, whether the session goes on, and which it is."""
        meta = f"?smpp?ussd_service_op={LAST if ends else GOES_ON}&{hit.returned}"
        headers = ((b"x-kannel-coding", _coding(text).encode()), (b"x-kannel-meta-data", meta.encode()))
        return Shown(text.encode(), headers=headers)

    def send(self, recipient: str, text: str, ours: str) -> str:
        """Kannel gives no id: reports carry ours."""
        asked = self._account | {
            "to": recipient,
            "text": text,
            "coding": _coding(text),
            "dlr-url": f"{self._report_url}&id={ours}",
        }
        try:
            answer = self._http.get(self._sendsms_url, params=asked, timeout=self.patience)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreached(error, ours) from error
        if answer.status_code != httpx.codes.ACCEPTED:
            raise _refused(answer, ours)
        return ours

    @cached_property
    def _http(self) -> httpx.Client:
        """Keeps no connection: one that smsbox has closed meanwhile would leave us in doubt about a message."""
        return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    def _dialled(self, text: str, to: str) -> str:
        """What stands behind the code in `*384*44135*7*3#`; '' for the code alone, or another code."""
        if not text.startswith("*"):
            return text
        dialled = text.strip("*#")
        for code in (*self._codes, to.strip("*#")):
            if code and (dialled + "*").startswith(code + "*"):
                return dialled[len(code) + 1 :]
        return ""


def make(settings: Settings) -> Kannel | None:
    """The Kannel of the settings, if it is enabled."""
    ours = settings.providers.kannel
    return Kannel(settings) if ours.enabled and ours.secret else None


def hook_url(settings: Settings, what: str) -> str:
    """Where Kannel, which is on this box, reaches a hook."""
    ours, server = settings.providers.kannel, settings.server
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104 - what others call us by
    base = ours.hooks_url.rstrip("/") or f"http://{host}:{server.port}"
    return f"{base}/hooks/{NAME}/{ours.secret}/{what}"


def _fields(posted: Posted) -> tuple[dict[str, str], str]:
    """All fields but the text, and the text: in UCS-2 every digit has a zero byte that is no NUL. Raises Malformed.

    A text with a real NUL becomes '': refused, it would be offered for two days.
    """
    texts: list[bytes] = []
    others: list[bytes] = []
    for pair in posted.query.split(b"&"):
        (texts if pair.startswith(b"text=") else others).append(pair)
    if len(texts) != 1:
        raise Malformed(f"the field text is {'repeated' if texts else 'missing'}")
    fields = read_fields(b"&".join(others))
    raw = unquote_to_bytes(texts[0].removeprefix(b"text=").replace(b"+", b" "))
    fallback = "utf-16-be" if fields.get("coding") == UCS2 else "utf-8"
    text = raw.decode(CHARSETS.get(fields.get("charset", "").upper(), fallback), errors="replace")
    return fields, "" if "\0" in text else text


def _tlvs(meta: str) -> dict[str, bytes]:
    """`?smpp?name=value&…` -> name -> bytes; other groups are of no interest."""
    _, _, group = meta.partition("?smpp?")
    pairs = (pair.partition("=") for pair in group.partition("?")[0].split("&") if pair)
    return {name: unquote_to_bytes(value.replace("+", " ")) for name, _, value in pairs}


def _opens(tlvs: dict[str, bytes], text: str) -> bool:
    """Has the phone dialled? Without the parameter, a text like a dialled code says so. Raises Unneeded."""
    op = tlvs.get("ussd_service_op")
    if not op:
        return text.startswith("*") and text.endswith("#")
    number = int.from_bytes(op)
    if number not in OPENS:
        raise Unneeded(f"ussd_service_op {number} is no step of a dialogue")
    return OPENS[number]


def _session(tlvs: dict[str, bytes]) -> str:
    """The session's number: the first octet (the second counts steps), or else the reference.

    Numbers come back soon: they are told apart by phone, by time, and by the dialling that opens each session.
    """
    info, reference = (tlvs.get(name, b"") for name in RETURNED)
    return f"i{info[0]}" if info else f"r{reference.hex()}"


def _coding(text: str) -> str:
    """0 = GSM-7, 2 = UCS-2: without it Kannel makes question marks of Cyrillic."""
    return UCS2 if septets(text) is None else "0"


def _refused(answer: httpx.Response, ours: str) -> SendFailed:
    if answer.status_code == httpx.codes.FORBIDDEN and NOT_ROUTABLE in answer.text[:100]:
        return SendFailed("Kannel has no link for this number", permanent=True)
    refusal = REFUSALS.get(answer.status_code, UNLISTED)
    return SendFailed(f"HTTP {answer.status_code}", provider_id=ours, **refusal)


def _unreached(error: Exception, ours: str) -> SendFailed:
    """Before the connection stood nothing was sent; after that nobody knows."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return SendFailed("sendsms_url is no address", account_wide=True)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return SendFailed("smsbox does not answer")
    return SendFailed("the connection broke off", unknown=True, provider_id=ours)
