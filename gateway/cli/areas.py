"""`dauys area …`: auls, districts, regions."""

from typing import Annotated

import typer

from ballots.model import Area, AreaKind
from gateway.cli.common import JsonFlag, at_home, by_language, now, print_json
from gateway.errors import Unfit
from gateway.settings import Providers
from gateway.store import areas, audit, states
from handlers.telling import in_language

group = typer.Typer(help="Auls, districts and regions.", no_args_is_help=True)
ADULTS = "More votes than this raise an alarm; 0: unknown."
PROVIDER = "By which its tallies leave; '': the first one that calls out."
Code = Annotated[int, typer.Argument(metavar="CODE", help="What people dial: 7 or greater.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="area")


@group.command()
def new(
    context: typer.Context,
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help="In every language that --name does not give.")],
    *,
    names: Annotated[list[str] | None, typer.Option("--name", metavar="LANG=TEXT")] = None,
    kind: Annotated[AreaKind, typer.Option()] = AreaKind.AUL,
    parent: Annotated[int | None, typer.Option(metavar="CODE", help="Its district or region.")] = None,
    method: Annotated[str, typer.Option(help="How phones are verified: roll or slip.")] = "roll",
    provider: Annotated[str, typer.Option(help=PROVIDER)] = "",
    adults: Annotated[int, typer.Option(min=0, help=ADULTS)] = 0,
) -> None:
    """Make an area."""
    with at_home(context) as home, home.store.transaction() as tx:
        texts = by_language(name, names or [], home.settings.gateway.languages)
        _check_provider(provider)
        place = areas.create(tx, Area(code, kind, texts), parent, method=method, provider=provider, adults=adults)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "new area", code=code, kind=str(kind))
        states.bump_catalogue(tx)
    print(place.code)


@group.command("set")
def set_(
    context: typer.Context,
    code: Code,
    *,
    provider: Annotated[str | None, typer.Option(help=PROVIDER)] = None,
    adults: Annotated[int | None, typer.Option(min=0, help=ADULTS)] = None,
) -> None:
    """Change by which provider an area's tallies leave, or how many adults live there."""
    if provider is None and adults is None:
        raise Unfit("nothing to set: give --provider or --adults")
    with at_home(context) as home, home.store.transaction() as tx:
        if provider is not None:
            _check_provider(provider)
            areas.set_provider(tx, code, provider)
            audit.record(tx, home.keys, now(), audit.OPERATOR, "set provider", area=code, provider=provider)
        if adults is not None:
            areas.set_adults(tx, code, adults)
            audit.record(tx, home.keys, now(), audit.OPERATOR, "set adults", area=code, adults=adults)


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all areas."""
    with at_home(context) as home, home.store.reading() as tx:
        places, language = areas.every(tx), home.settings.gateway.languages[0]
    codes = {place.id: place.code for place in places}
    if json:
        print_json(
            [
                {
                    "code": place.code,
                    "kind": str(place.area.kind),
                    "names": dict(place.area.names),
                    "parent": codes.get(place.parent) if place.parent else None,
                    "method": place.method,
                    "provider": place.provider,
                    "joining_paused": place.joining_paused,
                }
                for place in places
            ]
        )
        return
    for place in places:
        above = f", in {codes[place.parent]}" if place.parent else ""
        by = f", by {place.provider}" if place.provider else ""
        paused = ", joining paused" if place.joining_paused else ""
        print(f"{place.code}  {place.area.kind}  {in_language(place.area.names, language)}{above}{by}{paused}")


@group.command()
def resume(context: typer.Context, code: Code) -> None:
    """Let slips be used again in an area where joining was paused."""
    with at_home(context) as home, home.store.transaction() as tx:
        areas.set_joining(tx, code, paused=False)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "resume joining", area=code)


def _check_provider(name: str) -> None:
    if name and name not in Providers.model_fields:
        raise Unfit(f"there is no provider {name!r}: choose one of {', '.join(Providers.model_fields)}")
