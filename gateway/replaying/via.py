"""How an aggregator speaks to our hooks: forms out, screens in. One class per aggregator, one line in VIAS."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from gateway.replaying.client import Line, Request, Response, Unknown
from gateway.replaying.screens import Screen


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message on its way to us."""

    id: str  # 32 hex digits; the same at every delivery
    phone: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """One step of a USSD dialogue."""

    session: str  # 32 hex digits
    phone: str
    keys: tuple[str, ...]  # all inputs so far; a direct dial has its rest as the first


class Via(Protocol):
    """One aggregator."""

    def sms(self, sms: Sms) -> Request:
        """The call for a text message."""

    def hit(self, hit: Hit) -> Request:
        """The call for a step of a dialogue."""

    def screen(self, response: Response) -> Screen:
        """What the answer puts on the phone. Raises Unknown if that cannot be read."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Addresses of a running gateway."""

    origin: str  # http://127.0.0.1:8000
    sms: str  # paths
    ussd: str
    short_code: str
    service_code: str


class AfricasTalking:
    """Forms exactly as Africa's Talking posts them (https://developers.africastalking.com/docs)."""

    NETWORK = "99999"  # its sandbox

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def sms(self, sms: Sms) -> Request:
        fields = {
            "linkId": f"SampleLinkId{sms.id[:8]}",
            "text": sms.text,
            "to": self._hooks.short_code,
            "id": f"ATXid_{sms.id}",
            "date": f"{sms.sent_at:%Y-%m-%dT%H:%M:%SZ}",
            "from": sms.phone,
            "networkCode": self.NETWORK,
        }
        return Request(self._hooks.sms, urlencode(fields).encode("ascii"))

    def hit(self, hit: Hit) -> Request:
        fields = {
            "phoneNumber": hit.phone,
            "serviceCode": self._hooks.service_code,
            "text": "*".join(hit.keys),
            "sessionId": f"ATUid_{hit.session}",
            "networkCode": self.NETWORK,
        }
        return Request(self._hooks.ussd, urlencode(fields).encode("ascii"))

    def screen(self, response: Response) -> Screen:
        word, _, text = response.body.decode(errors="replace").partition(" ")
        if word not in {"CON", "END"}:
            raise Unknown("the answer begins neither with CON nor with END")
        return Screen(text, ends=word == "END")


class Kannel:
    """Queries as smsbox makes them: the last key alone, and what SMPP tells of the session."""

    OPENS, ANSWERS, LAST = 1, 18, 17  # ussd_service_op, SMPP 3.4 section 5.3.2.44

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def sms(self, sms: Sms) -> Request:
        asked = self._query(sms.id, sms.phone, sms.text) | {"ts": str(int(sms.sent_at.timestamp()))}
        return Request(f"{self._hooks.sms}?{urlencode(asked)}", method="GET")

    def hit(self, hit: Hit) -> Request:
        code, rest = self._hooks.service_code.rstrip("#"), "*".join(hit.keys)
        opens = not hit.keys or (len(hit.keys) == 1 and "*" in rest)  # a direct dial has a star, a key none
        text = f"{code}*{rest}#" if opens and rest else f"{code}#" if opens else hit.keys[-1]
        op, session = self.OPENS if opens else self.ANSWERS, int(hit.session[:2], 16)
        meta = f"?smpp?ussd_service_op=%{op:02x}&its_session_info=%{session:02x}%{len(hit.keys):02x}&"
        asked = self._query(f"{hit.session}-{len(hit.keys)}", hit.phone, text) | {"meta": meta}
        return Request(f"{self._hooks.ussd}?{urlencode(asked)}", method="GET")

    def screen(self, response: Response) -> Screen:
        op = re.match(r"\?smpp\?ussd_service_op=%([0-9a-fA-F]{2})&", response.headers.get("x-kannel-meta-data", ""))
        if op is None:
            raise Unknown("the answer does not say whether the session goes on")
        return Screen(response.body.decode(errors="replace"), ends=int(op[1], 16) == self.LAST)

    def _query(self, id: str, phone: str, text: str) -> dict[str, str]:  # noqa: A002
        to = self._hooks.short_code
        return {"from": phone, "to": to, "id": id, "coding": "0", "charset": "UTF-8", "text": text}


VIAS: Mapping[str, Callable[[Hooks], Via]] = {"africastalking": AfricasTalking, "kannel": Kannel}


def hooks_at(sms: str, ussd: str, short_code: str, service_code: str, url: str = "") -> Hooks:
    """Hooks from the addresses of `dauys info`; `url` replaces their scheme, host and port."""
    found = urlsplit(url or sms)
    return Hooks(f"{found.scheme}://{found.netloc}", urlsplit(sms).path, urlsplit(ussd).path, short_code, service_code)


async def instance_at(origin: str) -> str:
    """Which gateway answers there: the instance of its /health; '' if none does."""
    line = Line(origin, timeout=5)
    try:
        response = await line.send(Request("/health", method="GET"))
        return str(json.loads(response.body)["instance"])
    except (Unknown, ValueError, KeyError, TypeError):
        return ""
    finally:
        line.close()
