"""A phone that is on no roll: where a slip (талон) is to be had, and the way to key one in."""

from handlers.messages import Known, Session, Turn
from handlers.ussd.moves import BACK, back, go, stay
from handlers.ussd.saying import tell, under

WAYS = {"1": "slip", "2": "receipt"}


def show(session: Session, known: Known) -> str:
    return under(session.notice, tell(known, "ussd_join"))


def take(key: str, session: Session, known: Known) -> Turn:
    if key in WAYS:
        return go(session, WAYS[key])
    return back(session) if key == BACK else stay(session, tell(known, "ussd_wrong_key"))
