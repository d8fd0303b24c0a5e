"""Recipients of tallies: addresses and webhook secrets are sealed with the key of contacts."""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import select

from gateway.errors import NotThere, Unfit
from gateway.keys import Keyring, Randomness
from gateway.store.engine import Tx
from gateway.store.tables import RecipientRow

CHANNELS = ("sms", "webhook", "email")
FORMS = ("digest", "observer")
ABOUT = b"recipient"
SECRET = 24  # random bytes; standardwebhooks takes 24 to 64


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives the tallies of an area and of all below it."""

    id: int
    area_id: int
    channel: str  # sms, webhook, email
    address: str  # E.164, URL or e-mail
    language: str
    form: str  # digest, or the observers' line
    label: str = ""
    secret: str = ""  # of a webhook, as standardwebhooks reads it
    active: bool = True


def add(tx: Tx, keys: Keyring, recipient: Recipient, randomness: Randomness) -> Recipient:
    """Keep a recipient (`id` 0); with its id, and for a webhook with its secret. Raises Unfit.

    An SMS address must be E.164 already.
    """
    _check(recipient)
    secret = ""
    if recipient.channel == "webhook":
        secret = "whsec_" + base64.b64encode(randomness(SECRET)).decode()
    row = RecipientRow(
        area_id=recipient.area_id,
        label=recipient.label,
        channel=recipient.channel,
        address=keys.contacts.seal(recipient.address.encode(), ABOUT),
        secret=keys.contacts.seal(secret.encode(), ABOUT) if secret else None,
        language=recipient.language,
        form=recipient.form,
    )
    tx.session.add(row)
    tx.session.flush()
    return _recipient(row, keys)


def every(tx: Tx, keys: Keyring, area_id: int | None = None) -> tuple[Recipient, ...]:
    """Active recipients, of one area or of all."""
    query = select(RecipientRow).where(RecipientRow.active).order_by(RecipientRow.id)  # type: ignore[arg-type]
    if area_id is not None:
        query = query.where(RecipientRow.area_id == area_id)
    return tuple(_recipient(row, keys) for row in tx.session.exec(query))


def by_id(tx: Tx, keys: Keyring, recipient_id: int) -> Recipient:
    """An active recipient. Raises NotThere."""
    row = tx.session.get(RecipientRow, recipient_id, populate_existing=True)
    if row is None or not row.active:
        raise NotThere(f"there is no recipient {recipient_id}; see dauys recipient list", "no_recipient")
    return _recipient(row, keys)


def remove(tx: Tx, recipient_id: int) -> None:
    """Send nothing there from now on; the address is forgotten. Raises NotThere."""
    changed = tx.run(
        "UPDATE recipient SET active = ?, address = ?, secret = NULL WHERE id = ? AND active",
        False,
        b"",
        recipient_id,
    )
    if not changed:
        raise NotThere(f"there is no recipient {recipient_id}", "no_recipient")


def _check(recipient: Recipient) -> None:
    if recipient.channel not in CHANNELS:
        raise Unfit(f"tallies do not leave by {recipient.channel!r}: choose {', '.join(CHANNELS)}")
    if recipient.form not in FORMS:
        raise Unfit(f"there is no form {recipient.form!r}: choose {', '.join(FORMS)}")
    if recipient.channel == "webhook":
        parts = urlsplit(recipient.address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Unfit(f"{recipient.address!r} is no address of a webhook: it begins with https://", "no_webhook")
    if recipient.channel == "email":
        local, at, host = recipient.address.rpartition("@")
        if not (local and at and host) or not recipient.address.isprintable() or " " in recipient.address:
            raise Unfit(f"{recipient.address!r} is no e-mail address", "no_email")


def _recipient(row: RecipientRow, keys: Keyring) -> Recipient:
    return Recipient(
        id=row.id or 0,
        area_id=row.area_id,
        channel=row.channel,
        address=keys.contacts.open(row.address, ABOUT).decode(),
        language=row.language,
        form=row.form,
        label=row.label,
        secret=keys.contacts.open(row.secret, ABOUT).decode() if row.secret else "",
        active=row.active,
    )


def shortened(recipient: Recipient) -> str:
    """The address as it is shown: of a phone's number only its ends."""
    return f"{recipient.address[:5]}…{recipient.address[-2:]}" if recipient.channel == "sms" else recipient.address
