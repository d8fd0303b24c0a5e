"""`dauys kannel-config`: a configuration for Kannel that fits this gateway."""

from typing import Annotated

import typer

from gateway.cli.common import home_path
from gateway.errors import Unfit
from gateway.kannel_groups import Link, Place, configuration
from gateway.settings import load


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command("kannel-config")(kannel_config)


def kannel_config(
    context: typer.Context,
    link: Annotated[Link, typer.Argument(help="Where SMS come from.")],
    *,
    ussd: Annotated[bool, typer.Option("--ussd", help="A second SMPP link, for USSD.")] = False,
    host: Annotated[str, typer.Option(help="The operator's SMPP host.")] = "smsc.operator.example",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Its port for SMS (fake: ours).")] = 2775,
    ussd_port: Annotated[int, typer.Option(min=1, max=65535, help="Its port for USSD.")] = 2775,
    device: Annotated[str, typer.Option(help="The modem.")] = "/dev/ttyUSB0",
    folder: Annotated[str, typer.Option(help="Kannel's folder, with spool/ and log/ in it.")] = "/var/lib/kannel",
    admin_port: Annotated[int, typer.Option(min=1, max=65535, help="Kannel's status pages, on this box only.")] = 13000,
    box_port: Annotated[int, typer.Option(min=1, max=65535, help="Between its two programs.")] = 13001,
) -> None:
    """Print a configuration for Kannel: an operator's SMPP link, a GSM modem, or a fake operator to rehearse with."""
    settings = load(home_path(context))
    ours = settings.providers.kannel
    if not ours.enabled or not ours.secret or not ours.password:
        raise Unfit("set [providers.kannel] enabled, secret and password in config.toml first: they go into both")
    if ussd and link is Link.MODEM:
        raise Unfit("a modem carries no USSD from phones: USSD needs an operator's SMPP link")
    place = Place(folder, link, host, port, device, ussd_port if ussd else 0, admin_port, box_port)
    print(configuration(settings, place), end="")
