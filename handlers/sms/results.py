"""`НӘТИЖЕ`: how many voted; what was voted for, as far as it may be told."""

from ballots.model import Paper
from handlers.messages import Turn
from handlers.segments import fits_sms
from handlers.sms.acknowledging import prefix
from handlers.sms.asking import Asked
from handlers.sms.picking import papers_asked_about
from handlers.telling import in_language


def answer(asked: Asked) -> Turn:
    """One line for each poll, as many as one part holds; a poll that stands alone is told with its proposals."""
    papers, _ = papers_asked_about(asked, "results")
    if len(papers) == 1:
        return asked.reply(_told(asked, papers[0]))
    lines = [_turnout(asked, paper) for paper in papers]
    while len(lines) > 1 and not fits_sms("\n".join(lines)):
        lines.pop()
    return asked.reply("\n".join(lines))


def _told(asked: Asked, paper: Paper) -> str:
    turnout = asked.known.lookups.turnout(paper.poll)
    if turnout.funded:
        parts, blank = [str(number) for number in turnout.funded], "funded"
    elif turnout.votes:
        ranked = sorted(turnout.votes.items(), key=lambda item: (-item[1], item[0]))
        parts, blank = [f"{asked.say('numbered', number=number)}: {votes}" for number, votes in ranked], "votes"
    else:
        return _turnout(asked, paper)
    for shown in range(len(parts), 0, -1):
        rest = f", +{len(parts) - shown}" if shown < len(parts) else ""
        facts = {blank: ", ".join(parts[:shown]) + rest}
        text = _line(asked, paper, f"sms_results_{blank}", accepted=turnout.accepted, **facts)
        if fits_sms(text):
            return text
    return _turnout(asked, paper)


def _turnout(asked: Asked, paper: Paper) -> str:
    return _line(asked, paper, "sms_results", accepted=asked.known.lookups.turnout(paper.poll).accepted)


def _line(asked: Asked, paper: Paper, phrase: str, **facts: object) -> str:
    area = in_language(paper.area.names, asked.language)
    return prefix(paper, asked.language) + asked.say(phrase, area=area, **facts)
