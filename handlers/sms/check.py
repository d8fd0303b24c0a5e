"""`ТЕКСЕРУ`, `ТЕКСЕРУ 482 177 3529`: did my vote arrive, and which day's batch counted it? Never what it was."""

from ballots import receipts
from ballots.errors import NotOnRoll
from ballots.model import Standing
from handlers.messages import Entry, Found, Turn
from handlers.receipting import has_expired, of_entry, of_receipt
from handlers.segments import fits_sms
from handlers.sms.acknowledging import prefix
from handlers.sms.asking import Asked
from handlers.sms.errors import NothingNow
from handlers.telling import day

_SENTENCES: dict[Standing, str] = {
    Standing.NONE: "sms_check_none",
    Standing.HELD: "sms_check_held",
    Standing.PENDING: "sms_check_pending",
    Standing.MIXED: "sms_check_mixed",
    Standing.PAPER: "sms_check_paper",
}
_EXPIRED = "sms_check_expired"
"""Instead of the sentence for a held vote, once nothing can confirm it any more."""

_LOST = "sms_check_lost"
"""Instead of the sentence for a counted vote, if its envelope could not be opened."""

_WITH_RECEIPT = frozenset({Standing.PENDING, Standing.MIXED})


def answer(asked: Asked) -> Turn:
    """Where this phone's votes stand, or the vote of a receipt. Raises NothingNow, or NotOnRoll for a stranger."""
    if asked.wording.numbers:
        return asked.reply(_of_receipt(asked))
    match asked.known.entries:
        case ():
            raise NothingNow if asked.known.areas else NotOnRoll
        case (entry,):
            return asked.reply(_of_one(asked, entry))
    return asked.reply(_lines(asked, tuple(of_entry(entry, asked.known) for entry in asked.known.entries)))


def _of_one(asked: Asked, entry: Entry) -> str:
    sentence = f"{_sentence(asked, of_entry(entry, asked.known))}."
    if entry.standing not in _WITH_RECEIPT or not entry.receipt:
        return sentence
    return f"{sentence} {asked.say('sms_check_receipt', receipt=receipts.show(entry.receipt))}."


def _of_receipt(asked: Asked) -> str:
    digits = asked.wording.digits
    if len(digits) != receipts.LENGTH:
        return asked.say("sms_receipt_how")
    if not receipts.is_sound(digits):
        return asked.say("sms_receipt_wrong")
    match of_receipt(digits, asked.known):
        case ():
            return asked.say("sms_receipt_unknown")
        case (found,):
            return f"{_sentence(asked, found)}."
        case several:
            return _lines(asked, several)


def _lines(asked: Asked, several: tuple[Found, ...]) -> str:
    """A line for each vote, under the code of its area, as many as one part holds."""
    lines = [f"{found.paper.area.code}: {_sentence(asked, found)}" for found in several]
    while not fits_sms("\n".join(lines)):
        lines.pop()
    return "\n".join(lines)


def _sentence(asked: Asked, found: Found) -> str:
    return prefix(found.paper, asked.language) + asked.say(_phrase(asked, found), day=day(found.on or asked.today))


def _phrase(asked: Asked, found: Found) -> str:
    if found.lost:
        return _LOST
    return _EXPIRED if has_expired(found, asked.at) else _SENTENCES[found.standing]
