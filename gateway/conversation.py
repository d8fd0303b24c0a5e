"""One message inside one transaction: seen? known -> answer -> keep -> enqueue. The store decides, handlers speak."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog

from gateway import drafting
from gateway.acting import Acting, Occasion, hour
from gateway.catalogue import Catalogue, Shelf
from gateway.clock import Timekeeper
from gateway.identity import Identified, Identity, Sender
from gateway.judging import Judging
from gateway.keys import Keyring, Randomness
from gateway.known import Acquaintance, Caller, Met, new_receipt
from gateway.meters import FOREIGN, NOT_TAKEN, UNSURE, Meters
from gateway.outbox import seal
from gateway.sessions import Dialogue, Hit, MemorySessions, Sessions, Turnstile, advance
from gateway.settings import Settings
from gateway.store import callers, counters, inbox, outbox, phones
from gateway.store.engine import Tx
from gateway.store.ready import Ready
from gateway.store.writer import Books, CannotCommit, OutcomeUnknown
from handlers import sms as sms_handlers
from handlers import ussd as ussd_handlers
from handlers.messages import Change, Helped, InboundSms, Known, Outcome, Turn, UssdTurn
from handlers.phrases import say
from handlers.values import value

log = structlog.get_logger(__name__)

REPLY_USEFUL = timedelta(hours=24)  # a reply later than this helps nobody
QUARTER = timedelta(minutes=15)
SMS, USSD, ACCEPTED = "sms", "ussd", Outcome.ACCEPTED.value
FREE = frozenset({Outcome.ACCEPTED, Outcome.CHANGED, Outcome.HELD, Outcome.CONFIRMED, Outcome.JOINED})
"""Outcomes whose acknowledgement is outside the six answers an hour."""


@value
class Screen:
    """What is put on a USSD phone."""

    text: str
    ends: bool


class _Answered(NamedTuple):
    """An answer, and by what it was made."""

    answer: Turn
    catalogue: Catalogue
    caller: Caller
    known: Known


class Conversation:
    """Answers the phones of one gateway."""

    def __init__(  # noqa: PLR0913 - the parts meet in app.py
        self,
        *,
        books: Books,
        keys: Keyring,
        settings: Settings,
        randomness: Randomness,
        shelf: Shelf,
        sessions: Sessions | None = None,
        wake: Callable[[str], None] = lambda _: None,  # told by which provider a reply waits
        keeper: Timekeeper | None = None,  # the clock that messages arrive by; None: one that is beyond doubt
        meters: Meters | None = None,
    ) -> None:
        self._books = books
        self._keys = keys
        self._gateway = settings.gateway
        self._limits = settings.limits
        self._zone = settings.gateway.zone
        self._randomness = randomness
        self._acquaintance = Acquaintance(keys, settings.gateway, randomness)
        self._plainly = drafting.Plainly(self._acquaintance)
        self._identity = Identity(
            settings.gateway.country, (*settings.gateway.our_numbers, settings.gateway.short_code)
        )
        self._sessions = sessions or MemorySessions()
        self._turnstile = Turnstile()
        self._wake = wake
        self._outcomes = (meters or Meters()).outcomes
        self._judging = Judging(keeper)
        self._quarter, self._local_day = datetime.fromtimestamp(0, UTC), ""
        self._shelf = shelf

    async def sms(self, message: InboundSms) -> None:
        """Take a text message. When this returns, what it did is durable. Raises CannotCommit, OutcomeUnknown."""
        sender = self._identity.read(message.sender)
        if sender.kind is not Sender.PHONE:
            log.info("An SMS was left unanswered: its sender is no phone of this country", kind=str(sender.kind))
            self._outcomes[SMS, FOREIGN] += 1
            return
        timed = self._judging.timed(message)
        vote = None
        if self._books.ahead and self._judging.doubt is None:
            vote = await self._books.read(lambda tx: self._draft(tx, timed, sender))
        outcome = ACCEPTED  # of a vote that is ready

        def take(tx: Tx) -> bool:
            nonlocal outcome
            outcome, waits = self._take_sms(tx, timed, sender)
            return waits

        waits = await (self._books.keep(vote, take) if vote else self._books.write(take))
        if outcome:
            self._outcomes[SMS, outcome] += 1
        if waits:
            self._wake(message.provider)

    async def ussd(self, hit: Hit) -> Screen:
        """The next screen. Never raises: whatever goes wrong inside, the phone gets a screen."""
        sender = self._identity.read(hit.sender)
        if sender.kind is not Sender.PHONE:
            return self._end(FOREIGN, "ussd_foreign")
        phone_tag = self._keys.phone_tag(sender.phone)
        async with self._turnstile.of(phone_tag):
            try:
                return await self._turn(hit, sender, phone_tag)
            except OutcomeUnknown:
                return self._end(UNSURE, "ussd_unsure", dial=self._gateway.service_code)
            except CannotCommit:
                return self._end(NOT_TAKEN, "ussd_not_taken")
            except Exception:
                log.exception("A USSD turn failed; the phone was told to dial again")
                return self._end(NOT_TAKEN, "ussd_not_taken")

    async def opt_out(self, sender: str) -> None:
        """A provider's word that this phone wants no more announcements."""
        found = self._identity.read(sender)
        if found.kind is Sender.PHONE:
            tag = self._keys.phone_tag(found.phone)
            await self._books.write(lambda tx: phones.stop(tx, tag))

    def _end(self, outcome: str, phrase: str, **facts: str) -> Screen:
        self._outcomes[USSD, outcome] += 1
        return Screen(say(self._gateway.languages[0], phrase, **facts), ends=True)

    async def _turn(self, hit: Hit, sender: Identified, phone_tag: bytes) -> Screen:
        dialogue = await self._sessions.get(phone_tag, hit.at)
        turn = advance(dialogue, hit)
        if turn is None and dialogue is not None:
            return Screen(dialogue.shown, dialogue.state is None)
        assert turn is not None
        answer = await self._books.read(lambda tx: self._answer_ussd(tx, turn, dialogue, sender, phone_tag).answer)
        if answer.acts:
            answer = await self._books.write(lambda tx: self._take_ussd(tx, turn, dialogue, sender, phone_tag))
        path = hit.path if hit.path is not None else ""
        try:
            await self._sessions.put(
                phone_tag, Dialogue(hit.session, path, answer.text, answer.session, hit.at, hit.id)
            )
        except (CannotCommit, OutcomeUnknown):
            if not answer.acts:
                raise
            log.warning("A USSD session could not be kept; what its last key did is durable, and the phone is told so")
        self._outcomes[USSD, answer.outcome.value] += 1
        return Screen(answer.text, answer.ends)

    def _draft(self, tx: Tx, message: InboundSms, sender: Identified) -> Ready | None:
        """The vote in this message, if it is a plain first one."""
        met = self._meet(tx, sender.phone, self._keys.phone_tag(sender.phone))
        plain = self._plainly.read(tx, met, message)
        if plain is None:
            return None
        receipt = new_receipt(self._randomness)
        letter = self._letter(message, plain.answer(receipt), met.caller)
        return plain.ready(self._keys, met, self._occasion(message), receipt, letter)

    def _take_sms(self, tx: Tx, message: InboundSms, sender: Identified) -> tuple[str, bool]:
        """What became of it ('' = it was taken before); is there something to send?"""
        tx.share()
        key = inbox.key_of(message.provider, message.id)
        if inbox.seen(tx, key):
            return "", False
        met = self._meet(tx, sender.phone, self._keys.phone_tag(sender.phone))
        caller, known = met.caller, self._acquaintance.known(tx, met)
        judged = self._judging.judged(message)
        answer = sms_handlers.answer(judged, known)
        if any(isinstance(act, Helped) for act in answer.acts):
            helped = counters.times(tx, "help", caller.phone_tag, hour(message.at)) > 0
            answer = sms_handlers.answer(judged, replace(known, helped=helped))
        acting = Acting(tx, self._keys, met.catalogue, caller, self._occasion(message), known)
        for act in answer.acts:
            self._judging.keep(acting, act)
        outcome = answer.outcome.value
        inbox.keep(tx, key, outcome, answer.echo.receipt if answer.echo else "")
        if not answer.text or not self._within_budget(answer, acting):
            return outcome, False
        return outcome, outbox.enqueue(tx, self._letter(message, answer, caller))

    def _occasion(self, message: InboundSms) -> Occasion:
        return Occasion("sms", message.id, message.at, message.sent_at, self._day(message.at))

    def _letter(self, message: InboundSms, answer: Turn, caller: Caller) -> outbox.Outgoing:
        echo = answer.echo
        content = {
            "text": answer.text,
            "language": answer.language,
            "outcome": answer.outcome.value,
            "receipt": echo.receipt if echo else "",
        }
        recipient, sealed = seal(self._keys, caller.phone, content)
        return outbox.Outgoing(
            id=outbox.new_id(message.at, self._randomness),
            channel="sms",
            provider=message.provider,
            recipient=recipient,
            content=sealed,
            due_at=message.at,
            expires_at=message.at + REPLY_USEFUL,
            priority=1,
            poll=echo.poll if echo else None,
            tag=caller.tag if echo else None,
        )

    def _within_budget(self, answer: Turn, acting: Acting) -> bool:
        if answer.outcome in FREE and not _says_nothing_new(answer, acting.known):
            return True
        period = hour(acting.occasion.at)
        return counters.bump(acting.tx, "reply", acting.caller.phone_tag, period) <= self._limits.replies_per_hour

    def _answer_ussd(
        self, tx: Tx, turn: UssdTurn, dialogue: Dialogue | None, sender: Identified, phone_tag: bytes
    ) -> "_Answered":
        met = self._meet(tx, sender.phone, phone_tag)
        known = self._acquaintance.known(tx, met)
        answer = ussd_handlers.answer(self._judging.judged(turn), dialogue.state if dialogue else None, known)
        return _Answered(answer, met.catalogue, met.caller, known)

    def _take_ussd(
        self, tx: Tx, turn: UssdTurn, dialogue: Dialogue | None, sender: Identified, phone_tag: bytes
    ) -> Turn:
        tx.share()
        answered = self._answer_ussd(tx, turn, dialogue, sender, phone_tag)
        occasion = Occasion("ussd", turn.session, turn.at, None, self._day(turn.at))
        acting = Acting(tx, self._keys, answered.catalogue, answered.caller, occasion, answered.known)
        for act in answered.answer.acts:
            self._judging.keep(acting, act)
        return answered.answer

    def _meet(self, tx: Tx, phone: str, phone_tag: bytes) -> Met:
        """Who calls, by the catalogue that stands in the database now; asked again if we held an older one."""
        catalogue = self._shelf.catalogue
        while True:
            round_id = catalogue.round_id
            caller = Caller(phone, phone_tag, self._keys.voter_tag(round_id, phone) if round_id else b"")
            greeting = callers.greet(tx, phone_tag, round_id, caller.tag)
            if greeting.catalogue == catalogue.version:
                return Met(catalogue, caller, greeting)
            catalogue = self._shelf.at(tx, greeting.catalogue)

    def _day(self, at: datetime) -> str:
        """The local date: asked by every vote, and the same for a quarter of an hour, which no zone cuts in two."""
        if not self._quarter <= at < self._quarter + QUARTER:
            self._quarter = at - timedelta(seconds=at.timestamp() % QUARTER.total_seconds())
            self._local_day = at.astimezone(self._zone).date().isoformat()
        return self._local_day


def _says_nothing_new(answer: Turn, known: Known) -> bool:
    """A change to the choice that stands already: a phone may send it all day."""
    if answer.outcome is not Outcome.CHANGED:
        return False
    chosen = {entry.paper.poll: entry.choices for entry in known.entries}
    return all(chosen[act.poll] == act.choices for act in answer.acts if isinstance(act, Change))
