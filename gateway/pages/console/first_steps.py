"""/console/first-steps: what is still to be set up, in the order in which it is done."""

from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.store import areas, officials
from gateway.store.engine import Tx
from gateway.store.officials import Role

STEPS: dict[str, str] = {"area": "/new-area", "sms": "/trial-sms", "clerk": "/officials", "akim": "/officials"}
"""Step -> where it is done."""


def show(desk: Desk) -> Answer:
    """The steps, each done or not."""
    with desk.site.store.reading() as tx:
        done = _done(tx)
    return desk.screen("first_steps.html", steps=STEPS, done=done)


def _done(tx: Tx) -> frozenset[str]:
    roles = {official.role for official in officials.every(tx)}
    found = {
        "area": bool(areas.every(tx)),
        "sms": tx.row("SELECT 1 FROM audit WHERE act = 'trial sms' LIMIT 1") is not None,
        "clerk": Role.CLERK in roles,
        "akim": Role.AKIM in roles,
    }
    return frozenset(step for step, is_done in found.items() if is_done)
