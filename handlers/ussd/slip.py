"""The number of a slip (талон), keyed in: binds this phone to it."""

from ballots.slips import parse
from handlers.messages import Join, Known, Outcome, Session, Slip, SlipState, Turn, WrongSlip
from handlers.ussd.moves import BACK, back, home, stay
from handlers.ussd.saying import tell, under

REFUSALS: dict[SlipState, str] = {
    SlipState.SPENT: "ussd_slip_spent",
    SlipState.UNKNOWN: "ussd_slip_unknown",
    SlipState.LOCKED: "ussd_slip_locked",
}


def show(session: Session, known: Known) -> str:
    return under(session.notice, tell(known, "ussd_slip"))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == BACK:
        return back(session)
    digits = parse(key)
    if digits is None:
        return stay(session, tell(known, "ussd_wrong_key"))
    slip = known.lookups.slip(digits)
    return _join(digits, slip, session, known) if slip.state is SlipState.FREE else _refuse(slip, session, known)


def _join(digits: str, slip: Slip, session: Session, known: Known) -> Turn:
    if slip.area in known.areas:
        return home(session, tell(known, "ussd_joined"))
    return home(session, tell(known, "ussd_joined"), acts=(Join(digits, slip.area),))


def _refuse(slip: Slip, session: Session, known: Known) -> Turn:
    said = tell(known, REFUSALS[slip.state])
    if slip.state is SlipState.LOCKED:
        return home(session, said, Outcome.REFUSED)
    return Turn("", Outcome.REFUSED, (WrongSlip(slip.area),), session=session.on("slip", notice=said))
