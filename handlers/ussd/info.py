"""One proposal: its label, what it costs, its text; who may vote can vote from here."""

from textwrap import wrap

from ballots.casting import check
from ballots.errors import Refused
from ballots.model import Paper
from handlers.messages import Known, Session, Turn
from handlers.telling import in_language
from handlers.ussd.chosen import line
from handlers.ussd.lists import page, paged
from handlers.ussd.moves import go, leaf, stay
from handlers.ussd.offers import offered, paper_of, reads_only
from handlers.ussd.saying import language_of, marked, refusal, tell, under

WIDTH = 24
"""Characters of a line of text: two lines fit a Cyrillic page beside its keys."""


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == "1" and _votable(session, known):
        return _vote(session, known)
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def _vote(session: Session, known: Known) -> Turn:
    try:
        check(_paper(session, known), session.choices)
    except Refused as error:
        return stay(session, refusal(known, error))
    return go(session, "confirm")


def _votable(session: Session, known: Known) -> bool:
    return any(entry.paper.poll == session.poll for entry in offered(session, known))


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    does = f"{tell(known, 'ussd_do_vote')} " if _votable(session, known) else ""
    paper, number, language = _paper(session, known), session.choices[0], language_of(known)
    proposal = paper.by_number[number]
    lines = [marked(paper, language, line(paper, number, language))]
    if reads_only(paper, known):
        lines.append(tell(known, "ussd_slip_where"))
    lines += wrap(in_language(proposal.texts, language) or in_language(proposal.names, language), WIDTH)
    return paged(tuple(lines), does + tell(known, "ussd_more"), does + tell(known, "ussd_back"))


def _paper(session: Session, known: Known) -> Paper:
    paper = paper_of(session.poll, known)
    assert paper is not None, "ussd.answer lets nobody onto this screen without a paper"
    return paper
