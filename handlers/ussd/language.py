"""The choice of a language: the first screen of a phone that never chose, and 5 in the main menu."""

from dataclasses import replace

from handlers.messages import Known, Session, SetLanguage, Turn
from handlers.phrases import say
from handlers.ussd.moves import BACK, back, home, stay
from handlers.ussd.saying import tell, under


def show(session: Session, known: Known) -> str:
    lines = [f"{key} {say(language, 'ussd_language')}" for key, language in enumerate(known.languages, start=1)]
    if session.back:
        lines.append(tell(known, "ussd_back"))
    return under(session.notice, "\n".join(lines))


def take(key: str, session: Session, known: Known) -> Turn:
    if key == BACK and session.back:
        return back(session)
    chosen = {str(number): language for number, language in enumerate(known.languages, start=1)}.get(key)
    if chosen is None:
        return stay(session, tell(known, "ussd_wrong_key"))
    return replace(home(session), acts=(SetLanguage(chosen),))
