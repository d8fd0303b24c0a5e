"""What a bulletin tells: one tally of a cycle at one slot, and what of it may be shown."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ballots.ledger import short_head
from ballots.model import Area, Paper, Texts
from handlers.phrases import say
from handlers.segments import fits_sms
from handlers.telling import day as short_day
from handlers.telling import in_language

FINAL = "final"


@dataclass(frozen=True, slots=True)
class Digest:
    """A tally on its way out."""

    cycle: int
    slot: str  # the local date, or FINAL
    on: date  # local
    day: int  # of voting, from 1
    paper: Paper
    accepted: int
    pending: int
    ballots: int
    votes: Mapping[int, int] | None  # number -> votes; None where only the turnout may be told
    funded: tuple[int, ...]  # numbers, in the order of funding; empty where votes are None
    rule: str
    ties: tuple[Mapping[str, Any], ...]
    head: str  # of the audit log, 64 hex digits
    alarms: tuple[str, ...] = ()  # words of store.alarms.Kind

    @property
    def final(self) -> bool:
        """Is this the last one?"""
        return self.slot == FINAL

    @property
    def head16(self) -> str:
        """The head as it stands in SMS: 16 letters and digits that are read aloud without mistakes."""
        return short_head(self.head)

    @property
    def names(self) -> Texts:
        """The area's names."""
        return self.paper.area.names

    def leading(self) -> list[int]:
        """Numbers, the funded ones first, then by votes."""
        votes = self.votes or {}
        rank = {number: place for place, number in enumerate(self.funded)}
        return sorted(votes, key=lambda number: (rank.get(number, len(rank)), -votes[number], number))

    def facts(self, language: str) -> dict[str, object]:
        """Blanks of the sentences in [bulletins], but for {votes}."""
        return {
            "area": in_language(self.names, language),
            "day": short_day(self.on),
            "voted": self.accepted,
            "ballots": self.ballots,
        }

    def plain(self) -> dict[str, Any]:
        """The tally as `dauys tally --json` prints it, without steps, with alarms; null where it may not be told."""
        ids = {number: proposal.proposal_id for number, proposal in self.paper.by_number.items()}
        votes, funded = self.votes, [ids[number] for number in self.funded]
        return {
            "area": self.paper.area.code,
            "slot": self.slot,
            "cycle": self.cycle,
            "accepted": self.accepted,
            "pending": self.pending,
            "ballots": self.ballots,
            "votes": None if votes is None else {ids[number]: times for number, times in votes.items()},
            "funded": None if votes is None else funded,
            "rule": self.rule,
            "ties": None if votes is None else list(self.ties),
            "head": self.head,
            "alarms": list(self.alarms),
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """A message that only proves the way of tallies: it holds no figure."""

    area: Area

    def sentence(self, language: str) -> str:
        """What it says."""
        return say(language, "digest_test", area=in_language(self.area.names, language))


def fitted(digest: Digest, entry: str, render: Callable[[str], str], parts: int = 1) -> str:
    """`render` of all votes in the order of numbers; if that is too long, of the leading ones and `+n` for the rest."""
    votes = digest.votes or {}
    text = render(_row(entry, sorted(votes), votes))
    if fits_sms(text, parts):
        return text
    order = digest.leading()

    def with_first(shown: int) -> str:
        return render(f"{_row(entry, order[:shown], votes)} +{len(order) - shown}".strip())

    too_many = bisect_left(range(1, len(order)), True, key=lambda shown: not fits_sms(with_first(shown), parts)) + 1
    return with_first(too_many - 1)


def _row(entry: str, numbers: Sequence[int], votes: Mapping[int, int]) -> str:
    return " ".join(entry.format(number=number, votes=votes[number]) for number in numbers)
