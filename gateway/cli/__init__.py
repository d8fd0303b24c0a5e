"""`dauys …`: one module per group of commands. A mistake is a sentence on standard error and exit code 1."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from ballots.errors import Unreadable as UnreadableFile
from gateway import __version__
from gateway.backup import BackupFailed
from gateway.cli import (
    areas,
    backups,
    cycles,
    demo,
    doctor,
    init,
    keys,
    loads,
    phone,
    polls,
    recipients,
    replay,
    serve,
    slips,
    systemd,
)
from gateway.cli.common import Invocation
from gateway.errors import Mistake
from gateway.home import BadHome
from gateway.keys import KeyMissing, KeyTaken, Unreadable
from gateway.logs import set_up
from gateway.settings import BadSettings

MISTAKES = (Mistake, BadHome, BadSettings, BackupFailed, KeyMissing, KeyTaken, Unreadable, UnreadableFile)

app = typer.Typer(
    help="Dauys: voting by SMS and USSD for the participatory budgets of villages.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.callback()
def dauys(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="DAUYS_HOME", metavar="DIR", help="The gateway's folder.")
    ] = Path(),
) -> None:
    context.obj = Invocation(home)


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)


for module in (
    init,
    demo,
    serve,
    areas,
    cycles,
    loads,
    slips,
    polls,
    keys,
    backups,
    doctor,
    recipients,
    replay,
    phone,
    systemd,
):
    module.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, 1 for a mistake, 2 for wrong usage."""
    os.umask(0o077)  # the database and all else of a home is its owner's alone
    set_up()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="dauys")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except MISTAKES as mistake:
        print(f"dauys: {mistake}", file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"dauys: the database refuses: {getattr(error, 'orig', None) or error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"dauys: {error}", file=sys.stderr)
        return 1
    return 0
