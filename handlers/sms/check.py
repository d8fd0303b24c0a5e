"""`ТЕКСЕРУ`, `ТЕКСЕРУ 482 177 3529`: did my vote arrive? Never what it was."""

from datetime import date

from ballots import receipts
from ballots.cycles import is_over
from ballots.errors import NotOnRoll
from ballots.model import Paper, Standing
from handlers.messages import Entry, Turn
from handlers.segments import fits_sms
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
    lines = [f"{entry.paper.area.code}: {_where(asked, entry)}" for entry in asked.known.entries]
    while not fits_sms("\n".join(lines)):
        lines.pop()
    return asked.reply("\n".join(lines))


def _of_one(asked: Asked, entry: Entry) -> str:
    sentence = f"{_where(asked, entry)}."
    if entry.standing not in _WITH_RECEIPT or not entry.receipt:
        return sentence
    return f"{sentence} {asked.say('sms_check_receipt', receipt=receipts.show(entry.receipt))}."


def _of_receipt(asked: Asked) -> str:
    digits = asked.wording.digits
    if len(digits) != receipts.LENGTH:
        return asked.say("sms_receipt_how")
    if not receipts.is_sound(digits):
        return asked.say("sms_receipt_wrong")
    for paper in asked.known.papers:
        standing, on = asked.known.lookups.receipt(paper.poll, digits)
        if standing is not Standing.NONE:
            return f"{_sentence(asked, paper, standing, on)}."
    return asked.say("sms_receipt_unknown")


def _where(asked: Asked, entry: Entry) -> str:
    return _sentence(asked, entry.paper, entry.standing, entry.voted_on)


def _sentence(asked: Asked, paper: Paper, standing: Standing, on: date | None) -> str:
    expired = standing is Standing.HELD and is_over(paper, asked.at)
    return asked.say(_EXPIRED if expired else _SENTENCES[standing], day=day(on or asked.today))
