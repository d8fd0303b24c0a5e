"""The proposals of one or more papers as pages of menu lines, kept between turns: papers do not change."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ballots.casting import cost_limit, most_choices
from ballots.model import Paper
from handlers.messages import Session
from handlers.phrases import say
from handlers.segments import fits_ussd, pages
from handlers.ussd.offers import collisions
from handlers.ussd.saying import label, marked, money


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A paper as a key of the cache: by identity, because comparing papers by value costs more than a screen."""

    paper: Paper

    def __hash__(self) -> int:
        return id(self.paper)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.paper is other.paper


def listed(papers: Sequence[Paper], language: str, top: str = "") -> tuple[str, ...]:
    """Pages of `3 Су құбыры`, one line per proposal under `top`; `7*3 Су құбыры` where two papers have a 3."""
    return _listed(tuple(map(_Same, papers)), language, top, choosing=False)


def ballot(papers: Sequence[Paper], language: str) -> tuple[str, ...]:
    """The same for choosing: what was withdrawn is left out, and the limit comes first where several may be chosen."""
    return _listed(tuple(map(_Same, papers)), language, "", choosing=True)


def limits(paper: Paper, language: str) -> str:
    """How many proposals, or for how much money, one ballot may choose; '' for one."""
    most, cost = most_choices(paper.rules), cost_limit(paper.rules)
    if most == 1:
        return ""
    if cost is not None:
        return say(language, "ussd_up_to_cost", limit=money(cost))
    return say(language, "ussd_up_to", limit=most)


def page(found: Sequence[str], session: Session) -> str:
    """The page on which a phone stands, or the last one if there are fewer now."""
    return found[min(session.page, len(found) - 1)]


@lru_cache(maxsize=512)
def _listed(same: tuple[_Same, ...], language: str, top: str, *, choosing: bool) -> tuple[str, ...]:
    papers = [key.paper for key in same]
    shared = collisions(papers)
    lines = [top]
    for paper in papers:
        lines.append(marked(paper, language, limits(paper, language) if choosing else "").strip(" ."))
        for proposal in paper.proposals:
            if not (choosing and proposal.withdrawn):
                area = f"{paper.area.code}*" if proposal.number in shared else ""
                lines.append(f"{area}{proposal.number} {label(proposal, language)}")
    return pages(list(filter(None, lines)), "", say(language, "ussd_more"), fits_ussd, end=say(language, "ussd_back"))
