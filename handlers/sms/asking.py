"""One message with all that its answer may depend on, as every command gets it."""

from collections.abc import Callable
from datetime import date, datetime

from handlers.messages import Act, Known, Outcome, Turn
from handlers.phrases import say
from handlers.sms.vocabulary import command_word
from handlers.values import value
from handlers.wording import Wording


@value
class Asked:
    """What a villager wrote, when, in which language we answer, and what is known."""

    wording: Wording
    known: Known
    language: str
    at: datetime  # arrival
    sent_at: datetime | None  # by the operator's clock

    @property
    def today(self) -> date:
        """The local date."""
        return self.at.astimezone(self.known.zone).date()

    def say(self, phrase: str, **facts: object) -> str:
        """A sentence in the villager's language."""
        return say(self.language, phrase, **facts)

    def word(self, command: str) -> str:
        """What to write for a command in the villager's language: `ТІЗІМ`."""
        return command_word(self.language, command)

    def reply(self, text: str, *acts: Act, outcome: Outcome = Outcome.ANSWERED) -> Turn:
        """An answer in the villager's language."""
        return Turn(text, outcome, acts, self.language)


Command = Callable[[Asked], Turn]
"""Raises Refused."""
