"""/console/own: one's own password and the browsers in which one is signed in."""

from gateway import passwords
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Form, Reading, wrong
from gateway.pages.console.sign_in import wait_or_go_on
from gateway.pages.console.welcome import check_new
from gateway.store import attempts, console_sessions, officials
from gateway.store.engine import Tx


def show(desk: Desk) -> Answer:
    """Sessions, and the form for another password."""
    with desk.site.store.reading() as tx:
        sessions = console_sessions.of_official(tx, desk.visitor.official.id, desk.at)
    return desk.screen("own.html", sessions=sessions, ours=desk.visitor.session)


def take(desk: Desk) -> Answer:
    """What the pressed button says: `end` (a session's id, or 'others'), or another password."""
    return _end(desk) if desk.form.get("end") else _change(desk)


def _end(desk: Desk) -> Answer:
    which, official = desk.form.get("end"), desk.visitor.official.id

    def work(tx: Tx) -> SeeOther:
        if which == "others":
            console_sessions.end_all(tx, official, but=desk.visitor.session)
        else:
            console_sessions.end(tx, _session(desk.form), official)
        desk.record(tx, "end sessions")
        return SeeOther("/own", "ended")

    return desk.once(work)


def _session(form: Form) -> int:
    """Raises WrongFields."""
    read = Reading(form)
    number = read.whole("end", most=2**31)
    read.done()
    return number


def _change(desk: Desk) -> Answer:
    official, form = desk.visitor.official, desk.form
    wait_or_go_on(desk, official.name, "current")
    with desk.site.store.reading() as tx:
        kept = officials.password_hash(tx, official.id)
    if not passwords.fits(form.get("current"), kept):
        raise wrong("current", "wrong_current")
    check_new(form.get("password"), form.get("again"), official.name)
    chosen = passwords.hashed(form.get("password"), desk.site.home.randomness)

    def work(tx: Tx) -> SeeOther:
        attempts.succeed(tx, official.name, desk.address)
        officials.set_password(tx, official.id, chosen)
        console_sessions.end_all(tx, official.id, but=desk.visitor.session)
        desk.record(tx, "choose password")
        return SeeOther("/own", "changed")

    return desk.once(work)
