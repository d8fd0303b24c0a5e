"""Every screen that a phone can come to: all keys that mean something, from every way to dial."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.messages import Known, Session, Turn, UssdTurn
from handlers.ussd import answer
from handlers.ussd.moves import BACK

MENU_KEYS = (BACK, "0", "1", "2", "3", "4", "5", "x")
"""Keys tried on every screen; lists are tried with numbers too."""

FIRST = frozenset({"main", "language"})
"""Screens that a dialogue begins with."""

LATER_KEYS = (BACK, "0", "1")

LISTS = frozenset({"vote", "proposals", "area-proposals", "area-results", "slip", "receipt"})
"""Screens that take numbers."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What was met on the way."""

    turns: tuple[Turn, ...]  # every screen that was shown, each with its notices
    ways: Mapping[Session, Mapping[str, Session | None]]  # place -> key -> place; None = the dialogue ended

    def leads_home(self, place: Session) -> bool:
        """Does 00, pressed often enough, lead to one of the first screens?"""
        met: set[Session] = set()
        here: Session | None = place
        while here and here not in met:
            if here.screen in FIRST:
                return True
            met.add(here)
            here = self.ways[here].get(BACK)
        return False


def walk(known: Known, at: datetime, dials: Iterable[str], numbers: Sequence[str]) -> Walk:
    """All that a phone meets that dials `dials` and answers lists with `numbers`, without anything being written."""
    turns = [answer(UssdTurn("", "", dial, first=True, at=at), None, known) for dial in dials]
    ahead = [turn.session for turn in turns if turn.session]
    ways: dict[Session, dict[str, Session | None]] = {}
    while ahead:
        session = ahead.pop()
        if _place(session) in ways:
            continue
        keys = _keys(session, numbers)
        found = {key: answer(UssdTurn("", "", key, first=False, at=at), session, known) for key in keys}
        ways[_place(session)] = {key: turn.session and _place(turn.session) for key, turn in found.items()}
        turns.extend(found.values())
        ahead.extend(turn.session for turn in found.values() if turn.session)
    return Walk(tuple(turns), ways)


def _keys(session: Session, numbers: Sequence[str]) -> tuple[str, ...]:
    """On a later page a key means what it meant on the first; only turning it differs."""
    if session.page:
        return LATER_KEYS
    return (*MENU_KEYS, *numbers) if session.screen in LISTS else MENU_KEYS


def _place(session: Session) -> Session:
    """Sessions that differ only in a notice, or in the page to which 00 returns, are one place."""
    return replace(session, notice="", back=tuple(f"{place.split()[0]} 0" for place in session.back))
