"""Refusals, drawn as a tree. Each names the phrase that tells the voter what happened and what to do.

Refused
├── NotVotingYet         before opening
├── VotingOver           at the closing instant and after
├── NoSuchNumber         a number that is not on the paper
├── Withdrawn            a proposal that was taken back
├── TooMany, TooFew      against the form's limits
├── OverBudget           chosen costs exceed the limit
├── NotOnRoll            a phone that is not verified in this area
├── AlreadyVoted         a plain second vote
└── AlreadyMixed         a change after the mix
"""

from typing import ClassVar


class Refused(Exception):  # noqa: N818 - a refusal is the voter's to mend, not an error of ours
    """The voter can mend this; `phrase` names the sentence and `facts` fill its blanks."""

    phrase: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.phrase, facts)
        self.facts = facts


class NotVotingYet(Refused):
    phrase = "not_voting_yet"


class VotingOver(Refused):
    phrase = "voting_over"


class NoSuchNumber(Refused):
    phrase = "no_such_number"


class Withdrawn(Refused):
    phrase = "withdrawn"


class TooMany(Refused):
    phrase = "too_many"


class TooFew(Refused):
    phrase = "too_few"


class OverBudget(Refused):
    phrase = "over_budget"


class NotOnRoll(Refused):
    phrase = "not_on_roll"


class AlreadyVoted(Refused):
    phrase = "already_voted"


class AlreadyMixed(Refused):
    phrase = "already_mixed"
