"""A tally as JSON, posted with the headers of https://www.standardwebhooks.com until it is taken."""

import json
from typing import Any

import httpx
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from gateway.bulletins.digest import Digest, Trial
from gateway.clock import Clock
from gateway.outbox import Letter
from gateway.providers.base import Refusal, SendFailed
from gateway.providers.reading import wish
from gateway.sender import Line
from gateway.settings import Settings
from gateway.store.recipients import Recipient

NAME = "webhook"
RATE = 5.0
TIMEOUT = 10.0  # seconds
GONE: dict[int, Refusal] = {410: {"permanent": True}}  # the receiver wants no more; everything else is tried again


def compose(digest: Digest, to: Recipient) -> dict[str, str]:
    """What lies in the outbox: the body, and the secret that signs it."""
    return _signed({"type": "tally.final" if digest.final else "tally.daily", **digest.plain()}, to)


def prove(trial: Trial, to: Recipient) -> dict[str, str]:
    """The same for a test message."""
    return _signed({"type": "tally.test", "area": trial.area.code}, to)


def lines(_settings: Settings, clock: Clock) -> tuple[Line, ...]:
    """One line for all receivers: what one of them refuses tells nothing of the others."""
    return (Line(NAME, RATE, lambda letter: deliver(letter, clock), in_a_row=0),)


def deliver(letter: Letter, clock: Clock) -> None:
    """Post it. Raises SendFailed unless the answer is 2xx."""
    now, body = clock(), letter.content["body"]
    try:
        headers = {
            "content-type": "application/json",
            "webhook-id": letter.content["id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(letter.content["secret"]).sign(letter.content["id"], now, body),
        }
        answer = httpx.post(letter.recipient, content=body.encode(), headers=headers, timeout=TIMEOUT)
    except (httpx.InvalidURL, EmptyWebhookSecretError, ValueError) as error:
        raise SendFailed("no address, or no secret to sign with", permanent=True) from error
    except httpx.HTTPError as error:
        raise SendFailed(type(error).__name__) from error
    if not answer.is_success:
        after = wish(answer.headers.get("retry-after", ""), answer.headers.get("date", ""))
        raise SendFailed(f"HTTP {answer.status_code}", retry_after=after, **GONE.get(answer.status_code, {}))


def _signed(body: dict[str, Any], to: Recipient) -> dict[str, str]:
    return {"body": json.dumps(body, ensure_ascii=False, separators=(",", ":")), "secret": to.secret}
