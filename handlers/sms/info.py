"""`АҚПАРАТ 3`: what a proposal is and costs."""

from ballots.errors import NoSuchNumber
from handlers.messages import Turn
from handlers.segments import fits_sms
from handlers.sms.asking import Asked
from handlers.sms.picking import check_one_area, papers_asked_about
from handlers.telling import amount, in_language

_MOST_DIGITS = 3
_PARTS = 2


def answer(asked: Asked) -> Turn:
    """Name, cost and as much of the text as two parts hold. Raises NoSuchNumber or WhichPoll."""
    papers, digits = papers_asked_about(asked, "info")
    if len(digits) != 1 or len(digits[0]) > _MOST_DIGITS:
        return asked.reply(asked.say("sms_info_how"))
    number = int(digits[0])
    having = [paper for paper in papers if number in paper.by_number]
    if not having:
        raise NoSuchNumber(number=number)
    check_one_area(having, str(number), asked.word("info"))
    proposal = having[0].by_number[number]
    name = in_language(proposal.names, asked.language)
    about = asked.say("sms_info", number=number, name=name, cost=amount(proposal.cost))
    return asked.reply(_cut(f"{about} {in_language(proposal.texts, asked.language)}".strip()))


def _cut(text: str) -> str:
    if fits_sms(text, _PARTS):
        return text
    while not fits_sms(f"{text}...", _PARTS):
        text = text[:-1].rstrip()
    return f"{text}..."
