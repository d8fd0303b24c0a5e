"""The ballot: proposals to choose from, by number; while changing, those of the votes that may be changed."""

from ballots.casting import check
from ballots.errors import Refused
from handlers.messages import Known, Outcome, Session, Turn
from handlers.ussd import lists
from handlers.ussd.moves import go, home, leaf, stay
from handlers.ussd.offers import offered, pick
from handlers.ussd.saying import language_of, refusal, tell, under


def show(session: Session, known: Known) -> str:
    papers = [entry.paper for entry in offered(session, known)]
    notice = session.notice if papers else tell(known, "ussd_nothing_open")
    return under(notice, lists.page(lists.ballot(papers, language_of(known)), session))


def take(key: str, session: Session, known: Known) -> Turn:
    papers = [entry.paper for entry in offered(session, known)]
    if not papers:
        return home(session, tell(known, "ussd_nothing_open"))
    leafed = leaf(key, session, len(lists.ballot(papers, language_of(known))))
    if leafed:
        return leafed
    try:
        paper, choices = pick(key, papers)
        check(paper, choices)
    except Refused as error:
        return stay(session, refusal(known, error), Outcome.REFUSED)
    return go(session, "confirm", poll=paper.poll, choices=choices)
