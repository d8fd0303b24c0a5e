"""`ТІЗІМ`, `ТІЗІМ 2`: the proposals, a page at a time."""

from handlers.messages import Turn
from handlers.segments import fits_sms, pages
from handlers.sms.acknowledging import prefix
from handlers.sms.asking import Asked
from handlers.sms.picking import papers_asked_about
from handlers.telling import clipped, in_language

_MOST_DIGITS = 3
_LONGEST_LINE = 40
"""Characters; labels that the lint saw are shorter."""


def answer(asked: Asked) -> Turn:
    """One page; the last one if there are fewer. A page of one area is asked for with its code: `ТІЗІМ 7*2`."""
    papers, digits = papers_asked_about(asked, "list")
    codes = {paper.area.code for paper in papers}
    mine = {entry.paper.area.code for entry in asked.known.entries}
    area = "" if mine == codes or len(codes) > 1 else f"{papers[0].area.code}*"
    lines = [
        clipped(f"{proposal.number} {in_language(proposal.shorts, asked.language)}", _LONGEST_LINE)
        for paper in papers
        for proposal in paper.proposals
        if not proposal.withdrawn
    ]
    head = prefix(papers[0], asked.language).strip()
    found = pages(lines, head, asked.say("sms_list_more", page=f"{area}{{next}}"), fits_sms)
    wanted = int(digits[0]) if digits and len(digits[0]) <= _MOST_DIGITS else 1
    return asked.reply(found[min(max(wanted, 1), len(found)) - 1])
