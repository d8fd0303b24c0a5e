"""`dauys version`."""

import typer

from gateway import __version__


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(version)


def version() -> None:
    """Print the version."""
    print(__version__)
