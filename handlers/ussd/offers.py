"""What a phone may choose from now, and what the numbers that it keyed in mean."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from ballots.casting import normalise
from ballots.cycles import is_open
from ballots.eligibility import STANDINGS
from ballots.errors import NoSuchNumber, Refused
from ballots.model import Choices, Paper, PollId
from ballots.polls import POLLS
from handlers.messages import Entry, Known, Session

_BETWEEN = re.compile(r"[\s.,;+]+")
_MOST_DIGITS = 3


class NotNumbers(Refused):
    """What was keyed in is no number of a proposal."""

    phrase = "wrong_key"


class TwoPolls(Refused):
    """Numbers of two polls in one choice."""

    phrase = "two_polls"


class Ambiguous(Refused):
    """A number that two polls have."""

    phrase = "ambiguous"


def entry_of(poll: PollId | None, known: Known) -> Entry | None:
    """This phone's entry in the poll."""
    return next((entry for entry in known.entries if entry.paper.poll == poll), None)


def paper_of(poll: PollId | None, known: Known) -> Paper | None:
    """The poll's paper, whether or not this phone is on its roll."""
    papers = (*(entry.paper for entry in known.entries), *known.papers)
    return next((paper for paper in papers if paper.poll == poll), None)


def offered(session: Session, known: Known) -> tuple[Entry, ...]:
    """Open polls in which this phone may vote (or, while changing, change its vote) now."""
    return tuple(
        entry
        for entry in known.entries
        if session.area in {0, entry.paper.area.code} and is_open(entry.paper, session.at) and _may(session, entry)
    )


def readable(session: Session, known: Known) -> tuple[Paper, ...]:
    """The papers to read: of the area that was asked for, or else of this phone's own areas."""
    areas = (session.area,) if session.area else known.areas
    if known.entries and not session.area:
        return current((entry.paper for entry in known.entries), session.at)
    return current((paper for paper in known.papers if paper.area.code in areas), session.at)


def reads_only(paper: Paper, known: Known) -> bool:
    """Is this phone on no roll of the paper's area?"""
    return paper.area.code not in known.areas and entry_of(paper.poll, known) is None


def current(papers: Iterable[Paper], at: datetime) -> tuple[Paper, ...]:
    """Those that are open; if none is, the one that closes last."""
    published = tuple(papers)
    running = tuple(paper for paper in published if is_open(paper, at))
    return running or tuple(sorted(published, key=lambda paper: paper.closes_at)[-1:])


def collisions(papers: Sequence[Paper]) -> frozenset[int]:
    """Numbers that more than one of the papers has."""
    numbers = [number for paper in papers for number in paper.by_number]
    return frozenset(number for number in numbers if numbers.count(number) > 1) if len(papers) > 1 else frozenset()


def pick(key: str, papers: Sequence[Paper]) -> tuple[Paper, Choices]:
    """The paper and the numbers on it that a key means: '3', '3 5', or '7*3' where two papers have a 3.

    Raises NotNumbers, NoSuchNumber(number), TwoPolls or Ambiguous(example).
    """
    area, _, rest = key.rpartition("*")
    if area:
        papers = [paper for paper in papers if str(paper.area.code) == area]
    words = _BETWEEN.split(rest.strip(" .,;+#№"))
    if not papers or not all(map(_is_number, words)):
        raise NotNumbers
    numbers = normalise(int(word) for word in words)
    homes = [paper for paper in papers if paper.by_number.keys() >= set(numbers)]
    if len(homes) == 1:
        return homes[0], numbers
    if homes:
        raise Ambiguous(example=f"{homes[0].area.code}*{numbers[0]}")
    for number in numbers:
        if not any(number in paper.by_number for paper in papers):
            raise NoSuchNumber(number=number)
    raise TwoPolls


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= _MOST_DIGITS and int(word) > 0


def _may(session: Session, entry: Entry) -> bool:
    still = STANDINGS[entry.standing]
    if session.changing:
        return still.change and not still.vote and POLLS[entry.paper.kind].changeable
    return still.vote
