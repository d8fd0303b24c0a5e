"""/console/sign-out: this browser's session ends."""

from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.store import console_sessions


def take(desk: Desk) -> Answer:
    """The token opens nothing any more, wherever a copy of it may lie."""
    with desk.site.store.transaction() as tx:
        console_sessions.end(tx, desk.visitor.session, desk.visitor.official.id)
    return SeeOther("/sign-in", "signed_out", session="")
