"""The minutes (хаттама, протокол) of a closed vote, for signature: figures, rule, results, steps, seals."""

from collections.abc import Callable, Sequence
from functools import partial

from reportlab.platypus import Flowable, KeepTogether

from ballots.casting import cost_limit, most_choices
from ballots.ledger import short_head
from ballots.model import Proposal
from gateway.pages.notices import step_words, tie_words
from gateway.pages.wording import Wording
from gateway.printing import layout, minutes_seals
from gateway.printing.board import percent
from gateway.printing.layout import (
    BODY,
    SECTION,
    SMALL,
    SMALL_STRONG,
    STRONG,
    Cell,
    Line,
    Part,
    columns,
    gap,
    grouped,
    labelled,
    rows,
    style,
    text,
)
from gateway.printing.minutes_facts import Minutes
from gateway.printing.wording import TEXTS
from handlers.telling import in_language

RIGHT, RIGHT_STRONG = style(9.5, right=True), style(9.5, bold=True, right=True)


def minutes(facts: Minutes) -> bytes:
    """The minutes as a PDF: a part for each language, to be signed on its own. Each page carries the log's head."""
    imprint, head = facts.imprint, grouped(short_head(facts.counted.head))
    parts = [
        Part(
            f"{imprint.foot(words.say('minutes'))} · H: {head}", imprint.numbered(words), partial(_story, facts, words)
        )
        for words in imprint.words
    ]
    return layout.pdf(imprint.bound("minutes", parts))


def _story(facts: Minutes, words: Wording) -> list[Flowable]:
    story: list[Flowable] = []
    for part in _PARTS:
        story += [*part(facts, words), gap(3.5)]
    return story


def _title(facts: Minutes, w: Wording) -> list[Flowable]:
    imprint = facts.imprint
    places = [imprint.paper.area.names, *imprint.above]
    return [
        *([layout.marked(w.say("for_two")), gap(2)] if facts.for_two else []),
        text(w.say("minutes").upper(), style(20, bold=True, centred=True)),
        text(w.say("minutes_about"), style(12, centred=True)),
        gap(3),
        columns([text(w.say("minutes_date")), text(w.say("minutes_number"), style(10, right=True))], (1, 1)),
        columns([text(w.say("minutes_place")), ""], (1, 1)),
        _facts([(w.say("minutes_area"), ", ".join(in_language(names, w.language) for names in places))]),
    ]


def _general(facts: Minutes, w: Wording) -> list[Flowable]:
    paper, rules = facts.imprint.paper, facts.imprint.paper.rules
    shown = [
        (w.say("minutes_question"), in_language(paper.title, w.language)),
        (
            w.say("period"),
            w.say("period_value", opens_at=w.moment(paper.opens_at), closes_at=w.moment(paper.closes_at)),
        ),
        *([(w.say("minutes_code"), facts.dial)] if facts.dial else []),
        (w.say("budget"), w.tenge(rules.budget)),
        (w.say("form"), _form(facts, w)),
        (w.say("verified"), w.say(f"verified_{facts.method}")),
        (w.say("rule"), rule_words(w, rules.rule)),
        (w.say("threshold"), w.amount(rules.threshold)),
        (w.say("ties_policy"), w.say(f"ties_{rules.ties}", seed=rules.lot_seed)),
    ]
    moved = "ended_early" if paper.closes_at < facts.planned_end else "ended_late"
    remark = [text(w.say(moved, planned=w.moment(facts.planned_end)), STRONG)]
    return [
        text(w.say("minutes_general"), SECTION),
        _facts(shown),
        *(remark if paper.closes_at != facts.planned_end else []),
    ]


def _form(facts: Minutes, w: Wording) -> str:
    rules = facts.imprint.paper.rules
    most = most_choices(rules)
    form = "choose-1" if most == 1 else rules.form
    return w.say(f"form_{form}", limit=most, cost=w.tenge(cost_limit(rules) or 0))


def rule_words(w: Wording, rule: str) -> str:
    """A counting rule in a sentence, or by its name where there is none."""
    name = f"rule_{rule}"
    return w.say(name) if name in TEXTS[w.language] else w.say("rule_named", rule=rule)


