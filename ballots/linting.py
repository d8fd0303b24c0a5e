"""What must not be published: a paper is looked through before its manifest is frozen.

How long texts may be, and whether every screen can be reached, is looked at where screens are made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ballots.casting import cost_limit
from ballots.model import NUMBERS, AreaKind, BallotForm, Bound, Paper, Proposal, Texts, Ties
from ballots.polls import POLLS
from ballots.rules import RULES, quotas

FIRST_AREA_CODE = 7
"""Codes 1 to 6 are keys of the first screen; a direct dial could not be told from them."""

CUSTOMARY = {AreaKind.AUL: range(1, 100), AreaKind.DISTRICT: range(101, 128)}
"""Numbers by which a phone on both rolls tells its aul's proposals from its district's."""


class Flaw(StrEnum):
    """What may be wrong with a paper or one of its proposals, as a sentence; {detail} comes from the finding."""

    AREA_CODE = "the area's code must be {detail} or greater"
    NO_PROPOSALS = "there is nothing to choose from"
    NUMBER_OUT_OF_RANGE = "numbers go from 1 to 127"
    NUMBER_TWICE = "the number stands twice on the paper"
    NUMBER_ELSEWHERE = "the number is also on the open paper of area {detail}, on the same phones"
    NUMBER_UNCUSTOMARY = "auls use the numbers 1 to 99, districts 101 to 127"
    ID_TWICE = "the id {detail} stands twice on the paper"
    NO_COST = "it has no cost"
    NEVER_FITS = "it costs more than the whole budget"
    NOBODY_FITS = "no proposal fits the budget of {detail} tenge"
    NO_CHOICE_FITS = "no proposal fits the limit of {detail} tenge for one ballot"
    LANGUAGE_MISSING = "no text in {detail}"
    FORM = "this kind of poll does not use the ballot form {detail}"
    LIMITS = "nobody can fill in a ballot with {detail} choices"
    COST_LIMIT_UNUSED = "only a knapsack ballot limits the sum of costs"
    RULE = "there is no counting rule {detail}"
    THRESHOLD = "a threshold below zero"
    QUOTA = "a quota is 1 to 100 percent of the budget, not {detail}"
    FLOORS = "the floors reserve {detail} percent of the budget"
    QUOTA_OF_NONE = "no proposal is one of {detail}, which a quota names"
    NO_SEED = "ties by lot need a seed that is published before the vote"
    DATES = "voting must close after it opens"
    GRACE = "the grace must not be negative"


ADVICE = frozenset({Flaw.NUMBER_UNCUSTOMARY, Flaw.NEVER_FITS, Flaw.QUOTA_OF_NONE})
"""Flaws that a paper may be published with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw and where it is."""

    flaw: Flaw
    number: int = 0  # of the proposal; 0 = the paper as a whole
    detail: str = ""  # what the flaw's sentence leaves open
    text: str = ""  # which of its texts: area, title, name, short or text

    @property
    def refuses(self) -> bool:
        """Does this keep the paper from being published?"""
        return self.flaw not in ADVICE

    def __str__(self) -> str:
        says = self.flaw.format(detail=self.detail)
        return f"proposal {self.number}: {says}" if self.number else says


def lint(paper: Paper, others: Iterable[Paper], languages: Iterable[str]) -> tuple[Finding, ...]:
    """All that is wrong with `paper`; () = publish it.

    `others`: the papers that are open on any of the same phones. `languages`: codes that every text must be in.
    """
    return (
        *_area_and_dates(paper),
        *_numbers(paper),
        *_overlaps(paper, others),
        *_texts(paper, tuple(languages)),
        *_form(paper),
        *(_money(paper) if POLLS[paper.kind].funds else ()),
    )


def _area_and_dates(paper: Paper) -> Iterator[Finding]:
    if paper.area.code < FIRST_AREA_CODE:
        yield Finding(Flaw.AREA_CODE, detail=str(FIRST_AREA_CODE))
    if paper.closes_at <= paper.opens_at:
        yield Finding(Flaw.DATES)
    if paper.grace < timedelta(0):
        yield Finding(Flaw.GRACE)


def _numbers(paper: Paper) -> Iterator[Finding]:
    customary = CUSTOMARY.get(paper.area.kind, NUMBERS)
    for number, times in Counter(proposal.number for proposal in paper.proposals).items():
        if times > 1:
            yield Finding(Flaw.NUMBER_TWICE, number)
        if number not in NUMBERS:
            yield Finding(Flaw.NUMBER_OUT_OF_RANGE, number)
        elif number not in customary:
            yield Finding(Flaw.NUMBER_UNCUSTOMARY, number)
    for proposal_id, times in Counter(proposal.proposal_id for proposal in paper.proposals).items():
        if times > 1:
            yield Finding(Flaw.ID_TWICE, detail=proposal_id)


def _overlaps(paper: Paper, others: Iterable[Paper]) -> Iterator[Finding]:
    for other in others:
        if other.poll != paper.poll:
            for number in sorted(paper.by_number.keys() & other.by_number.keys()):
                yield Finding(Flaw.NUMBER_ELSEWHERE, number, str(other.area.code))


def _texts(paper: Paper, languages: tuple[str, ...]) -> Iterator[Finding]:
    every: list[tuple[int, str, Texts]] = [(0, "area", paper.area.names), (0, "title", paper.title)]
    for proposal in paper.proposals:
        every += [(proposal.number, "name", proposal.names), (proposal.number, "short", proposal.shorts)]
        if any(text.strip() for text in proposal.texts.values()):
            every.append((proposal.number, "text", proposal.texts))
    for number, text, texts in every:
        for language in languages:
            if not texts.get(language, "").strip():
                yield Finding(Flaw.LANGUAGE_MISSING, number, language, text)


def _form(paper: Paper) -> Iterator[Finding]:
    rules = paper.rules
    choosable = len(_choosable(paper))
    if not choosable:
        yield Finding(Flaw.NO_PROPOSALS)
    if rules.form not in POLLS[paper.kind].forms:
        yield Finding(Flaw.FORM, detail=rules.form)
    one = rules.form is BallotForm.CHOOSE_1 and (rules.min_choices, rules.max_choices) != (1, 1)
    if one or not 1 <= rules.min_choices <= min(rules.max_choices, max(choosable, 1)):
        yield Finding(Flaw.LIMITS, detail=f"{rules.min_choices} to {rules.max_choices}")
    if rules.max_cost is not None and rules.form is not BallotForm.KNAPSACK:
        yield Finding(Flaw.COST_LIMIT_UNUSED)


def _money(paper: Paper) -> Iterator[Finding]:
    rules = paper.rules
    choosable = _choosable(paper)
    for proposal in choosable:
        if proposal.cost <= 0:
            yield Finding(Flaw.NO_COST, proposal.number)
        if proposal.cost > rules.budget:
            yield Finding(Flaw.NEVER_FITS, proposal.number)
    cheapest = min((proposal.cost for proposal in choosable), default=0)
    if cheapest > rules.budget or rules.budget <= 0:
        yield Finding(Flaw.NOBODY_FITS, detail=str(rules.budget))
    limit = cost_limit(rules)
    if limit is not None and cheapest > limit:
        yield Finding(Flaw.NO_CHOICE_FITS, detail=str(limit))
    if rules.rule not in RULES:
        yield Finding(Flaw.RULE, detail=rules.rule)
    if rules.threshold < 0:
        yield Finding(Flaw.THRESHOLD)
    if rules.ties is Ties.LOT and not rules.lot_seed:
        yield Finding(Flaw.NO_SEED)
    yield from _quotas(paper)


def _quotas(paper: Paper) -> Iterator[Finding]:
    reserved = 0
    for quota in paper.rules.quotas:
        meant = quotas.meant(quota, paper.rules.budget, paper.proposals)
        if not 1 <= quota.percent <= 100:
            yield Finding(Flaw.QUOTA, detail=str(quota.percent))
        if not any(cap.numbers for cap in meant):
            yield Finding(Flaw.QUOTA_OF_NONE, detail=quotas.show(quota))
        reserved += quota.percent * len(meant) * (quota.bound is Bound.FLOOR)
    if reserved > 100:
        yield Finding(Flaw.FLOORS, detail=str(reserved))


def _choosable(paper: Paper) -> list[Proposal]:
    return [proposal for proposal in paper.proposals if not proposal.withdrawn]
