"""Kinds of poll and what each allows, as a table."""

from dataclasses import dataclass

from ballots.model import BallotForm, PollKind


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a kind of poll allows."""

    counts: bool  # its result stands; a rehearsal's is thrown away
    funds: bool  # its tally hands out a budget; the others only add up
    changeable: bool  # a vote may be changed until it is mixed
    forms: tuple[BallotForm, ...]
    prefix: bool  # what is said of its votes and counts says so first, and lengths are proved with it


POLLS: dict[PollKind, Allowed] = {
    PollKind.VOTE: Allowed(counts=True, funds=True, changeable=True, forms=tuple(BallotForm), prefix=False),
    PollKind.CONSULT: Allowed(
        counts=True, funds=False, changeable=True, forms=(BallotForm.CHOOSE_1, BallotForm.APPROVAL), prefix=False
    ),
    PollKind.OVERSEE: Allowed(counts=True, funds=False, changeable=True, forms=(BallotForm.CHOOSE_1,), prefix=False),
    PollKind.REHEARSAL: Allowed(counts=False, funds=True, changeable=True, forms=tuple(BallotForm), prefix=True),
}
