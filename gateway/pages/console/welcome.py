"""/console/welcome/{token}: a one-time link. Its owner chooses a password and is signed in.

Looking at the page uses nothing up: messengers look at links before people do.
"""

from gateway import passwords
from gateway.errors import NotThere, Unfit
from gateway.pages.console import sign_in
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import wrong
from gateway.store import audit, console_sessions, invitations, officials
from gateway.store.officials import Official


def show(desk: Desk) -> Answer:
    """The form, or that the link opens nothing any more."""
    return desk.screen("welcome.html", official=_invited(desk))


def take(desk: Desk) -> Answer:
    """Keep the password, use the link up, end older sessions, sign in. Raises WrongFields, NotThere."""
    official = _invited(desk)
    if official is None:
        raise NotThere("this link opens nothing any more", "link_used")
    password = desk.form.get("password")
    check_new(password, desk.form.get("again"), official)
    kept = passwords.hashed(password, desk.site.home.randomness)
    with desk.site.store.transaction() as tx:
        if not invitations.use(tx, desk.path["token"]):
            raise NotThere("this link opens nothing any more", "link_used")
        officials.set_password(tx, official.id, kept)
        console_sessions.end_all(tx, official.id)
        audit.record(tx, desk.site.keys, desk.at, official.name, "choose password")
    return sign_in.enter(desk, official.id)


def check_new(password: str, again: str, official: Official) -> None:
    """Raises WrongFields."""
    try:
        passwords.check(password, official.name)
    except Unfit as mistake:
        raise wrong("password", f"mistakes.{mistake.phrase}", **mistake.facts) from mistake
    if password != again:
        raise wrong("again", "wrong.not_the_same")


def _invited(desk: Desk) -> Official | None:
    with desk.site.store.reading() as tx:
        return invitations.by_token(tx, desk.path["token"], desk.at)