def _turnout(facts: Minutes, w: Wording) -> list[Flowable]:
    turnout, counted = facts.turnout, facts.counted
    shown = [
        (w.say("on_roll"), w.amount(turnout.roll)),
        (w.say("turnout"), w.amount(counted.accepted + turnout.unreadable)),
        *([(w.say("share"), percent(counted.accepted + turnout.unreadable, turnout.roll))] if turnout.roll else []),
        *((w.say(f"channel_{channel}"), w.amount(votes)) for channel, votes in turnout.channels),
        *([(w.say("unreadable"), w.amount(turnout.unreadable))] if turnout.unreadable else []),
        *([(w.say("held"), w.amount(turnout.held))] if turnout.held else []),
        (w.say("votes_counted"), w.amount(counted.tally.ballots)),
    ]
    told = turnout.channels or not counted.accepted + turnout.unreadable
    hidden = [] if told else [text(w.say("channels_hidden"), SMALL)]
    return [text(w.say("turnout_section"), SECTION), _facts(shown), *hidden]


def _results(facts: Minutes, w: Wording) -> list[Flowable]:
    tally = facts.counted.tally
    heading: list[Cell] = [
        text("№", SMALL_STRONG),
        text(w.say("results_project"), SMALL_STRONG),
        text(w.say("cost"), style(8.5, bold=True, right=True)),
        text(w.say("results_votes"), style(8.5, bold=True, right=True)),
        text(w.say("results_share"), style(8.5, bold=True, right=True)),
        text(w.say("results_outcome"), SMALL_STRONG),
    ]
    spent = sum(each.cost for each in facts.imprint.paper.proposals if each.proposal_id in tally.funded)
    money = [
        (w.say("funded_total"), w.tenge(spent)),
        (w.say("funded_left"), w.tenge(facts.imprint.paper.rules.budget - spent)),
    ]
    return [
        text(w.say("results"), SECTION),
        gap(1),
        rows([heading, *(_result(facts, w, each) for each in _ranking(facts))], (11, 77, 31, 17, 18, 26)),
        gap(1),
        *([] if tally.funded else [text(w.say("nothing_funded"), STRONG)]),
        _facts(money),
    ]


def _result(facts: Minutes, w: Wording, proposal: Proposal) -> list[Cell]:
    tally = facts.counted.tally
    votes, funded = tally.votes[proposal.proposal_id], proposal.proposal_id in tally.funded
    said = [text(in_language(proposal.names, w.language), style(9.5, bold=funded))]
    if proposal.withdrawn:
        said.append(text(w.say("withdrawn"), SMALL))
    return [
        text(str(proposal.number), STRONG),
        said,
        text(w.amount(proposal.cost), RIGHT),
        text(w.amount(votes), RIGHT_STRONG),
        text(percent(votes, tally.ballots), RIGHT),
        text(f"✓ {w.say('funded')}" if funded else w.say("not_funded"), style(9, bold=funded)),
    ]


def _ranking(facts: Minutes) -> list[Proposal]:
    """In the order of the count, else by votes."""
    tally = facts.counted.tally
    place = {step.number: at for at, step in enumerate(tally.steps)}

    def order(proposal: Proposal) -> tuple[int, int, int]:
        return place.get(proposal.number, 0), -tally.votes[proposal.proposal_id], proposal.number

    return sorted(facts.imprint.paper.proposals, key=order)


def _ties(facts: Minutes, w: Wording) -> list[Flowable]:
    tally = facts.counted.tally
    said = tie_words(w, tally, facts.imprint.paper)
    decisive = [*said] if any(tie.decisive for tie in tally.ties) else [*said, w.say("no_ties")]
    return [KeepTogether([text(w.say("ties"), SECTION), *(text(each, BODY) for each in decisive)])]


def _steps(facts: Minutes, w: Wording) -> list[Flowable]:
    paper, tally = facts.imprint.paper, facts.counted.tally
    if not tally.steps:
        return []
    lines: list[Line] = []
    for place, step in enumerate(tally.steps, 1):
        name = in_language(paper.by_number[step.number].names, w.language)
        said = f"{w.say('numbered', number=step.number)} {name}. {step_words(w, step, paper)}"
        lines.append([text(f"{place}.", SMALL), text(said, style(9))])
    budget = labelled(w.say("budget"), w.tenge(paper.rules.budget), SMALL)
    return [text(w.say("steps"), SECTION), budget, gap(1), rows(lines, (10, 170), headed=False)]


def _facts(shown: Sequence[tuple[str, str]]) -> Flowable:
    """Labels and values, side by side."""
    lines = [[text(label, style(9.5)), text(value, style(9.5, bold=True))] for label, value in shown]
    return rows(lines, (70, 110), headed=False)


_PARTS: tuple[Callable[[Minutes, Wording], list[Flowable]], ...] = (
    _title,
    _general,
    _turnout,
    _results,
    _ties,
    _steps,
    minutes_seals.batches,
    minutes_seals.sealed,
)
