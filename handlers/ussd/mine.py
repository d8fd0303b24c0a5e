"""My vote: whether it arrived, on which day and under which receipt; never what it was. 1 is what may be done now."""

from ballots.cycles import is_open
from ballots.model import Standing
from ballots.polls import POLLS
from ballots.receipts import show as spaced
from handlers.messages import Entry, Known, Session, Turn
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

DOES: dict[Standing, str] = {
    Standing.HELD: "ussd_do_confirm",
    Standing.PENDING: "ussd_do_change",
    Standing.NONE: "ussd_do_vote",
}
"""What 1 does, the first one that applies to a vote of this phone."""

WITH_RECEIPT = frozenset({Standing.PENDING, Standing.MIXED})


def show(session: Session, known: Known) -> str:
    return under(session.notice, page(_pages(session, known), session))


def take(key: str, session: Session, known: Known) -> Turn:
    entry = _entry(session, known)
    if key == "1" and entry:
        return _do(entry, session)
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
    lines = tuple(line for entry in known.entries for line in _lines(entry, session, known))
    entry = _entry(session, known)
    does = f"{tell(known, DOES[entry.standing])} " if entry else ""
    return paged(lines, does + tell(known, "ussd_more"), does + tell(known, "ussd_back"))


def _lines(entry: Entry, session: Session, known: Known) -> tuple[str, ...]:
    language = language_of(known)
    on = day(entry.voted_on) if entry.voted_on else ""
    expired = entry.standing is Standing.HELD and not is_open(entry.paper, session.at)
    stands = EXPIRED if expired else STANDS[entry.standing]
    said = tell(known, stands, place=place(entry.paper.area, language), day=on)
    receipt = tell(known, "ussd_receipt", receipt=spaced(entry.receipt)) if entry.standing in WITH_RECEIPT else ""
    return tuple(filter(None, (marked(entry.paper, language, said.rstrip()), receipt)))
