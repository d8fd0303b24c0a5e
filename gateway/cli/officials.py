"""`dauys official …`: who holds a token, and what it opens."""

from typing import Annotated

import typer

from gateway.cli.common import JsonFlag, at_home, now, print_json
from gateway.store import areas, audit, officials
from gateway.store.officials import Role

group = typer.Typer(help="People who hold a token.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="As it stands in the audit log.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="official")


@group.command()
def new(
    context: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help=f"{', '.join(Role)}.")],
    *,
    area: Annotated[int | None, typer.Option(metavar="CODE", help="Only this area and those below it.")] = None,
) -> None:
    """Appoint an official; print the token, which is shown only now."""
    with at_home(context) as home, home.store.transaction() as tx:
        place = None if area is None else {areas.by_code(tx, area).id}
        token = officials.appoint(tx, (name, role), now(), home.randomness, place)
        audit.record(
            tx,
            home.keys,
            now(),
            audit.OPERATOR,
            "new official",
            name=name,
            role=str(role),
            areas=[area] if area else [],
        )
    print(token)


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all officials."""
    with at_home(context) as home, home.store.reading() as tx:
        codes = {place.id: place.code for place in areas.every(tx)}
        found = officials.every(tx)
    rows = [
        {"name": one.name, "role": str(one.role), "areas": sorted(codes[area] for area in one.areas or ())}
        for one in found
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['name']}  {row['role']}" + "".join(f"  {code}" for code in row["areas"]))


@group.command()
def renew(context: typer.Context, name: Name) -> None:
    """Print a new token, shown only now; the old one opens nothing any more."""
    with at_home(context) as home, home.store.transaction() as tx:
        token = officials.renew(tx, name, home.randomness)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "renew token", name=name)
    print(token)
