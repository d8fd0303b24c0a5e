"""The number of a receipt, keyed in: which day's batch counted its vote. Whoever holds the receipt may ask."""

from ballots import receipts
from handlers.messages import Found, Known, Outcome, Session, Turn
from handlers.receipting import has_expired, of_receipt
from handlers.segments import fits_ussd
from handlers.telling import in_language
from handlers.ussd.mine import stands
from handlers.ussd.moves import BACK, back, end, stay
from handlers.ussd.saying import language_of, marked, tell, under


def show(session: Session, known: Known) -> str:
    return under(session.notice, tell(known, "ussd_receipt_ask"))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == BACK:
        return back(session)
    digits = receipts.parse(key)
    if digits is None:
        return stay(session, tell(known, "ussd_wrong_key"))
    if not receipts.is_sound(digits):
        return stay(session, tell(known, "ussd_receipt_wrong"))
    lines = [_line(found, session, known) for found in of_receipt(digits, known)]
    while len(lines) > 1 and not fits_ussd("\n".join(lines)):
        lines.pop()
    return end("\n".join(lines), Outcome.ANSWERED) if lines else stay(session, tell(known, "ussd_receipt_unknown"))


def _line(found: Found, session: Session, known: Known) -> str:
    language = language_of(known)
    area = in_language(found.paper.area.names, language)
    said = stands(found, area, language, expired=has_expired(found, session.at))
    return f"{marked(found.paper, language, said)}."
