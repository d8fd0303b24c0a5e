"""The proposals of one or more papers as pages of menu lines, kept between turns: papers do not change."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ballots.casting import cost_limit, most_choices
from ballots.model import Paper
from handlers.messages import Session
from handlers.phrases import say
from handlers.segments import fits_ussd, pages
from handlers.telling import amount
from handlers.ussd.offers import collisions
from handlers.ussd.saying import label, marked


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """A paper as a key of the cache: by identity, because comparing papers by value costs more than a screen."""

    paper: Paper

    def __hash__(self) -> int:
        return id(self.paper)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.paper is other.paper


def listed(papers: Sequence[Paper], language: str, top: str = "") -> tuple[str, ...]:
    """Pages of `3 Су құбыры`, a line each under `top`; `7*3 Су құбыры` where two papers have a 3."""
    return _listed(tuple(map(Same, papers)), language, top, choosing=False)


def ballot(papers: Sequence[Paper], language: str) -> tuple[str, ...]:
    """The same for choosing: the limit comes first where several may be chosen."""
    return _listed(tuple(map(Same, papers)), language, "", choosing=True)


def limits(paper: Paper, language: str) -> str:
    """How many proposals, or for how much money, one ballot may choose; '' for one."""
    most, cost = most_choices(paper.rules), cost_limit(paper.rules)
    if most == 1:
        return ""
    if cost is not None:
        return say(language, "ussd_up_to_cost", limit=amount(cost))
    return say(language, "ussd_up_to", limit=most)


@lru_cache(maxsize=1024)
def paged(lines: tuple[str, ...], more: str, end: str) -> tuple[str, ...]:
    """Whole lines on USSD pages; `more` and `end` are the keys of a page with another one after it, and of the last."""
    return pages(lines, "", more, fits_ussd, end=end)


def page(found: Sequence[str], session: Session) -> str:
    """The page on which a phone stands, or the last one if there are fewer now."""
    return found[min(session.page, len(found) - 1)]


@lru_cache(maxsize=512)
def _listed(same: tuple[Same, ...], language: str, top: str, *, choosing: bool) -> tuple[str, ...]:
    papers = [key.paper for key in same]
    shared = collisions(papers)
    lines = [top]
    for paper in papers:
        lines.append(marked(paper, language, limits(paper, language) if choosing else "").strip(" ."))
        for proposal in paper.proposals:
            if not proposal.withdrawn:
                area = f"{paper.area.code}*" if proposal.number in shared else ""
                lines.append(f"{area}{proposal.number} {label(proposal, language)}")
    return paged(tuple(filter(None, lines)), say(language, "ussd_more"), say(language, "ussd_back"))
