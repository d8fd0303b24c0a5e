"""What a phone meets when it dials: a direct dial, the dialogue it was cut off from, or the first screen.

Nothing that is dialled records a vote.
"""

from dataclasses import replace
from datetime import timedelta

from ballots.casting import check
from ballots.cycles import check_open, is_open
from ballots.eligibility import STANDINGS
from ballots.errors import Refused
from ballots.linting import FIRST_AREA_CODE
from ballots.model import Standing
from handlers.messages import Known, Outcome, Session, Turn, UssdTurn
from handlers.ussd.main import begin
from handlers.ussd.moves import go, home
from handlers.ussd.offers import current, entry_of, pick, readable
from handlers.ussd.saying import refusal, tell

CUT_OFF = timedelta(minutes=5)
"""How long a dialogue that was cut off can be taken up again."""

WORTH_ASKING = frozenset({"vote", "confirm", "held", "proposals", "info", "slip", "resume"})
"""Screens in the midst of something; the others are left by hanging up."""


def beyond(service_code: str, typed: str) -> str | None:
    """What was dialled beyond the service code, `7*3` of `*384*44135*7*3#`; None for another service."""
    service, wanted = service_code.rstrip("#"), typed.strip().rstrip("#")
    return wanted[len(service) :].lstrip("*") if f"{wanted}*".startswith(f"{service}*") else None


def dialled(turn: UssdTurn, session: Session | None, known: Known) -> Turn:
    """The screen that a new session begins with."""
    area, _, rest = turn.key.strip(" #*").partition("*")
    main = Session("main", turn.at)
    if area.isdecimal() and int(area) >= FIRST_AREA_CODE:
        return _direct(int(area), rest.partition("*")[0], main, known)
    if turn.key:
        return home(main)
    if session and session.screen in WORTH_ASKING and turn.at - session.at < CUT_OFF:
        return _cut_off(replace(session, at=turn.at, notice=""), known)
    return home(main) if known.language else Turn("", session=Session("language", turn.at))


def _cut_off(session: Session, known: Known) -> Turn:
    entry = entry_of(session.poll, known) if session.screen == "confirm" and not session.changing else None
    if entry and not STANDINGS[entry.standing].vote:
        return go(Session("main", session.at), "mine", notice=tell(known, "ussd_voted"))
    return Turn("", session=session) if session.screen == "resume" else go(session, "resume")


def _direct(area: int, key: str, main: Session, known: Known) -> Turn:
    there = replace(main, area=area)
    entries = tuple(entry for entry in known.entries if entry.paper.area.code == area)
    if not entries:
        return _read(key, there, known)
    if key:
        return _choose(key, there, replace(known, entries=entries))
    waiting = (entry for entry in entries if entry.standing is Standing.HELD and is_open(entry.paper, there.at))
    held = next(waiting, None)
    if held:
        return go(there, "held", poll=held.paper.poll, choices=held.choices)
    return begin(there, replace(known, entries=entries))


def _choose(key: str, there: Session, known: Known) -> Turn:
    """Straight to the question about the dialled proposal."""
    try:
        paper, choices = pick(key, current((entry.paper for entry in known.entries), there.at))
        check_open(paper, there.at)
        check(paper, choices)
    except Refused as error:
        return home(there, refusal(known, error), Outcome.REFUSED)
    entry = entry_of(paper.poll, known)
    if entry and not STANDINGS[entry.standing].change:
        return go(there, "mine", notice=tell(known, "ussd_already_voted"))
    return go(there, "confirm", poll=paper.poll, choices=choices)


def _read(key: str, there: Session, known: Known) -> Turn:
    """A phone that is not on this area's roll reads, and learns where one gets on it."""
    papers = readable(there, known)
    if not papers:
        return home(replace(there, area=0), tell(known, "ussd_no_such_area"))
    try:
        paper, choices = pick(key, papers)
    except Refused:
        return go(there, "proposals")
    return go(there, "info", poll=paper.poll, choices=choices[:1])
