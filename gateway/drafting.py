"""A plain first vote by SMS, made ready before its transaction: answered, sealed, addressed (docs/decisions/0009).

It is answered as if this phone had not voted yet; whether that is so the keys decide inside the transaction, by the
statement that writes it (gateway/store/ready.py), and the catalogue's version there stands for phases, papers and open
batches. A vote that it does not take is void. All other messages are answered inside their transaction.

The same few words come from a whole aul: what they come to is worked out once (docs/decisions/0095).
"""

from datetime import datetime
from typing import NamedTuple

from ballots.model import Choices, Paper
from gateway.acting import Occasion
from gateway.envelopes import seal_choices
from gateway.keys import Keyring
from gateway.known import Acquaintance, Met
from gateway.store import callers, outbox
from gateway.store.engine import Tx
from gateway.store.inbox import key_of
from gateway.store.ready import Ready
from gateway.store.types import to_micros
from handlers import sms
from handlers.messages import Cast, InboundSms, Known, Outcome, SetLanguage, Turn
from handlers.sms.acknowledging import acknowledge

SIMPLE = (Cast, SetLanguage)
"""All that the answer to a plain first vote does."""
REMEMBERED = 2000  # ways to write a vote, each with its language and aul


class Plain(NamedTuple):
    """What some words come to as a first vote, whoever sends them."""

    paper: Paper
    choices: Choices
    change: bool  # written as a change
    language: str  # of the answer
    remembered: str | None  # the language that is to be remembered for the phone
    since: datetime  # from this instant, when the last of the papers opened,
    until: datetime  # to that before this one, when the first of them closes, time changes nothing in it

    def answer(self, receipt: str) -> Turn:
        """What the voter is told, and what is done."""
        cast = Cast(self.paper.poll, self.choices, receipt, change=self.change)
        acts = (SetLanguage(self.remembered), cast) if self.remembered else (cast,)
        return acknowledge(self.language, self.paper, receipt, Outcome.ACCEPTED, *acts)

    def ready(self, keys: Keyring, met: Met, occasion: Occasion, receipt: str, reply: outbox.Outgoing) -> Ready:
        """The vote as columns, sealed for the open batch."""
        poll, caller = self.paper.poll, met.caller
        batch = met.catalogue.batches[poll]
        return Ready(
            met.catalogue.version,
            key_of(reply.provider, occasion.message_id),
            poll,
            caller.tag,
            occasion.day,
            receipt,
            batch,
            seal_choices(keys, poll, caller.tag, batch, self.choices, occasion.weight(change=self.change)),
            caller.phone_tag,
            self.remembered,
            reply.id,
            reply.provider,
            reply.recipient,
            reply.content,
            to_micros(reply.due_at),
            to_micros(reply.expires_at),
            reply.poll is not None,
        )


class Plainly:
    """Reads plain first votes, the same words of the same kind of caller once.

    What is remembered belongs to nobody: words, the language and the areas of who wrote them, the catalogue's version.
    """

    def __init__(self, acquaintance: Acquaintance) -> None:
        self._acquaintance = acquaintance
        self._found: dict[tuple[str, callers.Greeting], Plain] = {}

    def read(self, tx: Tx, met: Met, message: InboundSms) -> Plain | None:
        """The vote in this message, if it is plain and accepted; by the papers as they stand at its arrival."""
        at, key = message.at, (message.text, met.greeting)
        plain = self._found.get(key)
        if plain is not None and plain.since <= at < plain.until:
            return plain
        known = self._acquaintance.presumed(tx, met)
        plain = plain_in(sms.answer(message, known), known)
        if plain is not None and plain.since <= at < plain.until:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[key] = plain
        return plain


def plain_in(answer: Turn, presumed: Known) -> Plain | None:
    """The vote in this answer, if it may be made ready ahead: one that is accepted and counts at once.

    Where a poll of this phone holds votes, the same digits may confirm one: only the books can tell.
    """
    papers = {entry.paper.poll: entry.paper for entry in presumed.entries}
    if answer.outcome is not Outcome.ACCEPTED or any(paper.confirm_sms for paper in papers.values()):
        return None
    casts = [act for act in answer.acts if isinstance(act, Cast)]
    if len(casts) != 1 or casts[0].held or not all(isinstance(act, SIMPLE) for act in answer.acts):
        return None
    (cast,) = casts
    return Plain(
        papers[cast.poll],
        cast.choices,
        cast.change,
        answer.language,
        next((act.language for act in answer.acts if isinstance(act, SetLanguage)), None),
        max(paper.opens_at for paper in papers.values()),
        min(paper.closes_at for paper in papers.values()),
    )
