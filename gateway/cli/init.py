"""`dauys init` and `dauys info`: make a home, and tell how the world reaches it."""

import sys
from typing import Annotated

import typer

from gateway import __version__, ballast
from gateway.cli.common import JsonFlag, at_home, home_path, now, print_json, randomness
from gateway.home import Home, create_home
from gateway.providers import enabled, hooked
from gateway.store import alarms, officials, states
from gateway.store.officials import Role

QUESTIONS = {
    "gateway.short_code": ("The number that villagers text to", "44135"),
    "gateway.service_code": ("The USSD string that villagers dial", "*384*44135#"),
    "server.public_url": ("How the aggregator reaches this box (https://…; empty if not yet known)", ""),
}


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.command()(init)
    app.command()(info)


def init(
    context: typer.Context,
    *,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Ask nothing; take hooks from Africa's Talking and the console.")
    ] = False,
    official: Annotated[str, typer.Option(help="Name of the first official.")] = "administrator",
    database: Annotated[str, typer.Option(help="postgresql+psycopg://…; empty: SQLite in this folder.")] = "",
    json: JsonFlag = False,
) -> None:
    """Make a home: config.toml with fresh secrets, keys, database, first official."""
    values: dict[str, object] = {"database.url": database} if database else {}
    if not defaults and not json and sys.stdin.isatty():
        values |= {key: typer.prompt(text, default, err=True) for key, (text, default) in QUESTIONS.items()}
    home = create_home(home_path(context), randomness, now(), defaults=defaults, values=values)
    try:
        with home.store.transaction() as tx:
            token = officials.appoint(tx, (official, Role.ADMINISTRATOR), now(), home.randomness)
        ballast.lay(home.path, home.settings.database.ballast)
    finally:
        home.close()
    made = {"home": str(home.path), "official": official, "token": token, "fingerprint": home.keys.fingerprint}
    if json:
        print_json(made)
        return
    print(f"Home: {home.path}")
    print(f"Settings: {home.path / 'config.toml'}")
    print(f"Fingerprint of the signing key, for posters: {made['fingerprint']}")
    print(f"Token of {official}, shown only now: {token}")
    print("Next: dauys keys export FILE, and keep FILE elsewhere; then dauys serve, which shows how to sign in")


def info(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Version, database and the addresses of the hooks, with their secrets."""
    with at_home(context) as home:
        told = {
            "version": __version__,
            "database": _database(home),
            "hooks": hooks(home),
            "console": f"{base_url(home)}/console",
        }
        with home.store.reading() as tx:
            odd = alarms.every(tx)
    if json:
        print_json(told)
        return
    print(f"Dauys {told['version']}")
    print(f"database: {told['database']}")
    print(f"console: {told['console']}")
    for provider, addresses in hooks(home).items():
        for what, address in addresses.items():
            print(f"{provider} {what}: {address}")
    for alarm in odd:
        print(f"alarm: cycle {alarm.cycle}: {alarms.sentence(alarm)}")


def hooks(home: Home) -> dict[str, dict[str, str]]:
    """Provider -> what -> address, of the enabled providers."""
    base = base_url(home)
    return {
        name: {what: f"{base}/hooks/{name}/{provider.secret}/{what}" for what in provider.hooks}
        for name, provider in hooked(enabled(home.settings)).items()
    }


def base_url(home: Home) -> str:
    """How others reach us: as configured, else where the gateway listens or last listened."""
    server = home.settings.server
    if server.public_url:
        return server.public_url.rstrip("/")
    with home.store.reading() as tx:
        return states.get(tx, states.ADDRESS) or f"http://{server.host}:{server.port}"


def _database(home: Home) -> str:
    return str(home.store.file) if home.store.file else home.store.url.render_as_string(hide_password=True)
