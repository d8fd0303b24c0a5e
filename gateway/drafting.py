"""A plain first vote by SMS, made ready before its transaction: answered, sealed, addressed (docs/decisions/0009).

What the answer was made from is looked at again inside the transaction, by statements that write anyway: the ids of
messages and of voters are keys, and the catalogue's version stands for phases, rolls' papers and open batches. All
other messages are answered inside their transaction.
"""

from ballots.model import Standing
from gateway.store import inbox, outbox, phones, votes
from gateway.store.callers import CATALOGUE
from gateway.store.engine import LostRace, Tx
from handlers.messages import Cast, Known, Outcome, SetLanguage, Turn
from handlers.values import value


@value
class Draft:
    """Rows of a vote that only wait to be written."""

    version: int  # of the catalogue by which it was answered
    key: bytes  # of the message
    vote: votes.Participation
    ballot: votes.Sealed
    language: tuple[bytes, str] | None  # phone tag and language, where it is to be remembered
    reply: outbox.Outgoing

    def keep(self, tx: Tx) -> bool:
        """Write it; is there something to send? Raises LostRace if the books have moved on since."""
        row = tx.once(CATALOGUE)
        if row is None or int(row[0]) != self.version:
            raise LostRace
        inbox.keep(tx, self.key, Outcome.ACCEPTED.value, self.vote.receipt)
        votes.cast(tx, self.vote, self.ballot)
        if self.language is not None:
            phones.set_language(tx, *self.language)
        return outbox.enqueue(tx, self.reply)


def drafted(answer: Turn, known: Known) -> Cast | None:
    """The vote in this answer, if it may be made ready ahead: it is accepted, the first one, and held by nobody."""
    if answer.outcome is not Outcome.ACCEPTED:
        return None
    casts = [act for act in answer.acts if isinstance(act, Cast)]
    if len(casts) != 1 or casts[0].held or not all(isinstance(act, Cast | SetLanguage) for act in answer.acts):
        return None
    cast = casts[0]
    free = any(entry.paper.poll == cast.poll and entry.standing is Standing.NONE for entry in known.entries)
    return cast if free else None
