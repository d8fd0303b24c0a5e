"""A vote that came by SMS and waits for its phone: 1 makes it count, 2 forgets the screen and leaves it waiting."""

from ballots.cycles import check_open
from ballots.errors import Refused
from ballots.model import Standing
from handlers.messages import Confirm, Known, Outcome, Session, Turn
from handlers.ussd.chosen import choice_pages
from handlers.ussd.confirm import NO, YES, closing
from handlers.ussd.lists import page
from handlers.ussd.moves import go, home, leaf, stay
from handlers.ussd.offers import entry_of, paper_of
from handlers.ussd.saying import language_of, refusal, tell, under


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == YES:
        return _confirm(session, known)
    if key == NO:
        return Turn("", session=Session("vote", session.at, session.area, back=("main 0",)))
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def _confirm(session: Session, known: Known) -> Turn:
    entry = entry_of(session.poll, known)
    if entry is None:
        return go(session, "join")
    if entry.standing is Standing.PENDING and entry.choices == session.choices:
        return closing(entry, known, Outcome.REPEATED, entry.receipt)
    try:
        check_open(entry.paper, session.at)
    except Refused as error:
        return home(session, refusal(known, error), Outcome.REFUSED)
    if entry.standing is not Standing.HELD:
        return Turn("", session=Session("mine", session.at, back=("main 0",)))
    if entry.choices != session.choices:  # a newer SMS came meanwhile: only what was shown is confirmed
        return Turn("", session=session.on("held", choices=entry.choices, page=0))
    return closing(entry, known, Outcome.CONFIRMED, entry.receipt, Confirm(entry.paper.poll))


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    paper = paper_of(session.poll, known)
    assert paper is not None, "ussd.answer lets nobody onto this screen without a paper"
    return choice_pages(paper, session.choices, language_of(known), tell(known, "ussd_your_sms"))
