"""/console/sign-in: a name and a password. Wrong ones are told alike and wait longer each time."""

from gateway import passwords
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading, wrong
from gateway.store import attempts, audit, console_sessions, officials
from gateway.store.engine import Tx

LONGEST = 300  # characters that are looked at


def show(desk: Desk) -> Answer:
    """The form; who is signed in already goes on."""
    if desk.who is not None and not desk.form.sent:
        return SeeOther("")
    return desk.screen("sign_in.html", to=desk.form.get("to") or desk.query.get("to", ""))


def take(desk: Desk) -> Answer:
    """Sign in, with a new token. Raises WrongFields."""
    read = Reading(desk.form)
    name, password = read.text("name", most=LONGEST), desk.form.get("password")[:LONGEST]
    read.done()
    wait_or_go_on(desk, name)
    with desk.site.store.reading() as tx:
        official = officials.by_name(tx, name)
        kept = officials.password_hash(tx, official.id) if official else ""
    if not passwords.fits(password, kept) or official is None:
        raise wrong("name", "wrong_sign_in")
    with desk.site.store.transaction() as tx:
        attempts.succeed(tx, name, desk.address)
    return enter(desk, official.id, desk.form.get("to"))


def enter(desk: Desk, official: int, to: str = "") -> SeeOther:
    """A new session for this browser; the one it had before ends (no session is ever taken over)."""

    def begin(tx: Tx) -> str:
        if desk.who is not None:
            console_sessions.end(tx, desk.who.session, desk.who.official.id)
        name = officials.by_id(tx, official).name
        audit.record(tx, desk.site.keys, desk.at, name, "sign in")
        return console_sessions.begin(tx, official, desk.browser, desk.at, desk.site.home.randomness)

    with desk.site.store.transaction() as tx:
        return SeeOther(to, session=begin(tx))


def wait_or_go_on(desk: Desk, name: str, field: str = "name") -> None:
    """Count the attempt before it is looked at. Raises WrongFields."""
    with desk.site.store.transaction() as tx:
        until = attempts.begin(tx, name, desk.address, desk.at)
    if until is not None:
        minutes = -(-(until - desk.at).seconds // 60)
        raise wrong(field, "wrong.wait", minutes=minutes)
