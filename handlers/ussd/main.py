"""The main menu. What needs a roll leads a phone that is on none to where one gets on it."""

from collections.abc import Callable

from ballots.cycles import check_open, is_open
from ballots.eligibility import STANDINGS
from ballots.errors import Refused
from handlers.messages import Known, Session, Turn
from handlers.ussd.moves import go, stay
from handlers.ussd.offers import current, offered
from handlers.ussd.saying import refusal, tell, under


def show(session: Session, known: Known) -> str:
    notice = session.notice or (tell(known, "ussd_voted") if _voted(session, known) else "")
    return under(notice, tell(known, "ussd_main"))


def take(key: str, session: Session, known: Known) -> Turn:
    way = KEYS.get(key)
    return stay(session, tell(known, "ussd_wrong_key")) if way is None else way(session, known)


def begin(session: Session, known: Known) -> Turn:
    """To the ballot; or to what keeps this phone from voting now."""
    if not known.entries:
        return _without(session, known)
    if offered(session, known):
        return go(session, "vote")
    try:
        check_open(current((entry.paper for entry in known.entries), session.at)[0], session.at)
    except Refused as error:
        return stay(session, refusal(known, error))
    return go(session, "mine")


def _proposals(session: Session, known: Known) -> Turn:
    return go(session, "proposals" if known.entries or known.areas else "area-proposals")


def _results(session: Session, known: Known) -> Turn:
    return go(session, "results" if known.entries or known.areas else "area-results")


def _mine(session: Session, known: Known) -> Turn:
    """Or, while nothing is put to this phone, what became of the vote of an earlier receipt."""
    if known.areas and not known.entries:
        return go(session, "receipt", notice=tell(known, "ussd_nothing_open"))
    return go(session, "mine") if known.entries else _without(session, known)


def _without(session: Session, known: Known) -> Turn:
    """Nothing is put to this phone: because its areas have no poll now, or because it is on no roll."""
    return stay(session, tell(known, "ussd_nothing_open")) if known.areas else go(session, "join")


def _language(session: Session, _known: Known) -> Turn:
    return go(session, "language")


KEYS: dict[str, Callable[[Session, Known], Turn]] = {
    "1": begin,
    "2": _proposals,
    "3": _results,
    "4": _mine,
    "5": _language,
}


def _voted(session: Session, known: Known) -> bool:
    open_now = [entry for entry in known.entries if is_open(entry.paper, session.at)]
    return bool(open_now) and not any(STANDINGS[entry.standing].vote for entry in open_now)
