"""Who may vote on which paper, and whether once more: check_*() raises a Refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ballots.errors import AlreadyMixed, AlreadyVoted, NotOnRoll
from ballots.model import Paper, Standing
from ballots.polls import POLLS


@dataclass(frozen=True, slots=True)
class Still:
    """What a phone may still do in a poll where its vote stands so."""

    vote: bool
    change: bool


STANDINGS: dict[Standing, Still] = {
    Standing.NONE: Still(vote=True, change=True),  # a change without a vote before it is the vote
    Standing.HELD: Still(vote=True, change=True),  # not counted yet: anything newer replaces it
    Standing.PENDING: Still(vote=False, change=True),
    Standing.MIXED: Still(vote=False, change=False),
    Standing.PAPER: Still(vote=False, change=False),
}


def check_on_roll(paper: Paper, areas: Collection[int]) -> None:
    """Is the phone, on the rolls of `areas` (codes), on this paper's roll? Raises NotOnRoll(area)."""
    if paper.area.code not in areas:
        raise NotOnRoll(area=paper.area.code)


def check_first(standing: Standing, voted_on: date | None) -> None:
    """May this phone cast a plain vote? Raises AlreadyVoted(voted_on), never with the choice."""
    if not STANDINGS[standing].vote:
        raise AlreadyVoted(voted_on=voted_on)


def check_change(paper: Paper, standing: Standing, voted_on: date | None) -> None:
    """May this phone replace its vote? Raises AlreadyMixed(voted_on); AlreadyVoted where the kind allows no change."""
    if not STANDINGS[standing].change:
        raise AlreadyMixed(voted_on=voted_on)
    if not POLLS[paper.kind].changeable:
        check_first(standing, voted_on)
