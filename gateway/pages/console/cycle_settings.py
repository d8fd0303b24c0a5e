"""/console/cycles/{cycle}/settings: title, money, dates and rules of a draft, and what the rules would do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ballots.errors import BadQuota
from ballots.examples import Example, example
from ballots.model import BallotForm, Bound, Paper, Ties, Trait, Visibility
from ballots.rules import RULES, quotas
from ballots.rules.decisions import Decision
from gateway.errors import Overtaken
from gateway.filling import followed
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, Conflict, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from gateway.pages.console.forms import Reading
from gateway.pages.notices import step_words, tie_words
from gateway.pages.wording import Wording as Spoken
from gateway.store import cycles, drafts
from gateway.store.drafts import Draft, Edit
from gateway.store.engine import Tx

MINUTE = 60  # seconds
MONEY = 10**13  # whole tenge, more than any budget
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "form": ("forms", tuple(BallotForm)),
    "rule": ("rules", tuple(RULES)),
    "ties": ("ties", tuple(Ties)),
    "visibility": ("visibilities", tuple(Visibility)),
    "publish": ("publishes", cycles.PUBLISH),
}
"""Field -> where its words are said, and the words."""

MOST_QUOTAS = 5

OF_RULES = ("form", "min_choices", "max_choices", "max_cost", "rule", "threshold", "lot_seed")


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the invented vote."""

    number: int
    name: str
    says: str
    funded: bool


def show(desk: Desk) -> Answer:
    """The form with its remarks, beside an invented vote counted by these rules."""
    draft = drafting.read(desk)
    shown = example(_as_typed(desk, draft) if desk.form.get("look") and not desk.wrongs else draft.paper)
    return desk.screen(
        "cycle_settings.html",
        also=lambda name, **facts: also(desk, name, **facts),
        said=lambda remark: drafting.said(desk, remark),
        draft=draft,
        kept=_kept(desk, draft),
        words={
            field: [(word, also(desk, f"{where}.{word}")) for word in words] for field, (where, words) in WORDS.items()
        },
        placed=drafting.at_fields(drafting.found_in(desk, draft), 0),
        groups=drafting.first_languages(desk),
        rows=range(MOST_QUOTAS),
        bounds=[(word, also(desk, f"bounds.{word}")) for word in Bound],
        traits=[(word, also(desk, f"traits.{word}")) for word in Trait],
        effect=list(_counted(desk, shown)),
        tied=tie_words(_spoken(desk), shown.tally, shown.paper),
        own=shown.own,
    )


def take(desk: Desk) -> Answer:
    """Save, or with `look` only show what the rules would do. Raises WrongFields, Conflict."""
    draft = drafting.read(desk)
    read = Reading(desk.form)
    settings = _later(desk, read) | (_settings(desk, read) if draft.open_to_edits else {})
    version = read.whole("version")
    read.done()
    if desk.form.get("look"):
        return show(desk)
    if draft.open_to_edits:
        settings["title"] = followed(settings["title"], draft.cycle.title, drafting.languages(desk))

    def save(tx: Tx) -> SeeOther:
        drafts.change(tx, draft.cycle.id, Edit(desk.visitor.official.name, version), **settings)
        desk.record(tx, "set cycle", cycle=draft.cycle.id, settings=sorted(settings))
        return SeeOther(f"/cycles/{draft.cycle.id}/settings", "saved")

    try:
        return desk.once(save)
    except Overtaken as overtaken:
        raise _conflict(desk, overtaken) from overtaken


def _settings(desk: Desk, read: Reading) -> dict[str, Any]:
    """What is frozen at opening, as typed; what is wrong is remembered by `read`."""
    titles = drafting.typed_texts(desk, "title")
    if not any(titles.values()):
        read.refuse(f"title.{drafting.first_languages(desk)[0][0]}", "wrong.needed")
    for language, title in titles.items():
        if len(title) > drafting.WIDEST:
            read.refuse(f"title.{language}", "wrong.long", most=drafting.WIDEST, length=len(title))
    return {
        "title": titles,
        "pb_budget": read.whole("pb_budget", most=MONEY),
        "total_budget": _optional(desk, read, "total_budget") or 0,
        "opens_at": _moment(desk, read, "opens_at"),
        "closes_at": _moment(desk, read, "closes_at"),
        "ties": _word(desk, read, "ties"),
        "grace_seconds": read.whole("grace_minutes", most=24 * 60) * MINUTE,
        "visibility": _word(desk, read, "visibility"),
        "echo": read.yes("echo"),
        "confirm_sms": read.yes("confirm_sms"),
        "mix_min": read.whole("mix_min", least=1, most=1000),
        **_rules(desk, read),
    }


def _rules(desk: Desk, read: Reading) -> dict[str, Any]:
    """A ballot for one proposal asks for no limits."""
    form = _word(desk, read, "form")
    several = form != BallotForm.CHOOSE_1
    return {
        "form": form,
        "min_choices": read.whole("min_choices", least=1, most=127) if several else 1,
        "max_choices": read.whole("max_choices", least=1, most=127) if several else 1,
        "max_cost": _optional(desk, read, "max_cost") if form == BallotForm.KNAPSACK else None,
        "rule": _word(desk, read, "rule"),
        "threshold": read.whole("threshold", most=10**6),
        "lot_seed": read.text("lot_seed", needed=False),
        "quotas": list(_quotas(desk, read)),
    }


