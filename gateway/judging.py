"""When a message arrived, and which instant judges its vote, while the clock is in doubt (docs/decisions/0040)."""

from dataclasses import replace
from typing import TypeVar

from gateway import timekeeping
from gateway.acting import Acting
from gateway.clock import Doubt, Timekeeper
from handlers.messages import Act, Cast, Change, Confirm, InboundSms, UssdTurn

M = TypeVar("M", InboundSms, UssdTurn)


class Judging:
    """Does nothing with a clock that is beyond doubt."""

    def __init__(self, keeper: Timekeeper | None) -> None:
        self._keeper = keeper

    @property
    def doubt(self) -> Doubt | None:
        """The doubt that there is."""
        return None if self._keeper is None else self._keeper.doubt

    def timed(self, message: InboundSms) -> InboundSms:
        """The operator's time may end the doubt; then it is known better when the message arrived."""
        if self._keeper is None or self._keeper.doubt is None:
            return message
        self._keeper.heard(message.sent_at)
        return message if self._keeper.doubt else replace(message, at=self._keeper())

    def judged(self, message: M) -> M:
        """With the instant by which a vote is in time or not."""
        doubt = self.doubt
        return message if doubt is None else replace(message, at=doubt.since)

    def keep(self, acting: Acting, act: Act) -> None:
        """Write what the act says; a vote that is taken in doubt is counted as such."""
        acting.keep(act)
        doubt = self.doubt
        if doubt is not None and isinstance(act, Cast | Change | Confirm):
            paper = acting.catalogue.by_poll[act.poll]
            late = acting.occasion.at >= paper.closes_at + paper.grace
            timekeeping.in_doubt(acting.tx, doubt, act.poll, late=late)
