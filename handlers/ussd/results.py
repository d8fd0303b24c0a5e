"""Turnout, and votes and what is funded where they may be shown."""

from collections.abc import Iterator
from functools import lru_cache

from ballots.model import Paper
from handlers.messages import Known, Session, Turn, Turnout
from handlers.phrases import say
from handlers.telling import in_language
from handlers.ussd.lists import Same, page, paged
from handlers.ussd.moves import leaf, stay
from handlers.ussd.offers import readable
from handlers.ussd.saying import label, language_of, marked, tell, under

_Told = tuple[Same, int, tuple[tuple[int, int], ...], tuple[int, ...]]
"""A paper, how many voted, (number, votes) with the most voted first, and the funded numbers: a key of the cache."""


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    papers = readable(session, known)
    told = tuple(_told(paper, known.lookups.turnout(paper.poll)) for paper in papers)
    return _paged(told, language_of(known))


def _told(paper: Paper, turnout: Turnout) -> _Told:
    votes = (turnout.votes or {}).items()
    return Same(paper), turnout.accepted, tuple(sorted(votes, key=lambda of: (-of[1], of[0]))), turnout.funded


@lru_cache(maxsize=64)
def _paged(told: tuple[_Told, ...], language: str) -> tuple[str, ...]:
    lines = tuple(line for of_one in told for line in _lines(of_one, language))
    nothing = say(language, "ussd_nothing_open")
    return paged(lines or (nothing,), say(language, "ussd_more"), say(language, "ussd_back"))


def _lines(told: _Told, language: str) -> Iterator[str]:
    same, accepted, ranked, funded = told
    paper = same.paper
    area = in_language(paper.area.names, language)
    yield marked(paper, language, say(language, "ussd_turnout", area=area, count=accepted))
    for number, votes in ranked:
        proposal = paper.by_number.get(number)
        if proposal:
            phrase = "ussd_funded" if number in funded else "ussd_votes"
            yield say(language, phrase, number=number, label=label(proposal, language), votes=votes)
