"""/console/trial-sms: an SMS to a phone of one's own, to see that the provider works; a step of setting up."""

from datetime import timedelta

from gateway.errors import NotThere
from gateway.identity import Identity
from gateway.outbox import SMS, seal
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from gateway.providers import enabled
from gateway.store import lines, outbox
from gateway.store.engine import Tx

LASTS = timedelta(hours=1)  # nobody waits longer for a test


def show(desk: Desk) -> Answer:
    """The form, what became of the message that was sent, and what is known of each provider."""
    sending = _sending(desk)
    with desk.site.store.reading() as tx:
        down = {line.line: line for line in lines.every(tx)}
        fate = _fate(tx, desk.query.get("message", ""))
    return desk.screen("trial_sms.html", sending=sending, down=down, fate=fate)


def take(desk: Desk) -> Answer:
    """Put the message into the outbox. Raises WrongFields, NotThere."""
    read, home = Reading(desk.form), desk.site.home
    typed, provider = read.text("phone", most=30), desk.form.get("provider")
    phone = Identity(home.settings.gateway.country, home.settings.gateway.our_numbers).read(typed).phone
    if not phone:
        read.refuse("phone", "wrong_phone")
    read.done()
    if provider not in _sending(desk):
        raise NotThere(f"no enabled provider of this name sends messages: {provider!r}", "no_provider")

    def work(tx: Tx) -> SeeOther:
        message = outbox.new_id(desk.at, home.randomness)
        recipient, content = seal(home.keys, phone, {"text": desk.say("sms")})
        out = outbox.Outgoing(
            message, SMS, provider, recipient, content, desk.at, desk.at + LASTS, priority=outbox.REPLY
        )
        outbox.enqueue(tx, out)
        desk.record(tx, "trial sms", provider=provider)
        return SeeOther(f"/trial-sms?message={message}", "put_in")

    return desk.once(work)


def _sending(desk: Desk) -> list[str]:
    """Names of the providers that call out."""
    return [name for name, provider in enabled(desk.site.home.settings).items() if provider.rate]


def _fate(tx: Tx, message: str) -> tuple[str, str] | None:
    """State and error of the message; None if there is none. Of the recipient nothing is told."""
    if not (message.isascii() and message.isdecimal() and len(message) < 20):
        return None
    row = tx.row("SELECT state, error FROM outbox WHERE id = ?", int(message))
    return None if row is None else (row[0], row[1])
