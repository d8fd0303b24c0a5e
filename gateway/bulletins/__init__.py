"""How a tally leaves: BULLETINS names every way. All of them leave through the outbox."""

from collections.abc import Callable

from gateway.bulletins import email, sms, webhook
from gateway.bulletins.digest import Digest, Trial
from gateway.clock import Clock
from gateway.sender import Line
from gateway.settings import Settings
from gateway.store.recipients import Recipient

Compose = Callable[[Digest, Recipient], dict[str, str]]
"""What lies in the outbox for one recipient, as the way's line reads it."""

BULLETINS: dict[str, Compose] = {
    "sms": sms.compose,
    "webhook": webhook.compose,
    "email": email.compose,
}
"""Channel of a recipient -> what to send. SMS leave by the providers' lines."""


Prove = Callable[[Trial, Recipient], dict[str, str]]
"""The same for a message that only proves the way."""

TRIALS: dict[str, Prove] = {
    "sms": sms.prove,
    "webhook": webhook.prove,
    "email": email.prove,
}
"""Channel of a recipient -> a test message."""


def lines(settings: Settings, clock: Clock) -> tuple[Line, ...]:
    """The ways out of bulletins that are no SMS."""
    return (*webhook.lines(settings, clock), *email.lines(settings, clock))
