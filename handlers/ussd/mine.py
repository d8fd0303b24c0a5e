"""My vote: whether it arrived, on which day and under which receipt; never what it was. 1 is what may be done now."""

from ballots.cycles import is_open
from ballots.model import Standing
from ballots.polls import POLLS
from ballots.receipts import show as spaced
from handlers.messages import Entry, Found, Known, Session, Turn
from handlers.phrases import say
from handlers.receipting import of_entry
from handlers.telling import day
from handlers.ussd.lists import page, paged
from handlers.ussd.moves import go, leaf, stay
from handlers.ussd.saying import language_of, marked, place, tell, under

STANDS: dict[Standing, str] = {
    Standing.NONE: "ussd_mine_none",
    Standing.HELD: "ussd_mine_held",
    Standing.PENDING: "ussd_mine_pending",
    Standing.MIXED: "ussd_mine_mixed",
    Standing.PAPER: "ussd_mine_paper",
}

EXPIRED = "ussd_mine_expired"
"""Instead of the line for a held vote, once the phone cannot confirm it any more."""

LOST = "ussd_mine_lost"
"""Instead of the line for a counted vote, if its envelope could not be opened."""

DOES: dict[Standing, str] = {
    Standing.HELD: "ussd_do_confirm",
    Standing.PENDING: "ussd_do_change",
    Standing.NONE: "ussd_do_vote",
}
"""What 1 does, the first one that applies to a vote of this phone."""

WITH_RECEIPT = frozenset({Standing.PENDING, Standing.MIXED})

RECEIPT = "2"
"""The key that leads to the vote of any receipt."""


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    entry = _entry(session, known)
    if key == "1" and entry:
        return _do(entry, session)
    if key == RECEIPT:
        return go(session, "receipt")
    return leaf(key, session, len(_pages(session, known))) or stay(session, tell(known, "ussd_wrong_key"))


def _do(entry: Entry, session: Session) -> Turn:
    if entry.standing is Standing.HELD:
        return go(session, "held", poll=entry.paper.poll, choices=entry.choices)
    return go(session, "vote", changing=entry.standing is Standing.PENDING, area=0)


def _entry(session: Session, known: Known) -> Entry | None:
    """The vote that 1 acts upon; None if nothing can be done now."""
    for standing in DOES:
        for entry in known.entries:
            changeable = standing is not Standing.PENDING or POLLS[entry.paper.kind].changeable
            if entry.standing is standing and changeable and is_open(entry.paper, session.at):
                return entry
    return None


def _pages(session: Session, known: Known) -> tuple[str, ...]:
    """A line for each vote and its receipt; the last one, which gives way first, leads to any other receipt."""
    votes = (line for entry in known.entries for line in _lines(entry, session, known))
    lines = (*votes, tell(known, "ussd_do_receipt"))
    entry = _entry(session, known)
    does = f"{tell(known, DOES[entry.standing])} " if entry else ""
    return paged(lines, does + tell(known, "ussd_more"), does + tell(known, "ussd_back"))


def _lines(entry: Entry, session: Session, known: Known) -> tuple[str, ...]:
    language, found = language_of(known), of_entry(entry, known)
    expired = entry.standing is Standing.HELD and not is_open(entry.paper, session.at)
    said = stands(found, place(entry.paper.area, language), language, expired=expired)
    receipt = tell(known, "ussd_receipt", receipt=spaced(entry.receipt)) if entry.standing in WITH_RECEIPT else ""
    return tuple(filter(None, (marked(entry.paper, language, said.rstrip()), receipt)))


def stands(found: Found, where: str, language: str, *, expired: bool) -> str:
    """`Ауыл: дауыс есепке алынды 02.05`: where this vote stands; a held one may have `expired`."""
    phrase = EXPIRED if expired else STANDS[found.standing]
    return say(language, LOST if found.lost else phrase, place=where, day=day(found.on) if found.on else "")
