"""Phones behind Africa's Talking: forms, all keys of a dialogue so far joined by '*', answers that begin CON or END."""

from collections.abc import Mapping
from urllib.parse import urlencode

from tests.phones.base import Call, Screen, Step, Text

SANDBOX = "99999"


def sms(text: Text) -> Call:
    fields = {
        "linkId": f"SampleLinkId{text.id}",
        "text": text.text,
        "to": "44135",
        "id": f"ATXid_{text.id}",
        "date": f"{text.sent_at:%Y-%m-%dT%H:%M:%SZ}",
        "from": text.phone,
        "networkCode": SANDBOX,
    }
    return Call(body=urlencode(fields).encode())


def ussd(step: Step) -> Call:
    dialled, *keys = step.keys
    fields = {
        "phoneNumber": step.phone,
        "serviceCode": "*384*44135#",
        "text": "*".join(([dialled] if dialled else []) + keys),
        "sessionId": f"ATUid_{step.session}",
        "networkCode": SANDBOX,
    }
    return Call(body=urlencode(fields).encode())


def shown(body: str, _headers: Mapping[str, str]) -> Screen:
    word, _, text = body.partition(" ")
    assert word in {"CON", "END"}
    return Screen(text, ends=word == "END")
