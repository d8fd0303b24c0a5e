"""Turnout, and votes and what is funded where they may be shown."""

from collections.abc import Iterator

from ballots.model import Paper
from handlers.messages import Known, Session, Turn, Turnout
from handlers.segments import fits_ussd, pages
from handlers.ussd.lists import page
from handlers.ussd.moves import leaf, stay
from handlers.ussd.offers import readable
from handlers.ussd.saying import label, language_of, marked, tell, text_in, under


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    papers = readable(session, known)
    lines = [line for paper in papers for line in _lines(paper, known.lookups.turnout(paper.poll), known)]
    return pages(
        lines or [tell(known, "ussd_nothing_open")],
        "",
        tell(known, "ussd_more"),
        fits_ussd,
        end=tell(known, "ussd_back"),
    )


def _lines(paper: Paper, turnout: Turnout, known: Known) -> Iterator[str]:
    language = language_of(known)
    area = text_in(paper.area.names, language)
    yield marked(paper, language, tell(known, "ussd_turnout", area=area, count=turnout.accepted))
    votes = turnout.votes or {}
    for number in sorted(votes.keys() & paper.by_number.keys(), key=lambda number: (-votes[number], number)):
        phrase = "ussd_funded" if number in turnout.funded else "ussd_votes"
        yield tell(known, phrase, number=number, label=label(paper.by_number[number], language), votes=votes[number])
