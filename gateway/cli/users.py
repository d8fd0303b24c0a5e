"""`dauys user …`: officials who sign in to the console. `dauys official` gives the same ones tokens for programs."""

from typing import Annotated

import typer

from gateway.claiming import link_address
from gateway.cli.common import at_home, now
from gateway.cli.init import base_url
from gateway.errors import NotThere
from gateway.home import Home
from gateway.store import areas, audit, console_sessions, invitations, officials
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role

group = typer.Typer(help="People who sign in to the console.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="As it stands in the audit log.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="user")


@group.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help=f"{', '.join(Role)}.")],
    *,
    area: Annotated[
        list[int] | None, typer.Option(metavar="CODE", help="Only this area and those below it; may be repeated.")
    ] = None,
) -> None:
    """Appoint an official; print a one-time link with which a password is chosen."""
    with at_home(context) as home, home.store.transaction() as tx:
        places = {areas.by_code(tx, code).id for code in area} if area else None
        officials.appoint(tx, (name, role), now(), home.randomness, places)
        official = _named(tx, name)
        audit.record(
            tx, home.keys, now(), audit.OPERATOR, "new official", name=official.name, role=str(role), areas=area or []
        )
        link = _invite(home, tx, official)
    print(f"{base_url(home)}{link}")


@group.command("reset-password")
def reset_password(context: typer.Context, name: Name) -> None:
    """End all sessions and the password; print a one-time link with which another one is chosen."""
    with at_home(context) as home, home.store.transaction() as tx:
        official = _named(tx, name)
        officials.set_password(tx, official.id, "")
        console_sessions.end_all(tx, official.id)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "reset password", name=official.name)
        link = _invite(home, tx, official)
    print(f"{base_url(home)}{link}")


def _invite(home: Home, tx: Tx, official: Official) -> str:
    return link_address(invitations.invite(tx, home.keys, official.id, now(), home.randomness).token)


def _named(tx: Tx, name: str) -> Official:
    """Raises NotThere."""
    official = officials.by_name(tx, name)
    if official is None:
        raise NotThere(f"there is no official named {name!r}; see dauys official list")
    return official
