"""`dauys phone NUMBER`: a phone in the terminal, against a running gateway."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.common import at_home, now
from gateway.cli.init import hooks as hook_addresses
from gateway.errors import NotThere, Unfit
from gateway.identity import Identity
from gateway.phone import Network, NoAnswer, Phone, frame, header, record
from gateway.replaying.via import instance_at
from gateway.settings import Gateway

PROVIDER = "console"


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(phone)


def phone(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number of this phone, like +77010000001.")],
    *,
    url: Annotated[
        str, typer.Option(help="Where the gateway listens; with /hooks/console/SECRET behind it no home is needed.")
    ] = "",
    recorded: Annotated[Path | None, typer.Option("--record", metavar="FILE", help="Write a transcript.")] = None,
) -> None:
    """Send and read texts and dial, one line each. End with Ctrl-D."""
    settings, network = _network(context, url)
    if not asyncio.run(instance_at(network.origin)):
        raise NotThere(f"no gateway answers at {network.origin}: start it with dauys serve, or name another --url")
    own = Identity(settings.country, ()).read(number).phone or number
    print(f"{own}: {network.service_code} dials, any other text is sent to {network.short_code}", file=sys.stderr)
    if recorded is not None:
        recorded.write_text(header(now(), settings.zone), encoding="utf-8")
    try:
        _use(Phone(own, network, now, os.urandom), recorded)
    except NoAnswer as error:
        raise Unfit(str(error)) from error


def _network(context: typer.Context, url: str) -> tuple[Gateway, Network]:
    if f"/hooks/{PROVIDER}/" in url:
        return Gateway(), Network(url)
    with at_home(context) as home:
        addresses = hook_addresses(home).get(PROVIDER)
        settings = home.settings.gateway
    if addresses is None:
        raise Unfit("the console provider is not enabled here: set [providers.console] in config.toml")
    hooks = addresses["sms"].removesuffix("/sms")
    if url:
        hooks = url.rstrip("/") + hooks[hooks.index("/hooks/") :]
    return settings, Network(hooks, settings.short_code, settings.service_code)


def _use(phone: Phone, recorded: Path | None) -> None:
    with asyncio.Runner() as runner:
        for typed in _typed():
            for said in runner.run(phone.messages()):
                print(frame(said))
            does = phone.does(typed)
            shown = runner.run(phone.act(typed))
            print("\n".join(frame(said) for said in shown), flush=True)
            if recorded is not None:
                with recorded.open("a", encoding="utf-8") as file:
                    file.write(record(phone.number, does, typed, shown))
        phone.close()


def _typed() -> Iterator[str]:
    """What is typed, line by line; from a pipe it is shown too, so that the dialogue can be read."""
    at_terminal = sys.stdin.isatty()
    while True:
        print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print()
            return
        typed = line.rstrip("\r\n")
        if not at_terminal:
            print(typed)
        if typed:
            yield typed
