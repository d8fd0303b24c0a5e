"""The ways between screens. A turn that stays in the menus has no text yet: ussd.answer lets its screen speak."""

from handlers.messages import Act, Outcome, Session, Turn

NEXT, BACK = "0", "00"

ON_A_PAPER = frozenset({"confirm", "held", "info"})
"""Screens that show choices on a paper; on the way back from them the choice is forgotten."""


def go(session: Session, screen: str, **changes: object) -> Turn:
    """On to another screen, from which 00 comes back here."""
    back = (f"{session.screen} {session.page}", *session.back)
    return Turn("", session=session.on(screen, **{"page": 0, "back": back, **changes}))


def stay(session: Session, notice: str, outcome: Outcome = Outcome.ANSWERED) -> Turn:
    """The same screen again under one line that helps."""
    return Turn("", outcome, session=session.on(session.screen, notice=notice))


def home(session: Session, notice: str = "", outcome: Outcome = Outcome.ANSWERED, acts: tuple[Act, ...] = ()) -> Turn:
    """The main menu; what was chosen on the way is forgotten."""
    return Turn("", outcome, acts, session=Session("main", session.at, notice=notice))


def back(session: Session) -> Turn:
    """Where this screen was reached from."""
    screen, page = session.back[0].split() if session.back else ("main", "0")
    if screen == "main":
        return home(session)
    kept = {} if screen in ON_A_PAPER else {"poll": None, "choices": ()}
    return Turn("", session=session.on(screen, page=int(page), back=session.back[1:], **kept))


def leaf(key: str, session: Session, pages: int) -> Turn | None:
    """A key that turns pages: 0 to the next one, 00 to the one before or out of here. None for any other key."""
    if key == NEXT and session.page + 1 < pages:
        return Turn("", session=session.on(session.screen, page=session.page + 1))
    if key == BACK:
        return Turn("", session=session.on(session.screen, page=session.page - 1)) if session.page else back(session)
    return None


def end(text: str, outcome: Outcome, *acts: Act) -> Turn:
    """The last screen of the dialogue."""
    return Turn(text, outcome, acts)
