"""Phones of the console: JSON, the last key alone and an id for each, so that one delivered twice is pressed once."""

import json
from collections.abc import Mapping

from tests.phones.base import Call, Screen, Step, Text


def sms(text: Text) -> Call:
    date = f"{text.sent_at:%Y-%m-%dT%H:%M:%SZ}"
    return _call({"id": text.id, "from": text.phone, "to": "44135", "text": text.text, "date": date})


def ussd(step: Step) -> Call:
    hit = f"{step.session}-{len(step.keys)}"
    return _call({"session": step.session, "id": hit, "from": step.phone, "key": step.keys[-1]})


def shown(body: str, _headers: Mapping[str, str]) -> Screen:
    return Screen(**json.loads(body))


def _call(fields: dict[str, str]) -> Call:
    return Call(body=json.dumps(fields).encode(), content_type="application/json")
