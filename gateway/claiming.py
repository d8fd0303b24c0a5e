"""The first start: until an administrator has chosen a password, whoever starts the gateway gets a one-time link."""

from datetime import datetime

from gateway.home import Home
from gateway.store import audit, invitations, officials
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role

FIRST = "administrator"
"""The name of an administrator who has to be appointed first; the console asks for another one."""


def claim(home: Home, at: datetime) -> str | None:
    """The address of a new link below the gateway's; None if there is an administrator with a password."""
    with home.store.transaction() as tx:
        if not officials.unclaimed(tx):
            return None
        administrator = _administrator(home, tx, at)
        return link_address(invitations.invite(tx, home.keys, administrator.id, at, home.randomness).token)


def link_address(token: str) -> str:
    """Where a one-time link opens."""
    return f"/console/welcome/{token}"


def _administrator(home: Home, tx: Tx, at: datetime) -> Official:
    """The first one of the whole gateway, appointed now if there is none."""
    for official in officials.every(tx):
        if official.role is Role.ADMINISTRATOR and official.areas is None:
            return official
    officials.appoint(tx, (FIRST, Role.ADMINISTRATOR), at, home.randomness)
    audit.record(tx, home.keys, at, audit.OPERATOR, "new official", name=FIRST, role=str(Role.ADMINISTRATOR), areas=[])
    return officials.every(tx)[-1]
