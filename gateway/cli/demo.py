"""`dauys demo`: an example aul with an open vote, served until Ctrl-C."""

import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from gateway import demo as aul
from gateway.cli.common import home_path, now, randomness
from gateway.errors import Taken
from gateway.home import open_home
from gateway.serving import serve

HOST = "127.0.0.1"  # whoever knows the console's secret can speak as any phone: nobody outside this box may


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(demo)


def demo(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="DIR", help="Keep the demo here; else it goes when it ends.")
    ] = None,
) -> None:
    """Serve an example aul with an open vote, to try everything on this box."""
    _check_free(port)
    with _folder(context, home) as path:
        made = aul.prepare(path, port, now(), randomness)
        print(aul.words(made, shlex.quote(sys.argv[0])), flush=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with suppress(KeyboardInterrupt):
            serve(open_home(path, randomness), HOST, port)


@contextmanager
def _folder(context: typer.Context, home: Path | None) -> Iterator[Path]:
    """The folder that was asked for, before or after the command's name, or one that goes afterwards."""
    root = context.find_root()
    source = root.get_parameter_source("home")
    if home is None and source is not None and source.name != "DEFAULT":
        home = home_path(context)
    if home is not None:
        yield home.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="dauys-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def _check_free(port: int) -> None:
    """Raises Taken."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise Taken(f"port {port} is in use: choose another, like --port {port % 65535 + 1}") from error
