"""/console/areas/{area}/recipients: who receives tallies, by which way; a test message; what was sent and arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway import trials
from gateway.errors import NotThere, Unfit
from gateway.identity import Identity
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.door import number_of
from gateway.pages.console.forms import Reading
from gateway.pages.wording import TEXTS
from gateway.store import bulletins, recipients
from gateway.store.engine import Tx
from gateway.store.recipients import CHANNELS, FORMS, Recipient, shortened


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient in the list."""

    recipient: Recipient
    address: str  # of a phone only the ends
    last: bulletins.Sent | None


def show(desk: Desk) -> Answer:
    """Who receives the tallies of this area, and the form for another one."""
    assert desk.place is not None
    days = trials.last_days(desk.at, desk.site.gateway.zone)
    with desk.site.store.reading() as tx:
        found = [
            Line(one, shortened(one), next(iter(bulletins.sent(tx, one.id, days, 1)), None))
            for one in recipients.every(tx, desk.site.keys, desk.place.id)
        ]
    languages = [(code, TEXTS[code]["language"]) for code in desk.site.gateway.languages]
    return desk.screen(
        "recipients.html", place=desk.place, lines=found, channels=CHANNELS, forms=FORMS, languages=languages
    )


def take(desk: Desk) -> Answer:
    """Add somebody. Raises WrongFields, Unfit."""
    place = desk.place
    assert place is not None
    read = Reading(desk.form)
    label = read.text("label", most=80)
    channel, form = _one_of(read, desk, "channel", CHANNELS), _one_of(read, desk, "form", FORMS)
    language = _one_of(read, desk, "language", desk.site.gateway.languages)
    address = read.text("address", most=400)
    read.done()
    if channel == "sms":
        address = _phone(desk, address)
    wanted = Recipient(0, place.id, channel, address, language, form, label)

    def work(tx: Tx) -> SeeOther:
        kept = recipients.add(tx, desk.site.keys, wanted, desk.site.home.randomness)
        desk.record(tx, "add recipient", recipient=kept.id, channel=channel)
        return SeeOther(f"/areas/{place.code}/recipients/{kept.id}", "added")

    return desk.once(work)


def show_one(desk: Desk) -> Answer:
    """One recipient with what was sent. Raises NotThere."""
    with desk.site.store.reading() as tx:
        one = _asked(desk, tx)
        sent = bulletins.sent(tx, one.id, trials.last_days(desk.at, desk.site.gateway.zone))
    return desk.screen("recipient.html", one=one, address=shortened(one), sent=sent)


def take_one(desk: Desk) -> Answer:
    """What the pressed button says: `test` or `remove`. Raises Mistake."""
    place = desk.place
    assert place is not None

    def work(tx: Tx) -> SeeOther:
        one = _asked(desk, tx)
        if desk.form.get("do") == "remove":
            recipients.remove(tx, one.id)
            desk.record(tx, "remove recipient", recipient=one.id)
            return SeeOther(f"/areas/{place.code}/recipients", "removed")
        trials.send(tx, desk.site.home, one.id, desk.visitor.official.name, desk.at)
        return SeeOther(f"/areas/{place.code}/recipients/{one.id}", "test_waits")

    return desk.once(work)


def _asked(desk: Desk, tx: Tx) -> Recipient:
    """The recipient of the address, if it is one of this area. Raises NotThere."""
    found = recipients.by_id(tx, desk.site.keys, number_of(desk.path["recipient"]))
    if desk.place is None or found.area_id != desk.place.id:
        raise NotThere(f"there is no recipient {found.id} here", "no_recipient")
    return found


def _one_of(read: Reading, desk: Desk, name: str, words: Sequence[str]) -> str:
    """The word that was chosen; the first one if it is wrong, which `read` remembers."""
    chosen = desk.form.get(name)
    if chosen in words:
        return chosen
    read.refuse(name, "wrong.choice")
    return words[0]


def _phone(desk: Desk, typed: str) -> str:
    gateway = desk.site.gateway
    phone = Identity(gateway.country, gateway.our_numbers).read(typed).phone
    if not phone:
        raise Unfit(f"{typed} is not a mobile number of {gateway.country}", "no_mobile")
    return phone
