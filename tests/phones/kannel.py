"""Phones behind Kannel: queries, the last key alone, SMPP parameters that tell the session; an id for every step."""

import re
from collections.abc import Mapping
from urllib.parse import quote_plus, unquote_to_bytes, urlencode

from tests.phones.base import Call, Screen, Step, Text

OPENS, ANSWERS = 1, 18  # ussd_service_op from the phone
GOES_ON, LAST = 2, 17  # and to it
TO = "44135"


def sms(text: Text) -> Call:
    stamp = str(int(text.sent_at.timestamp()))
    return Call("GET", query=_query(text.id, text.phone, text.text, ts=stamp))


def ussd(step: Step) -> Call:
    first = len(step.keys) == 1
    typed = f"*384*44135{f'*{step.keys[0]}' if step.keys[0] else ''}#" if first else step.keys[-1]
    number = int(step.session[1:]) % 256
    meta = (
        f"?smpp?ussd_service_op=%{OPENS if first else ANSWERS:02x}&its_session_info={quote_plus(bytes([number, 0]))}&"
    )
    return Call("GET", query=_query(f"{step.session}-{len(step.keys)}", step.phone, typed, meta=meta))


def shown(body: str, headers: Mapping[str, str]) -> Screen:
    assert headers["content-type"].startswith("text/plain")
    assert headers["x-kannel-coding"] in {"0", "2"}
    told = re.fullmatch(r"\?smpp\?ussd_service_op=(%..)&its_session_info=([^&]+)&", headers["x-kannel-meta-data"])
    assert told
    assert len(unquote_to_bytes(told[2])) == 2
    op = unquote_to_bytes(told[1])[0]
    assert op in {GOES_ON, LAST}
    return Screen(body, ends=op == LAST)


def _query(id: str, phone: str, text: str, **more: str) -> str:  # noqa: A002
    return urlencode({"from": phone, "to": TO, "id": id, "coding": "0", "charset": "UTF-8", "text": text, **more})
