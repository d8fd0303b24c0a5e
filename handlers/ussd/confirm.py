"""The last question before a vote: what was chosen and what it costs. 1 records it, and the dialogue ends."""

from ballots.casting import check
from ballots.cycles import check_open
from ballots.eligibility import STANDINGS, check_change, check_first
from ballots.errors import Refused
from ballots.model import Paper, Standing
from ballots.receipts import show as spaced
from handlers.messages import Act, Cast, Change, Entry, Known, Outcome, Session, Turn
from handlers.phrases import say
from handlers.ussd.chosen import choice_pages
from handlers.ussd.lists import page
from handlers.ussd.moves import end, go, home, leaf, stay
from handlers.ussd.offers import entry_of, paper_of
from handlers.ussd.saying import language_of, marked, refusal, tell, under

YES, NO = "1", "2"


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == YES:
        return _record(session, known)
    if key == NO:
        return home(session)
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def closing(entry: Entry, known: Known, outcome: Outcome, receipt: str, *acts: Act) -> Turn:
    """The end of a dialogue in which a vote arrived."""
    return end(acknowledgement(entry.paper, language_of(known), outcome, receipt), outcome, *acts)


def acknowledgement(paper: Paper, language: str, outcome: Outcome, receipt: str) -> str:
    """The last words to a voter; also for a key that came twice, from what the inbox kept of the first."""
    phrase = "ussd_changed" if outcome is Outcome.CHANGED else "ussd_accepted"
    return marked(paper, language, say(language, phrase, receipt=spaced(receipt)))


def _record(session: Session, known: Known) -> Turn:
    entry = entry_of(session.poll, known)
    if entry is None:
        return go(session, "join")
    if entry.standing is Standing.PENDING and entry.choices == session.choices and not session.changing:
        return closing(entry, known, Outcome.REPEATED, entry.receipt)  # also when it is late: it counts already
    try:
        check_open(entry.paper, session.at)
        check(entry.paper, session.choices)
    except Refused as error:
        return home(session, refusal(known, error), Outcome.REFUSED)
    try:
        return _decide(entry, session, known)
    except Refused as error:
        mine = Session("mine", session.at, notice=refusal(known, error), back=("main 0",))
        return Turn("", Outcome.REFUSED, session=mine)


def _decide(entry: Entry, session: Session, known: Known) -> Turn:
    paper, choices = entry.paper, session.choices
    if session.changing and not STANDINGS[entry.standing].vote:
        check_change(paper, entry.standing, entry.voted_on)
        return closing(entry, known, Outcome.CHANGED, entry.receipt, Change(paper.poll, choices))
    check_first(entry.standing, entry.voted_on)
    cast = Cast(paper.poll, choices, known.new_receipt, change=session.changing)
    return closing(entry, known, Outcome.ACCEPTED, known.new_receipt, cast)


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    paper = paper_of(session.poll, known)
    assert paper is not None, "ussd.answer lets nobody onto this screen without a paper"
    return choice_pages(paper, session.choices, language_of(known))
