"""The USSD menus: one module per screen, and the one function that answers a turn."""

from dataclasses import replace
from typing import Protocol

from handlers.messages import Known, Session, SetLanguage, Turn, UssdTurn
from handlers.ussd import (
    area,
    confirm,
    held,
    info,
    join,
    language,
    main,
    mine,
    proposals,
    receipt,
    results,
    resume,
    slip,
    vote,
)
from handlers.ussd.dial import dialled
from handlers.ussd.moves import ON_A_PAPER, home
from handlers.ussd.offers import paper_of
from handlers.ussd.saying import language_of
from handlers.values import renewed


class Screen(Protocol):
    """What a screen's module has."""

    def show(self, session: Session, known: Known, /) -> str:
        """What stands on the phone, with the session's notice above it."""

    def take(self, key: str, session: Session, known: Known, /) -> Turn:
        """What a key does. A turn without a text shows the screen on which its session stands."""


SCREENS: dict[str, Screen] = {
    "language": language,
    "main": main,
    "vote": vote,
    "confirm": confirm,
    "held": held,
    "mine": mine,
    "proposals": proposals,
    "info": info,
    "results": results,
    "area-proposals": area,
    "area-results": area,
    "join": join,
    "slip": slip,
    "receipt": receipt,
    "resume": resume,
}


def answer(turn: UssdTurn, session: Session | None, known: Known) -> Turn:
    """The next screen, what is to be done, and where the phone stands then. Any key whatever gives a screen.

    `session` is where this phone stood last, also in an operator's session that broke off; None if nowhere.
    """
    if turn.first:
        return _shown(dialled(turn, _sound(session, known), known), known)
    here = _sound(session, known)
    if here is None:
        return _shown(home(Session("main", turn.at)), known)
    here = renewed(here, at=turn.at, notice="")
    return _shown(SCREENS[here.screen].take(turn.key.strip(), here, known), known)


def _sound(session: Session | None, known: Known) -> Session | None:
    """The session, unless its screen or its paper is gone."""
    if session is None or session.screen not in SCREENS:
        return None
    screens = {session.screen, *(place.split()[0] for place in session.back)}
    if screens.isdisjoint(ON_A_PAPER):
        return session
    paper = paper_of(session.poll, known)
    return session if paper and session.choices and paper.by_number.keys() >= set(session.choices) else None


def _shown(turn: Turn, known: Known) -> Turn:
    for act in turn.acts:
        if isinstance(act, SetLanguage):
            known = replace(known, language=act.language)
    text = turn.text if turn.session is None else SCREENS[turn.session.screen].show(turn.session, known)
    return renewed(turn, text=text, language=language_of(known))
