"""A plain first vote by SMS, made ready before its transaction: answered, sealed, addressed (docs/decisions/0009).

It is answered as if this phone had not voted yet; whether that is so the keys decide inside the transaction, by the
statements that write anyway, and the catalogue's version there stands for phases, papers and open batches. A draft that
they do not take is void. All other messages are answered inside their transaction.
"""

from gateway.store import inbox, outbox, phones, votes
from gateway.store.callers import CATALOGUE
from gateway.store.engine import Tx
from handlers.messages import Cast, Known, Outcome, SetLanguage, Turn
from handlers.values import value

SIMPLE = (Cast, SetLanguage)
"""All that the answer to a plain first vote does."""


@value
class Draft:
    """Rows of a vote that only wait to be written."""

    version: int  # of the catalogue by which it was answered
    key: bytes  # of the message
    vote: votes.Participation
    ballot: votes.Sealed
    language: tuple[bytes, str] | None  # phone tag and language, where it is to be remembered
    reply: outbox.Outgoing

    def keep(self, tx: Tx) -> bool | None:
        """Write it; is there something to send? None, and nothing is written, if it is void.

        Raises LostRace for a message that was taken before and had not been a vote then.
        """
        row = tx.once(CATALOGUE)
        if row is None or int(row[0]) != self.version or not votes.cast_first(tx, self.vote, self.ballot):
            return None
        inbox.keep(tx, self.key, Outcome.ACCEPTED.value, self.vote.receipt)
        if self.language is not None:
            phones.set_language(tx, *self.language)
        return outbox.enqueue(tx, self.reply)


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
