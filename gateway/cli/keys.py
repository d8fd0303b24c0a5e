"""`dauys keys …`: the keys that a restore needs, out of this home and into it, under a passphrase."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.common import FileArgument, at_home, home_path, now, randomness
from gateway.errors import Unfit
from gateway.home import DATABASE
from gateway.keys import Exported, key_check, open_export, place_keys
from gateway.settings import load
from gateway.store import audit, keychecks, states
from gateway.store.engine import Store

PASSPHRASE = "DAUYS_PASSPHRASE"  # noqa: S105 - the name of a variable
SHORTEST = 12  # characters

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
    """Write master, signing and round keys (never batch keys) and config.toml under a passphrase."""
    at = now()
    with at_home(context) as home:
        sealed = home.keys.export(_passphrase(new=True), (home.path / "config.toml").read_bytes())
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        with home.store.transaction() as tx:
            keychecks.remember(tx, home.keys)
            states.put(tx, states.EXPORTED, at.isoformat())
            states.put(tx, states.EXPORTED_KEYS, ",".join(home.keys.names()))
            audit.record(tx, home.keys, at, audit.OPERATOR, "export keys")
    print(f"Keys written to {file}. Without it and its passphrase no backup can be restored.")


@group.command("import")
def bring_in(context: typer.Context, file: FileArgument) -> None:
    """Put keys from their export into this home. A key that is there is never replaced."""
    path = home_path(context)
    exported = read_export(file)
    _check_fit(path, exported)
    placed = place_keys(exported.keys, path / "keys")
    print(f"Keys written: {', '.join(placed)}" if placed else "All of these keys are here already.")


def _check_fit(path: Path, exported: Exported) -> None:
    """Do they belong to the database? Raises Unfit, before anything is written."""
    store = Store(load(path).database.url or f"sqlite:///{path / DATABASE}")
    try:
        with store.reading() as tx:
            fit = keychecks.compare(tx, {name: key_check(key) for name, key in exported.keys.items()})
    finally:
        store.close()
    if fit.foreign:
        raise Unfit(f"these keys belong to another database: {', '.join(fit.foreign)}; nothing was changed")


def read_export(file: Path) -> Exported:
    """The contents of an export, its passphrase asked for. Raises Unfit, Unreadable."""
    return open_export(file.read_bytes(), _passphrase(new=False), randomness)


def _passphrase(*, new: bool) -> str:
    typed = os.environ.get(PASSPHRASE)
    if typed is None:
        if not sys.stdin.isatty():
            raise Unfit(f"no passphrase: set {PASSPHRASE}, or run this in a terminal")
        typed = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    if new and len(typed) < SHORTEST:
        raise Unfit(f"the passphrase needs {SHORTEST} characters or more")
    return str(typed)
