"""/console/cycles/{cycle}/menu: all that a villager will read, with lengths and costs, and a phone to try it on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ballots.model import Paper
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from handlers.messages import Act, Cast, Change, Confirm, Join, SetLanguage, Stop
from handlers.preview import Shown, parts
from handlers.rehearsing import MOST, Does, Done, Exchange, rehearse

STRANGER = "stranger"
"""The phone of somebody who never chose a language."""

TOLD: dict[type[Act], str] = {
    Cast: "cast",
    Change: "change",
    Confirm: "confirm",
    SetLanguage: "language",
    Join: "join",
    Stop: "stop",
}
"""What would be written down, and the sentence that says so."""

FEW = 12
"""Screens of a place that come with the page; those of a place with more come when it is opened."""

LONGEST = 160  # letters of what is typed into the phone


@dataclass(frozen=True, slots=True)
class Group:
    """All screens of one place."""

    place: str
    screens: tuple[Shown, ...]
    opened: bool

    @property
    def here(self) -> bool:
        """Do they come with the page?"""
        return self.opened or len(self.screens) <= FEW


def show(desk: Desk) -> Answer:
    """Every screen in one language, and the phone as it stands after what was typed; nothing is kept."""
    draft = drafting.read(desk)
    language = _language(desk)
    paper = drafting.spoken(draft.paper, drafting.languages(desk))
    shown = drafting.screens(desk, paper, language)
    cost = parts(shown)
    return desk.screen(
        "menu.html",
        also=lambda name, **facts: also(desk, name, **facts),
        count=lambda one: drafting.count(desk, one),
        draft=draft,
        language=language,
        languages=drafting.languages(desk),
        groups=_groups(shown, desk.query.get("place", "")),
        cost=cost,
        long=sum(not one.size.fits for one in shown),
        dial=desk.site.gateway.service_code,
        direct=_direct(desk, paper),
        played=_played(desk, paper),
        told=lambda act: _told(desk, act),
        stranger=STRANGER,
        begins=desk.form.get("begins") or language,
        full=len(desk.form.all("done")) >= MOST,
    )


def take(desk: Desk) -> Answer:
    """The same after one more thing was done with the phone."""
    return show(desk)


def _groups(shown: Sequence[Shown], asked: str) -> list[Group]:
    """Open are the first one, the one asked for, and those with a text that does not fit."""
    places: dict[str, list[Shown]] = {}
    for one in shown:
        places.setdefault(one.place, []).append(one)
    first = next(iter(places), "")
    return [
        Group(place, tuple(screens), place in {first, asked} or not all(one.size.fits for one in screens))
        for place, screens in places.items()
    ]


def _language(desk: Desk) -> str:
    asked = desk.form.get("language") or desk.query.get("language", "")
    offered = drafting.languages(desk)
    own = desk.wording.language
    return asked if asked in offered else own if own in offered else offered[0]


def _played(desk: Desk, paper: Paper) -> tuple[Exchange, ...]:
    """The whole rehearsal, again from its beginning; of a paper with nothing to choose there is none."""
    done = [] if desk.form.get("again") else [one for line in desk.form.all("done") if (one := _read(line))]
    typed = desk.form.get("typed").strip()[:LONGEST]
    if desk.form.get("texts") and typed:
        done.append(Done(Does.TEXTS, typed))
    if desk.form.get("keys") and typed:
        done.append(Done(Does.DIALS if typed.startswith("*") else Does.KEYS, typed))
    if desk.form.get("dials"):
        done.append(Done(Does.DIALS, desk.site.gateway.service_code))
    begins = desk.form.get("begins") or _language(desk)
    known = begins if begins in drafting.languages(desk) else None
    return rehearse(paper, drafting.village(desk, known), done) if paper.proposals else ()


def _read(line: str) -> Done | None:
    """`keys 3`, as the page keeps what was done."""
    does, _, typed = line.partition(" ")
    return Done(Does(does), typed[:LONGEST]) if does in set(Does) else None


def _direct(desk: Desk, paper: Paper) -> str:
    """The string that a poster shows: straight to the first proposal."""
    numbers = [proposal.number for proposal in paper.proposals if not proposal.withdrawn]
    service = desk.site.gateway.service_code.rstrip("#")
    return f"{service}*{paper.area.code}*{numbers[0]}#" if numbers else ""


def _told(desk: Desk, act: Act) -> str:
    """What would be written down; '' = nothing worth telling."""
    name = TOLD.get(type(act), "")
    if not name:
        return ""
    if isinstance(act, SetLanguage):
        return desk.say(f"acts.{name}", language=also(desk, f"languages.{act.language}"))
    if isinstance(act, Cast | Change):
        held = isinstance(act, Cast) and act.held
        return desk.say("acts.held" if held else f"acts.{name}", numbers=_numbers(act.choices))
    return desk.say(f"acts.{name}")


def _numbers(choices: tuple[int, ...]) -> str:
    return ", ".join(f"№{number}" for number in choices)
