"""What may go wrong, drawn as two trees.

A refusal is the voter's to mend: it names the phrase that tells what happened and what to do.

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

Something unreadable is the business of whoever handed it to us; its message says where it breaks and what to do.

Unreadable
├── BadPabulib           not a .pb file, or not one that we can hold
├── BadQuota             a floor or a cap that is not written as one
├── BadManifest          not a manifest, or one that does not say all that a paper needs
├── NotCanonical         bytes that are not the canonical bytes of what they say
├── BadPlaintext         an envelope's content that is no ballot
├── BadBulletin          a file of a public bulletin that is missing or not as the format says
├── BadDigest            not the line of an observer's SMS
└── StrayNumber          a ballot with a number that the paper does not have
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


class Unreadable(ValueError):  # noqa: N818 - named for what happened
    """The message says where it breaks and what to do."""


class BadPabulib(Unreadable):
    pass


class BadQuota(Unreadable):
    pass


class BadManifest(Unreadable):
    pass


class NotCanonical(Unreadable):
    pass


class BadPlaintext(Unreadable):
    pass


class StrayNumber(Unreadable):
    pass


class BadBulletin(Unreadable):
    """`file` is its name in the bulletin, `reason` says what is wrong with it."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


class BadDigest(Unreadable):
    """`part` is the piece of the line that could not be read."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part!r} is no part of an observer's SMS: type the line as it stands, A7 D07 N57 … H:…")
        self.part = part
