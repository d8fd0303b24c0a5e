"""/console/areas/{area}/new: a vote begins from a template of a regulation, or as a copy of another one."""

from ballots.model import Phase
from gateway.filling import filled
from gateway.methods import METHODS, settings_of
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import WIDEST, also, first_languages, languages, typed_texts
from gateway.pages.console.forms import Reading
from gateway.store import copying, cycles
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx


def show(desk: Desk) -> Answer:
    """The form, with a title that only wants its year looked at."""
    with desk.site.store.reading() as tx:
        sources = _sources(desk, tx)
    language = desk.wording.language
    methods = [(name, method.names[language], method.about[language]) for name, method in METHODS.items()]
    copies = [("", desk.say("no_copy")), *((str(cycle.id), _named(desk, cycle)) for cycle in sources)]
    year = desk.at.astimezone(desk.site.gateway.zone).year + 1
    return desk.screen(
        "new_cycle.html",
        also=lambda name, **facts: also(desk, name, **facts),
        said=lambda remark: drafting.said(desk, remark),
        placed={},
        methods=methods,
        copies=copies,
        groups=first_languages(desk),
        usual={language: desk.say(f"usual.{language}", year=year) for language in ("kk", "ru")},
    )


def take(desk: Desk) -> Answer:
    """Make the draft. Raises WrongFields."""
    read = Reading(desk.form)
    like = desk.form.get("like")
    method = "" if like else read.text("source")
    titles = filled(typed_texts(desk, "title"), languages(desk))
    if not titles:
        read.refuse(f"title.{first_languages(desk)[0][0]}", "wrong.needed")
    for language, title in titles.items():
        if len(title) > WIDEST:
            read.refuse(f"title.{language}", "wrong.long", most=WIDEST, length=len(title))
    budget = read.whole("pb_budget", least=1)
    with desk.site.store.reading() as tx:
        if like and like not in {str(cycle.id) for cycle in _sources(desk, tx)}:
            read.refuse("like", "wrong.choice")
    if not like and method not in METHODS:
        read.refuse("source", "wrong.choice")
    read.done()

    def make(tx: Tx) -> SeeOther:
        made = _copied(desk, tx, int(like), titles) if like else _new(desk, tx, method, titles)
        cycles.change(tx, made.id, by=desk.visitor.official.name, pb_budget=budget)
        return SeeOther(f"/cycles/{made.id}/settings", "made")

    return desk.once(make)


def _new(desk: Desk, tx: Tx, method: str, titles: dict[str, str]) -> Cycle:
    made = cycles.new(tx, _code(desk), titles, desk.at, **settings_of(method))
    desk.record(tx, "new cycle", cycle=made.id, area=_code(desk))
    return made


def _copied(desk: Desk, tx: Tx, like: int, titles: dict[str, str]) -> Cycle:
    made = copying.copy(tx, like, _code(desk), desk.at, titles)
    desk.record(tx, "new cycle", cycle=made.id, area=_code(desk), like=like)
    return made


def _code(desk: Desk) -> int:
    assert desk.place is not None
    return desk.place.code


def _sources(desk: Desk, tx: Tx) -> list[Cycle]:
    """What may be copied: one's own areas' votes, and whatever was published; the newest first."""
    drafts = (Phase.DRAFT, Phase.IDEAS, Phase.REVIEW)
    found = [one for one in cycles.every(tx) if one.phase not in drafts or desk.visitor.oversees(one.place.id)]
    return found[::-1]


def _named(desk: Desk, cycle: Cycle) -> str:
    return f"{desk.name_of(cycle.place.area.names)}: {desk.name_of(cycle.title)} ({cycle.id})"
