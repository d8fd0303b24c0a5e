"""Continue? Asked of who was cut off and dials again within minutes."""

from handlers.messages import Known, Session, Turn
from handlers.ussd.confirm import NO, YES
from handlers.ussd.moves import back, home, stay
from handlers.ussd.saying import tell, under


def show(session: Session, known: Known) -> str:
    return under(session.notice, tell(known, "ussd_resume"))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == YES:
        return back(session)
    return home(session) if key == NO else stay(session, tell(known, "ussd_wrong_key"))
