"""What the lints find in a draft, each remark at the field of the form that causes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ballots import linting
from ballots.linting import Flaw
from ballots.model import Paper
from handlers import lint as texts
from handlers.lint import Flaw as TextFlaw

RULES = "rules"
"""The field of every flaw that is not below."""

FIELDS: Mapping[Flaw, str] = {
    Flaw.AREA_CODE: "area",
    Flaw.NO_PROPOSALS: "proposals",
    Flaw.NUMBER_OUT_OF_RANGE: "number",
    Flaw.NUMBER_TWICE: "number",
    Flaw.NUMBER_ELSEWHERE: "number",
    Flaw.NUMBER_UNCUSTOMARY: "number",
    Flaw.ID_TWICE: "proposals",
    Flaw.NO_COST: "cost",
    Flaw.NEVER_FITS: "cost",
    Flaw.NOBODY_FITS: "pb_budget",
    Flaw.NO_CHOICE_FITS: "max_cost",
    Flaw.FORM: "form",
    Flaw.LIMITS: "max_choices",
    Flaw.COST_LIMIT_UNUSED: "max_cost",
    Flaw.RULE: "rule",
    Flaw.THRESHOLD: "threshold",
    Flaw.NO_SEED: "lot_seed",
    Flaw.DATES: "closes_at",
    Flaw.GRACE: "grace_seconds",
}
"""Where to mend; a text that is missing is named by its finding."""

TEXT_FIELDS: Mapping[TextFlaw, str] = {
    TextFlaw.NO_SENTENCES: "title",
    TextFlaw.AREA_LONG: "area",
    TextFlaw.LABEL_MISSING: "short",
    TextFlaw.LABEL_BROKEN: "short",
    TextFlaw.LABEL_LONG: "short",
    TextFlaw.INFO_LONG: "text",
    TextFlaw.SCREEN_LONG: "short",
    TextFlaw.NOT_REACHED: "number",
    TextFlaw.NO_WAY_BACK: "proposals",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to mend, or to know."""

    number: int  # of the proposal; 0 = the cycle
    field: str
    language: str  # '' = all
    flaw: str  # name of the flaw in lower case: which sentence says it
    says: str  # in English
    facts: Mapping[str, object]  # what the sentence leaves open
    refuses: bool = True  # does it keep the paper from being opened?


def remarks(paper: Paper, others: Iterable[Paper], languages: Sequence[str]) -> tuple[Remark, ...]:
    """All of them, the cycle's own first, then by number; () = it can be opened.

    `others`: papers open on any of the same phones. Phones are not asked about a paper with nothing to choose.
    """
    choosable = any(not proposal.withdrawn for proposal in paper.proposals)
    return _sorted(linting.lint(paper, others, languages), texts.lint(paper, languages) if choosable else ())


def at_a_glance(paper: Paper, others: Iterable[Paper], languages: Sequence[str]) -> tuple[Remark, ...]:
    """The same without a walk over all screens, which takes tenths of a second: for a form being filled in."""
    return _sorted(linting.lint(paper, others, languages), texts.glance(paper, languages))


def _sorted(found: Iterable[linting.Finding], told: Iterable[texts.Finding]) -> tuple[Remark, ...]:
    every = (*map(_of_paper, found), *map(_of_text, told))
    once = {(one.number, one.field, one.language, one.flaw, one.says): one for one in every}
    return tuple(sorted(once.values(), key=lambda remark: remark.number))


def _of_paper(finding: linting.Finding) -> Remark:
    missing = finding.flaw is Flaw.LANGUAGE_MISSING
    return Remark(
        finding.number,
        finding.text if missing else FIELDS.get(finding.flaw, RULES),
        finding.detail if missing else "",
        finding.flaw.name.lower(),
        str(finding),
        {"detail": finding.detail},
        finding.refuses,
    )


def _of_text(finding: texts.Finding) -> Remark:
    return Remark(
        finding.number or 0,
        TEXT_FIELDS[finding.flaw],
        finding.language,
        finding.flaw.name.lower(),
        f"{finding.language}: {finding.what}; {finding.mend}",
        {"has": finding.has, "most": finding.most},
    )
