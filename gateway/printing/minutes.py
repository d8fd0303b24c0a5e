"""The minutes (хаттама, протокол) of a closed vote, for signature: figures, rule, results, steps, seals."""

from collections.abc import Callable
from functools import partial

from reportlab.platypus import Flowable, KeepTogether

from ballots.ledger import short_head
from ballots.model import Proposal
from gateway.pages.notices import step_words, tie_words
from gateway.pages.wording import Wording
from gateway.printing import layout, minutes_rules, minutes_seals
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
from gateway.printing.minutes_rules import facts_table
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
        facts_table([(w.say("minutes_area"), ", ".join(in_language(names, w.language) for names in places))]),
    ]


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
    return [text(w.say("turnout_section"), SECTION), facts_table(shown), *hidden]


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
        KeepTogether(facts_table(money)),
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


_PARTS: tuple[Callable[[Minutes, Wording], list[Flowable]], ...] = (
    _title,
    minutes_rules.general,
    minutes_rules.decisions,
    _turnout,
    _results,
    _ties,
    _steps,
    minutes_seals.batches,
    minutes_seals.sealed,
)
