"""`dauys serve`: run the gateway."""

from typing import Annotated

import typer

from gateway.claiming import claim
from gateway.cli.common import home_path, now, randomness
from gateway.home import create_home, open_home
from gateway.serving import serve as serve_home
from gateway.settings import load

EVERY = ("0.0.0.0", "::", "")  # noqa: S104 - addresses that mean each of the box's own


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
    if path.is_dir() and not any(path.iterdir()):
        create_home(path, randomness, now(), defaults=True).close()
    home = open_home(path, randomness, migrating=load(path).server.migrate_on_start)
    server = home.settings.server
    host, port = host or server.host, server.port if port is None else port
    link = claim(home, now())
    if link is not None:
        print(f"Sign in for the first time, once, in a browser: {_reached(host, port)}{link}", flush=True)
    serve_home(home, host, port, workers or server.workers)


def _reached(host: str, port: int) -> str:
    """How a browser on this box reaches what listens there."""
    return f"http://{'127.0.0.1' if host in EVERY else f'[{host}]' if ':' in host else host}:{port}"
