"""The proposals to read, of this phone's areas or of one that was asked for; a number opens one."""

from ballots.errors import Refused
from handlers.messages import Known, Session, Turn
from handlers.ussd import lists
from handlers.ussd.moves import go, home, leaf, stay
from handlers.ussd.offers import pick, readable, reads_only
from handlers.ussd.saying import language_of, refusal, tell, under


def show(session: Session, known: Known) -> str:
    return under(session.notice, lists.page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    papers = readable(session, known)
    if not papers:
        return home(session, tell(known, "ussd_nothing_open"))
    leafed = leaf(key, session, len(_pages(session, known)))
    if leafed:
        return leafed
    try:
        paper, choices = pick(key, papers)
    except Refused as error:
        return stay(session, refusal(known, error))
    return go(session, "info", poll=paper.poll, choices=choices[:1])


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    papers = readable(session, known)
    top = tell(known, "ussd_slip_where") if papers and reads_only(papers[0], known) else ""
    return lists.listed(papers, language_of(known), top)
