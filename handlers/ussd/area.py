"""Which aul? Asked of a phone that is on no roll before it reads proposals or results."""

from handlers.messages import Known, Session, Turn
from handlers.ussd.moves import BACK, back, stay
from handlers.ussd.saying import tell, under

LEADS: dict[str, str] = {"area-proposals": "proposals", "area-results": "results"}
"""The screen that asks -> the screen that it was asked for."""


def show(session: Session, known: Known) -> str:
    return under(session.notice, tell(known, "ussd_area"))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == BACK:
        return back(session)
    code = next((paper.area.code for paper in known.papers if str(paper.area.code) == key), None)
    if code is None:
        return stay(session, tell(known, "ussd_no_such_area"))
    return Turn("", session=session.on(LEADS[session.screen], area=code))
