"""Which poll a message is about, where a phone may be on the rolls of several, or of none."""

from collections.abc import Iterable, Sequence

from ballots.casting import normalise
from ballots.cycles import check_open, is_open
from ballots.errors import NoSuchNumber, NotOnRoll, Refused
from ballots.model import Choices, Paper
from handlers.messages import Entry
from handlers.sms.asking import Asked
from handlers.sms.errors import NothingNow, NotUnderstood, TwoPolls, WhichArea, WhichPoll
from handlers.wording import Numeral

_MOST_DIGITS = 3  # more are a sum, a telephone, a year
_MOST_CODE_DIGITS = 9
_ROOM = 16
"""Characters that the phrase `sms_which_poll` has for one way of writing, in any language."""


def pick(asked: Asked) -> tuple[Entry, Choices]:
    """The entry that the numbers are for, and the choice; whether that is a valid one is not looked at.

    Raises NotUnderstood, TwoPolls, WhichPoll(one, other), NoSuchNumber(number), NotOnRoll(area) or NothingNow.
    """
    area, choices = _choices(asked.wording.numbers)
    entries = [entry for entry in asked.known.entries if area in {0, entry.paper.area.code}]
    if not entries:
        raise _nowhere(asked, area)
    if len(entries) == 1:
        return entries[0], choices
    fitting = _fitting((entry for entry in entries if _in_time(asked, entry.paper)), choices)
    fitting = fitting or _fitting(entries, choices)
    if not fitting:
        raise _scattered(entries, choices)
    check_one_area([entry.paper for entry in fitting], " ".join(map(str, choices)))
    return fitting[0], choices


def papers_asked_about(asked: Asked, command: str) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """The papers that a question is about, and the digits of the numbers in it that are no area's code.

    A phone that is on no roll names the aul first: `ТІЗІМ 7`, `АҚПАРАТ 7 3`. Raises NothingNow or WhichArea(example).
    """
    numbers, published = asked.wording.numbers, asked.known.papers
    digits = tuple(numeral.digits for numeral in numbers)
    area = next((numeral.area for numeral in numbers if numeral.area), 0)
    if not published:
        raise NothingNow
    if area:
        papers = _of_areas(published, (area,))
    elif asked.known.entries:
        papers = [entry.paper for entry in asked.known.entries]
    else:
        codes = asked.known.areas or tuple({paper.area.code for paper in published})
        papers = _of_areas(published, codes)
        if len(codes) > 1:
            papers = _of_areas(published, (_code(digits[0]),)) if digits else []
            digits = digits[1:]
    if not papers:
        raise WhichArea(example=f"{asked.word(command)} {published[0].area.code}")
    return tuple([paper for paper in papers if is_open(paper, asked.at)] or papers), digits


def check_one_area(papers: Sequence[Paper], number: str, word: str = "") -> None:
    """Are these papers, which all have the number, of one area? Raises WhichPoll with the two ways to write it."""
    codes = tuple(dict.fromkeys(paper.area.code for paper in papers))
    if len(codes) > 1:
        ways = [f"{word} {code}*{number}".strip() for code in codes[:2]]
        one, other = (way if len(way) <= _ROOM else way.split()[0] + " ..." for way in ways)
        raise WhichPoll(one=one, other=other)


def _choices(numbers: Iterable[Numeral]) -> tuple[int, Choices]:
    areas = {numeral.area for numeral in numbers if numeral.area}
    if len(areas) > 1:
        raise TwoPolls
    if any(len(digits) > _MOST_DIGITS or digits[0] == "0" for _, digits in numbers):
        raise NotUnderstood
    return next(iter(areas), 0), normalise(int(digits) for _, digits in numbers)


def _nowhere(asked: Asked, area: int) -> Refused:
    if area and not _of_areas(asked.known.papers, (area,)):
        return NotUnderstood()
    return NothingNow() if asked.known.areas and not area else NotOnRoll(area=area)


def _in_time(asked: Asked, paper: Paper) -> bool:
    try:
        check_open(paper, asked.at, asked.sent_at)
    except Refused:
        return False
    return True


def _fitting(entries: Iterable[Entry], choices: Choices) -> list[Entry]:
    return [entry for entry in entries if all(number in entry.paper.by_number for number in choices)]


def _scattered(entries: Sequence[Entry], choices: Choices) -> Refused:
    known = {number for entry in entries for number in entry.paper.by_number}
    return next((NoSuchNumber(number=number) for number in choices if number not in known), TwoPolls())


def _of_areas(papers: Iterable[Paper], codes: Iterable[int]) -> list[Paper]:
    wanted = frozenset(codes)
    return [paper for paper in papers if paper.area.code in wanted]


def _code(digits: str) -> int:
    return int(digits) if len(digits) <= _MOST_CODE_DIGITS else 0
