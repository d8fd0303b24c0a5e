"""/console/welcome/{token}: a one-time link. Its owner chooses a password and is signed in.

Looking at the page uses nothing up: messengers look at links before people do. Whoever is the first to come, chooses
a language and a name, too, and goes on to set the gateway up.
"""

from gateway import passwords
from gateway.claiming import FIRST
from gateway.errors import NotThere, Unfit
from gateway.pages.console import sign_in
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading, wrong
from gateway.store import audit, console_sessions, invitations, officials
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role


def show(desk: Desk) -> Answer:
    """The form, or that the link opens nothing any more. The first one is asked for a language before."""
    official, first = _invited(desk)
    if first and not desk.form.sent and "step" not in desk.query:
        return desk.screen("welcome_language.html")
    name = "" if official is None or official.name == FIRST else official.name
    return desk.screen("welcome.html", official=official, first=first, name=name)


def take(desk: Desk) -> Answer:
    """Keep the password, use the link up, end older sessions, sign in. Raises WrongFields, NotThere, Mistake."""
    official, first = _invited(desk)
    if official is None:
        raise NotThere("this link opens nothing any more", "link_used")
    name = _name(desk, official) if first else official.name
    password = desk.form.get("password")
    check_new(password, desk.form.get("again"), name)
    _claim(desk, official, name, passwords.hashed(password, desk.site.home.randomness))
    return sign_in.enter(desk, official.id, "/first-steps" if first else "")


def check_new(password: str, again: str, name: str) -> None:
    """May the official of this name choose this password, typed twice? Raises WrongFields."""
    try:
        passwords.check(password, name)
    except Unfit as mistake:
        raise wrong("password", f"mistakes.{mistake.phrase}", **mistake.facts) from mistake
    if password != again:
        raise wrong("again", "wrong.not_the_same")


def _invited(desk: Desk) -> tuple[Official | None, bool]:
    """Whose link this is, and whether it is the first administrator's."""
    with desk.site.store.reading() as tx:
        official = invitations.by_token(tx, desk.path["token"], desk.at)
        return official, official is not None and official.role is Role.ADMINISTRATOR and officials.unclaimed(tx)


def _name(desk: Desk, official: Official) -> str:
    """Raises WrongFields."""
    if "name" not in desk.form.fields:
        return official.name
    read = Reading(desk.form)
    name = read.text("name", most=80)
    read.done()
    return name


def _claim(desk: Desk, official: Official, name: str, kept: str) -> None:
    def work(tx: Tx) -> None:
        if not invitations.use(tx, desk.path["token"]):
            raise NotThere("this link opens nothing any more", "link_used")
        officials.rename(tx, official.id, name)
        officials.set_password(tx, official.id, kept)
        officials.set_language(tx, official.id, official.language or desk.wording.language)
        console_sessions.end_all(tx, official.id)
        audit.record(tx, desk.site.keys, desk.at, officials.by_id(tx, official.id).name, "choose password")

    with desk.site.store.transaction() as tx:
        work(tx)
