"""What the minutes say of rules and of what officials decided."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether

from ballots.casting import cost_limit, most_choices
from ballots.model import Quota
from gateway.pages.wording import Wording
from gateway.printing.layout import BODY, SECTION, STRONG, rows, style, text
from gateway.printing.minutes_facts import Decided, Minutes
from gateway.printing.wording import TEXTS
from gateway.store import audit
from handlers.telling import in_language


def general(facts: Minutes, w: Wording) -> list[Flowable]:
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
        (w.say("rule"), _rule(w, rules.rule)),
        (w.say("threshold"), w.amount(rules.threshold)),
        *((w.say(f"quota_{quota.bound}", percent=quota.percent), _meant(quota, w)) for quota in rules.quotas),
        (w.say("ties_policy"), w.say(f"ties_{rules.ties}", seed=rules.lot_seed)),
    ]
    moved = "ended_early" if paper.closes_at < facts.planned_end else "ended_late"
    remark = [text(w.say(moved, planned=w.moment(facts.planned_end)), STRONG)]
    return [
        text(w.say("minutes_general"), SECTION),
        facts_table(shown),
        *(remark if paper.closes_at != facts.planned_end else []),
    ]


def _form(facts: Minutes, w: Wording) -> str:
    rules = facts.imprint.paper.rules
    most = most_choices(rules)
    form = "choose-1" if most == 1 else rules.form
    return w.say(f"form_{form}", limit=most, cost=w.tenge(cost_limit(rules) or 0))


def _rule(w: Wording, rule: str) -> str:
    """A counting rule in a sentence, or by its name where there is none."""
    name = f"rule_{rule}"
    return w.say(name) if name in TEXTS[w.language] else w.say("rule_named", rule=rule)


def _meant(quota: Quota, w: Wording) -> str:
    """Whom a quota is for: `SDG 3, 4`."""
    which = "of" if quota.values else "each"
    return w.say(f"quota_{quota.trait}_{which}", values=", ".join(quota.values))


def decisions(facts: Minutes, w: Wording) -> list[Flowable]:
    """Who opened, extended, ended and certified the vote, as the log says."""
    said = [text(_decided(each, w), BODY) for each in facts.decided]
    return [KeepTogether([text(w.say("decisions"), SECTION), *said])]


def _decided(one: Decided, w: Wording) -> str:
    who = ", ".join(w.say("operator") if name == audit.OPERATOR else name for name in one.who)
    reason = f" {w.say('decided_why', reason=one.reason)}" if one.reason else ""
    return f"{w.moment(one.at)}. {w.say(f'decided_{one.act}')}: {who}.{reason}"


def facts_table(shown: Sequence[tuple[str, str]]) -> Flowable:
    """Labels and values, side by side."""
    lines = [[text(label, style(9.5)), text(value, style(9.5, bold=True))] for label, value in shown]
    return rows(lines, (70, 110), headed=False)
