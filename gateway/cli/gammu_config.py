"""`dauys gammu-config`: a configuration for gammu-smsd."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.common import home_path
from gateway.modems import Device, smsdrc
from gateway.settings import load


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command("gammu-config")(gammu_config)


def gammu_config(
    context: typer.Context,
    device: Annotated[
        str, typer.Option(metavar="PATH", help="The modem; a name under /dev/serial/by-id stays the same.")
    ] = "/dev/ttyUSB0",
    connection: Annotated[str, typer.Option(metavar="NAME", help="How gammu talks to it.")] = "at115200",
    dummy: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="For rehearsals: a phone that is only a folder.")
    ] = None,
    log: Annotated[
        str, typer.Option(metavar="PATH", help="A file for its log, to find a fault: it may hold numbers.")
    ] = "",
) -> None:
    """Print a gammu-smsdrc for a GSM modem and its database in the settings."""
    database = load(home_path(context)).providers.gammu.database
    chosen = Device(str(dummy.absolute()), "none", log) if dummy else Device(device, connection, log)
    print(smsdrc(database, chosen), end="")
