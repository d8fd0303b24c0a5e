"""/console/language: the language in which the console speaks to this official, or to this browser."""

from gateway.errors import Unfit
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.wording import LANGUAGES
from gateway.store import officials


def take(desk: Desk) -> Answer:
    """Keep it; back to the page where it was chosen. Raises Unfit."""
    language = desk.form.get("language")
    if language not in LANGUAGES:
        raise Unfit(f"the console does not speak {language!r}")
    if desk.who is not None:
        with desk.site.store.transaction() as tx:
            officials.set_language(tx, desk.who.official.id, language)
    return SeeOther(desk.form.get("to"), language=language)
