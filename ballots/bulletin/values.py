"""What a bulletin says, as values: batches, receipts, ballots, tallies of days, the audit log."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property
from typing import Any

from ballots.ledger import Link
from ballots.manifest import Manifest, paper_of
from ballots.model import Choices, Paper

FORMAT = "dauys-bulletin-1"


class Publish(StrEnum):
    """How much of the votes is public."""

    BALLOTS = "ballots"  # every anonymous ballot
    TOTALS = "totals"  # votes of each proposal; ballots are recounted at the office
    TURNOUT = "turnout"  # only how many voted: fewer ballots than the smallest batch tell who voted how


@dataclass(frozen=True, slots=True)
class Batch:
    """Votes that were opened together, or the ballots of one sitting on paper."""

    no: int
    slot: str  # the day's slot of its mix, `final`, or `paper-<no>`
    size: int  # ballots
    held_back: int  # votes left for the next batch, to hide these
    unreadable: int  # envelopes that no key opened
    ballots_hash: str  # SHA-256 of the lines in its file of ballots, 64 hex digits
    receipts_hash: str  # the same of its file of receipts


@dataclass(frozen=True, slots=True)
class Day:
    """The tally of one slot as it left for officials and observers."""

    slot: str  # local date, or `final`
    day: int  # of voting, from 1; the D07 of an observer's SMS
    tally: Mapping[str, Any]  # `votes`, `funded` and `ties` are None where they are not public

    @property
    def head(self) -> str:
        """Head of the audit log when it was counted, 64 hex digits."""
        return str(self.tally["head"])


@dataclass(frozen=True, slots=True)
class About:
    """What stands in bulletin.json."""

    cycle: int
    poll: int
    publish: Publish
    phase: str
    opens_at: datetime
    closes_at: datetime
    utc_offset: int  # minutes east of UTC of the notice board's clock when voting ended
    withdrawn: tuple[int, ...]  # numbers of proposals taken back since opening
    together: tuple[int, ...]  # batches whose ballots are published as one heap, without ids
    language: str  # of election.pb
    software: str

    @property
    def zone(self) -> timezone:
        """Of the notice board."""
        return timezone(timedelta(minutes=self.utc_offset))


@dataclass(frozen=True)
class Bulletin:
    """Everything that is public of one closed cycle."""

    about: About
    manifest: Manifest
    batches: tuple[Batch, ...]  # by number
    receipts: Mapping[int, tuple[str, ...]]  # batch -> receipts, ten digits each, sorted
    ballots: Mapping[int, tuple[tuple[str, Choices], ...]]  # batch -> (id of 32 hex digits, choices), sorted by id
    heap: tuple[Choices, ...]  # ballots of the batches in `together`, sorted
    tally: Mapping[str, Any]  # as `dauys tally --json` prints it
    days: tuple[Day, ...]  # the oldest first
    chain: tuple[Link, ...]  # the audit log of the whole gateway
    signatures: tuple[str, ...]  # of each entry's hash, 128 hex digits
    key: str  # the public signing key, 64 hex digits

    @cached_property
    def paper(self) -> Paper:
        """The paper as it stands at the end. Raises BadManifest."""
        return self.paper_with(self.about.withdrawn)

    @cached_property
    def frozen(self) -> Paper:
        """The paper as it was when voting opened. Raises BadManifest."""
        return paper_of(self.manifest)

    def paper_with(self, withdrawn: tuple[int, ...]) -> Paper:
        """The paper with these numbers taken back, and the dates that it came to have. Raises BadManifest."""
        paper = paper_of(self.manifest, withdrawn)
        return replace(paper, opens_at=self.about.opens_at, closes_at=self.about.closes_at)

    @cached_property
    def cast(self) -> Counter[Choices]:
        """Distinct ballot -> how many; of all that are published."""
        return self.cast_in(batch.no for batch in self.batches)

    def cast_in(self, numbers: Iterator[int]) -> Counter[Choices]:
        """Distinct ballot -> how many, in these batches; the heap counts if any of its batches is among them."""
        wanted = set(numbers)
        found = Counter(choices for no in wanted for _, choices in self.ballots.get(no, ()))
        if not wanted.isdisjoint(self.about.together):
            found.update(self.heap)
        return found


def about_plain(about: About, head: Mapping[str, Any]) -> dict[str, Any]:
    """bulletin.json; `head`: {"seq", "hash"} of the last entry of the audit log."""
    return {
        "format": FORMAT,
        **asdict(about),
        "publish": str(about.publish),
        "opens_at": about.opens_at.isoformat(),
        "closes_at": about.closes_at.isoformat(),
        "withdrawn": list(about.withdrawn),
        "together": list(about.together),
        "head": dict(head),
    }
