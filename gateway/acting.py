"""Acts of an answer become rows, in the transaction in which the answer was made."""

from datetime import datetime
from typing import assert_never

from ballots.casting import precedence
from ballots.model import PollId, Standing
from gateway.catalogue import Catalogue
from gateway.envelopes import open_choices, seal_choices
from gateway.keys import Keyring, Unreadable
from gateway.known import Caller
from gateway.store import audit, counters, phones, slips, votes
from gateway.store.engine import LostRace, Tx
from handlers.messages import (
    Act,
    Cast,
    Change,
    Confirm,
    Helped,
    Join,
    Known,
    SetLanguage,
    Stop,
    WrongConfirm,
    WrongSlip,
)
from handlers.values import value


@value
class Occasion:
    """When, by which channel and under which id a message came."""

    channel: str  # sms or ussd
    message_id: str
    at: datetime  # arrival
    sent_at: datetime | None  # by the operator's clock
    day: str  # local date of the arrival, ISO

    @property
    def spoken_at(self) -> datetime:
        """The operator's time, never later than the arrival: which of two changes is the later one."""
        return self.at if self.sent_at is None else min(self.sent_at, self.at)

    def weight(self, *, change: bool) -> int:
        """Of two choices the one with the greater weight stays."""
        return precedence(self.spoken_at, self.message_id, change=change)


@value
class Acting:
    """Carries out acts for one caller within one transaction."""

    tx: Tx
    keys: Keyring
    catalogue: Catalogue
    caller: Caller
    occasion: Occasion
    known: Known

    def keep(self, act: Act) -> None:
        """Write what the act says. Raises LostRace if the books have moved on since `known` was read."""
        match act:
            case Cast():
                self._cast(act)
            case Change():
                self._change(act)
            case Confirm():
                votes.confirm(self.tx, act.poll, self.caller.tag)
            case WrongConfirm():
                counters.bump(self.tx, "confirm", self.caller.tag, str(act.poll))
            case Join():
                slips.bind(self.tx, self.keys, self.catalogue.round_id, act.digits, self.caller.tag)
            case WrongSlip():
                self._wrong_slip(act)
            case SetLanguage():
                phones.set_language(self.tx, self.caller.phone_tag, act.language)
            case Stop():
                phones.stop(self.tx, self.caller.phone_tag)
            case Helped():
                counters.bump(self.tx, "help", self.caller.phone_tag, hour(self.occasion.at))
            case _:
                assert_never(act)

    def _wrong_slip(self, act: WrongSlip) -> None:
        round_id, day = self.catalogue.round_id, self.occasion.day
        for code in slips.wrong(self.tx, self.caller.phone_tag, act.area, round_id, day):
            audit.record(self.tx, self.keys, self.occasion.at, "box", "pause joining", area=code, day=day)

    def _cast(self, act: Cast) -> None:
        standing = Standing.HELD if act.held else Standing.PENDING
        occasion = self.occasion
        vote = votes.Participation(act.poll, self.caller.tag, occasion.channel, occasion.day, standing, act.receipt)
        held = any(entry.paper.poll == act.poll and entry.standing is Standing.HELD for entry in self.known.entries)
        record = votes.replace_held if held else votes.cast
        record(self.tx, vote, self._sealed(act))

    def _change(self, act: Change) -> None:
        before = votes.sealed(self.tx, act.poll, self.caller.tag)
        if before is None:
            raise LostRace
        if self.occasion.weight(change=True) > self._weight_of(act.poll, before):
            votes.reseal(self.tx, act.poll, self.caller.tag, self._sealed(act))

    def _weight_of(self, poll: PollId, before: votes.Sealed) -> int:
        try:
            return open_choices(self.keys, poll, self.caller.tag, before.batch, before.envelope)[1]
        except Unreadable:  # it would never be counted: any change is better
            return -1

    def _sealed(self, act: Cast | Change) -> votes.Sealed:
        batch = self.catalogue.batches[act.poll]
        weight = self.occasion.weight(change=isinstance(act, Change) or act.change)
        return votes.Sealed(batch, seal_choices(self.keys, act.poll, self.caller.tag, batch, act.choices, weight))


def hour(at: datetime) -> str:
    """The period of an hour, as counters keep it."""
    return at.strftime("%Y-%m-%dT%H")
