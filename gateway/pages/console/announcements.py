"""/console/cycles/{cycle}/announcements: what was announced, how far it is, and a new one."""

from collections.abc import Callable, Mapping

from gateway import announcing
from gateway.announcing import By, Unsayable, Wish
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading, Wrong, WrongFields
from gateway.store import announcements
from gateway.store.announcements import Announcement
from gateway.store.engine import Tx
from gateway.store.outreach import Kind

FIELD = "text_"  # and a language of the gateway
WAITING = ("due", "leased", "paused")
ON_THE_WAY = ("sent", "unknown")


def show(desk: Desk) -> Answer:
    """All announcements of the cycle, in counts, and the form for a new one."""
    assert desk.cycle is not None
    with desk.site.store.reading() as tx:
        found = [one for one in announcements.every(tx) if one.cycle == desk.cycle.id]
        copies = {one.id: progress(announcements.progress(tx, one.id)) for one in found}
    home = desk.site.home.settings
    return desk.screen(
        "announcements.html",
        announcements=found[::-1],
        copies=copies,
        kinds=Kind,
        languages=home.gateway.languages,
        hours=home.announcements,
        unfinished=announcements.UNFINISHED,
    )


def take(desk: Desk) -> Answer:
    """What the pressed button says: look at one, send it; pause, resume, cancel. Raises Mistake, WrongFields."""
    act = desk.form.get("do")
    if act in ACTS:
        return desk.once(lambda tx: _act(desk, tx, act))
    wish = _wished(desk)
    try:
        if act == "send":
            return desk.once(lambda tx: _send(desk, tx, wish))
        with desk.site.store.reading() as tx:
            seen = announcing.preview(tx, desk.site.home, wish, desk.at)
    except Unsayable as mistake:
        raise WrongFields(
            {f"{FIELD}{language}": Wrong(f"flaws.{flaws[0]}", {}) for language, flaws in mistake.found.items()}
        ) from mistake
    return desk.screen("announcement.html", wish=wish, seen=seen, hours=desk.site.home.settings.announcements)


def progress(copies: Mapping[str, int]) -> dict[str, int]:
    """Copies by what a clerk asks: waiting, on the way, arrived, lost."""
    return {
        "waiting": sum(copies.get(state, 0) for state in WAITING),
        "on_the_way": sum(copies.get(state, 0) for state in ON_THE_WAY),
        "arrived": copies.get("delivered", 0),
        "lost": copies.get("dead", 0),
    }


def _wished(desk: Desk) -> Wish:
    """The form as it was filled in. Raises WrongFields."""
    assert desk.cycle is not None
    read = Reading(desk.form)
    kind = read.choice("kind", Kind)
    budget = read.whole("budget") if desk.form.get("budget").strip() else None
    own = {language: read.text(f"{FIELD}{language}", most=1000, needed=False) for language in _languages(desk)}
    read.done()
    return Wish(desk.cycle.id, kind, {language: text for language, text in own.items() if text}, budget)


def _languages(desk: Desk) -> tuple[str, ...]:
    languages: tuple[str, ...] = desk.site.home.settings.gateway.languages
    return languages


def _send(desk: Desk, tx: Tx, wish: Wish) -> SeeOther:
    announcing.send(tx, desk.site.home, wish, _by(desk))
    return SeeOther(f"/cycles/{wish.cycle}/announcements", "begun")


def _act(desk: Desk, tx: Tx, act: str) -> SeeOther:
    assert desk.cycle is not None
    read = Reading(desk.form)
    number = read.whole("announcement", most=10**9)
    read.done()
    if announcements.by_id(tx, number).cycle != desk.cycle.id:
        raise WrongFields({"announcement": Wrong("mistakes.no_announcement", {})})
    ACTS[act](tx, desk.site.home, number, _by(desk))
    return SeeOther(f"/cycles/{desk.cycle.id}/announcements", f"done.{act}")


def _by(desk: Desk) -> By:
    return By(desk.at, desk.visitor.official.name)


ACTS: dict[str, Callable[..., Announcement]] = {
    "pause": announcing.pause,
    "resume": announcing.resume,
    "cancel": announcing.cancel,
}
"""What a button does to an announcement."""
