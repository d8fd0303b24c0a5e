"""`dauys …`: one module per group of commands. A mistake is a sentence on standard error and exit code 1."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ballots.errors import Unreadable
from gateway.cli.lazy import Commands
from gateway.errors import Mistake

app = typer.Typer(
    cls=Commands,
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
    context.obj = home


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, 1 for a mistake, 2 for wrong usage."""
    os.umask(0o077)  # the database and all else of a home is its owner's alone
    try:
        app(args=None if arguments is None else list(arguments), prog_name="dauys")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except (Mistake, Unreadable, OSError) as mistake:
        print(f"dauys: {mistake}", file=sys.stderr)
        return 1
    except _database_error() as error:
        print(f"dauys: the database refuses: {getattr(error, 'orig', None) or error}", file=sys.stderr)
        return 1
    return 0


def _database_error() -> type[Exception]:
    """Asked for only when something was raised: importing it takes longer than most commands."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    return SQLAlchemyError
