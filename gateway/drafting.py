"""A plain first vote by SMS, made ready before its transaction: answered, sealed, addressed (docs/decisions/0009).

It is answered as if this phone had not voted yet; whether that is so the keys decide inside the transaction, by the
statement that writes it (gateway/store/ready.py), and the catalogue's version there stands for phases, papers and open
batches. A vote that it does not take is void. All other messages are answered inside their transaction.
"""

from gateway.acting import Acting
from gateway.store import outbox
from gateway.store.ready import Ready
from gateway.store.types import to_micros
from handlers.messages import Cast, Known, Outcome, SetLanguage, Turn

SIMPLE = (Cast, SetLanguage)
"""All that the answer to a plain first vote does."""


def drafted(answer: Turn, presumed: Known) -> Cast | None:
    """The vote in this answer, if it may be made ready ahead: one that is accepted and counts at once.

    Where a poll of this phone holds votes, the same digits may confirm one: only the books can tell.
    """
    if answer.outcome is not Outcome.ACCEPTED or any(entry.paper.confirm_sms for entry in presumed.entries):
        return None
    casts = [act for act in answer.acts if isinstance(act, Cast)]
    if len(casts) != 1 or casts[0].held or not all(isinstance(act, SIMPLE) for act in answer.acts):
        return None
    return casts[0]


def ready(acting: Acting, cast: Cast, key: bytes, language: str | None, reply: outbox.Outgoing) -> Ready:
    """The vote as columns; `key` is its message's, and `language` is to be remembered."""
    catalogue, caller = acting.catalogue, acting.caller
    return Ready(
        catalogue.version,
        key,
        cast.poll,
        caller.tag,
        acting.occasion.day,
        cast.receipt,
        catalogue.batches[cast.poll],
        acting.envelope(cast),
        caller.phone_tag,
        language,
        reply.id,
        reply.provider,
        reply.recipient,
        reply.content,
        to_micros(reply.due_at),
        to_micros(reply.expires_at),
        reply.poll is not None,
    )
