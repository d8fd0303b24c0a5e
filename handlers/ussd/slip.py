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
    return _answer(digits, known.lookups.slip(digits), session, known)


def _answer(digits: str, slip: Slip, session: Session, known: Known) -> Turn:
    if slip.state is SlipState.FREE:
        joined = tell(known, "ussd_joined")
        if slip.area in known.areas:  # the slip stays free for another phone
            return home(session, joined)
        return home(session, joined, Outcome.JOINED, (Join(digits, slip.area),))
    acts = (WrongSlip(slip.area),) if slip.state is SlipState.UNKNOWN else ()
    last = acts and slip.tries_left <= 1
    said = tell(known, "ussd_slip_locked" if last else REFUSALS[slip.state])
    return Turn("", Outcome.REFUSED, acts, session=session.on("slip", notice=said))
