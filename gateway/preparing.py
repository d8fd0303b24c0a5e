"""A plain first vote by SMS, prepared before its transaction: answered, sealed, addressed (docs/decisions/0009, 0062).

It is answered as if this phone had not voted yet; whether that is so the keys decide inside the transaction, by the
statements that write anyway, and the catalogue's version there stands for phases, papers and open batches. What they do
not take is void, and the message is answered inside the transaction, as all others are.
"""

from handlers.messages import Cast, Known, Outcome, SetLanguage, Turn


def prepared(answer: Turn, presumed: Known) -> Cast | None:
    """The vote in this answer, if it may be prepared: one that is accepted and counts at once.

    Where a poll of this phone holds votes, the same digits may confirm one: only the books can tell.
    """
    if answer.outcome is not Outcome.ACCEPTED or any(entry.paper.confirm_sms for entry in presumed.entries):
        return None
    casts = [act for act in answer.acts if isinstance(act, Cast)]
    if len(casts) != 1 or casts[0].held or not all(isinstance(act, Cast | SetLanguage) for act in answer.acts):
        return None
    return casts[0]
