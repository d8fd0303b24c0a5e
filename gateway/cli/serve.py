"""`dauys serve`: run the gateway."""

from typing import Annotated

import typer

from gateway.cli.common import home_path, randomness
from gateway.home import open_home
from gateway.serving import serve as serve_home
from gateway.settings import load


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(serve)


def serve(
    context: typer.Context,
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; else as config.toml says.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=16, help="Processes; more than 1 needs PostgreSQL.")] = None,
) -> None:
    """Run the gateway until it is told to stop. GET /health says when it is ready."""
    path = home_path(context)
    home = open_home(path, randomness, migrating=load(path).server.migrate_on_start)
    server = home.settings.server
    serve_home(home, host or server.host, server.port if port is None else port, workers or server.workers)