def _quotas(desk: Desk, read: Reading) -> Iterator[str]:
    """Each row that has a percentage, as the store keeps it."""
    for row in range(MOST_QUOTAS):
        bound, trait, values = (desk.form.get(f"quota.{row}.{part}").strip() for part in ("bound", "trait", "values"))
        if not desk.form.get(f"quota.{row}.percent").strip():
            continue
        percent = read.whole(f"quota.{row}.percent", least=1, most=100)
        try:
            yield quotas.write(quotas.read(f"{bound} {trait}:{values or quotas.EACH}={percent}"))
        except BadQuota:
            read.refuse(f"quota.{row}.values", "wrong_quota")


def _later(desk: Desk, read: Reading) -> dict[str, Any]:
    """What may be changed on a published paper, too."""
    tally_at = read.text("tally_at")
    if not TIME.fullmatch(tally_at):
        read.refuse("tally_at", "wrong_time")
    return {"tally_at": tally_at, "publish": _word(desk, read, "publish")}


def _word(desk: Desk, read: Reading, field: str) -> str:
    typed = desk.form.get(field)
    if typed not in WORDS[field][1]:
        read.refuse(field, "wrong.choice")
    return typed


def _optional(desk: Desk, read: Reading, field: str) -> int | None:
    return read.whole(field, most=MONEY) if desk.form.get(field).strip() else None


def _moment(desk: Desk, read: Reading, field: str) -> datetime | None:
    return read.moment(field, desk.site.gateway.zone) if desk.form.get(field).strip() else None


def _kept(desk: Desk, draft: Draft) -> dict[str, Any]:
    """What stands in the fields."""
    cycle, rules = draft.cycle, draft.paper.rules
    return {
        "title": cycle.title,
        "pb_budget": cycle.pb_budget or "",
        "total_budget": cycle.total_budget or "",
        "opens_at": _local(desk, draft.opens_at),
        "closes_at": _local(desk, draft.closes_at),
        "ties": str(rules.ties),
        "grace_minutes": int(draft.paper.grace.total_seconds()) // MINUTE,
        "visibility": str(cycle.visibility),
        "publish": cycle.publish,
        "echo": cycle.echo,
        "confirm_sms": cycle.confirm_sms,
        "mix_min": cycle.mix_min,
        "tally_at": cycle.tally_at,
        **{name: getattr(rules, name) for name in OF_RULES},
        "form": str(rules.form),
        "max_cost": rules.max_cost or "",
        "quotas": rules.quotas,
    }


def _local(desk: Desk, at: datetime | None) -> str:
    """As a datetime-local field has it, by the notice board's clock."""
    return "" if at is None else f"{at.astimezone(desk.site.gateway.zone):%Y-%m-%dT%H:%M}"


def _as_typed(desk: Desk, draft: Draft) -> Paper:
    """The paper under the rules that stand in the form."""
    read = Reading(desk.form)
    typed = _rules(desk, read) | {"ties": _word(desk, read, "ties"), "budget": read.whole("pb_budget", most=MONEY)}
    words: dict[str, Any] = {"form": BallotForm(typed["form"]), "ties": Ties(typed["ties"])}
    words["quotas"] = tuple(map(quotas.read, typed["quotas"]))
    return replace(draft.paper, rules=replace(draft.paper.rules, **typed | words))


def _counted(desk: Desk, shown: Example) -> Iterator[Counted]:
    for step in shown.tally.steps:
        proposal = shown.paper.by_number[step.number]
        name = desk.name_of(proposal.names) if proposal.names else desk.say("example_proposal", number=step.number)
        says = step_words(_spoken(desk), step, shown.paper)
        yield Counted(step.number, name, says, step.decision == Decision.FUNDED)


def _spoken(desk: Desk) -> Spoken:
    return Spoken(desk.wording.language, desk.site.gateway.zone)


def _conflict(desk: Desk, overtaken: Overtaken) -> Conflict:
    draft = drafting.read(desk)
    kept = _kept(desk, draft)
    pairs = drafting.text_pairs(desk, "title", draft.cycle.title, drafting.typed_texts(desk, "title"))
    for field in kept:
        if field == "title":
            continue
        now, typed = kept[field], desk.form.get(field)
        if field == "quotas":
            now, typed = "; ".join(map(quotas.write, now)), "; ".join(_quotas(desk, Reading(desk.form)))
        if field in {"echo", "confirm_sms"}:
            now, typed = (also(desk, f"yes_no.{bool(value)}") for value in (now, typed))
        if field in WORDS:
            now, typed = (also(desk, f"{WORDS[field][0]}.{value}") for value in (now, typed))
        pairs.append((also(desk, f"fields.{field}"), now, typed))
    return drafting.conflict(overtaken, draft.cycle.version, pairs)
