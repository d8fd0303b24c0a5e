"""`dauys keys export`: the keys that a restore needs, under a passphrase."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.common import at_home, now
from gateway.errors import Unfit
from gateway.store import audit, states

PASSPHRASE = "DAUYS_PASSPHRASE"  # noqa: S105 - the name of a variable
SHORTEST = 12  # characters
EXPORTED = "keys exported"

group = typer.Typer(help="Key files of this home.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="keys")


@group.callback()
def keys() -> None:
    """Key files of this home."""


@group.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; keep it apart from backups.")],
) -> None:
    """Write master, signing and round keys (never batch keys) under a passphrase."""
    at = now()
    with at_home(context) as home:
        sealed = home.keys.export(_passphrase())
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        with home.store.transaction() as tx:
            states.put(tx, EXPORTED, at.isoformat())
            audit.record(tx, home.keys, at, audit.OPERATOR, "export keys")
    print(f"Keys written to {file}. Without it and its passphrase no backup can be restored.")


def _passphrase() -> str:
    typed = os.environ.get(PASSPHRASE)
    if typed is None:
        if not sys.stdin.isatty():
            raise Unfit(f"no passphrase: set {PASSPHRASE}, or run this in a terminal")
        typed = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    if len(typed) < SHORTEST:
        raise Unfit(f"the passphrase needs {SHORTEST} characters or more")
    return str(typed)
