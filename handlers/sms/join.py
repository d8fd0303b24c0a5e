"""`ТІРКЕЛУ 4821-7735-2`: bind this phone to a slip (талон)."""

from ballots.slips import LENGTH
from handlers.messages import Join, Outcome, Slip, SlipState, Turn, WrongSlip
from handlers.sms.asking import Asked
from handlers.telling import in_language

_REFUSED: dict[SlipState, str] = {
    SlipState.SPENT: "sms_slip_spent",
    SlipState.LOCKED: "sms_slip_locked",
}

_SOUND = frozenset({SlipState.FREE, SlipState.SPENT})


def answer(asked: Asked) -> Turn:
    """The phone is on the roll, or why not and what to do."""
    digits = asked.wording.digits
    if len(digits) != LENGTH:
        return asked.reply(asked.say("sms_join_how"))
    slip = asked.known.lookups.slip(digits)
    if slip.state in _SOUND and slip.area in asked.known.areas:  # a free slip stays free for another phone
        return asked.reply(asked.say("sms_joined_before"))
    if slip.state is SlipState.FREE:
        return _join(asked, digits, slip.area)
    if slip.state is SlipState.UNKNOWN:
        return _wrong(asked, slip)
    return asked.reply(asked.say(_REFUSED[slip.state]), outcome=Outcome.REFUSED)


def _join(asked: Asked, digits: str, area: int) -> Turn:
    names = (in_language(paper.area.names, asked.language) for paper in asked.known.papers if paper.area.code == area)
    return asked.reply(asked.say("sms_joined", area=next(names, str(area))), Join(digits, area), outcome=Outcome.JOINED)


def _wrong(asked: Asked, slip: Slip) -> Turn:
    left = slip.tries_left - 1
    text = asked.say("sms_slip_wrong", tries=left) if left > 0 else asked.say("sms_slip_office")
    return asked.reply(text, WrongSlip(slip.area), outcome=Outcome.REFUSED)
