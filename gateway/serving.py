"""Run the gateway under uvicorn: one process on SQLite, several on PostgreSQL."""

import gc
import os
import sys
from contextlib import closing, suppress
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from gateway import ballast
from gateway.app import Gateway, build
from gateway.clock import system_clock
from gateway.errors import Mistake
from gateway.home import Home, open_home
from gateway.logs import set_up
from gateway.providers import enabled
from gateway.store import keychecks, states

STARTUP_FAILURE = 3  # as uvicorn's own command ends
CONNECTIONS = 2000  # at once; more are told 503
HOME = "DAUYS_HOME"
COLLECTED = (8_000, 20, 100)
"""A vote leaves no cycles behind: to look for them every 700 objects cost it a tenth. A page of the console leaves
many: to look for them every 50,000 stopped everything for up to 90 ms."""


class CannotServe(Mistake):
    """More processes than the database allows; the message says what to do."""


def serve(home: Home, host: str, port: int, workers: int = 1) -> None:
    """Serve until a signal comes. Raises CannotServe, BadSettings."""
    if workers > 1 and home.store.file is not None:
        raise CannotServe("More than one worker needs PostgreSQL: set [database] url, or serve with --workers 1")
    enabled(home.settings)  # what is wrong with a provider's settings is said here, not by each process
    ballast.lay(home.path, home.settings.database.ballast)
    with home.store.transaction() as tx:
        keychecks.remember(tx, home.keys)
        states.put(tx, states.ADDRESS, f"http://{f'[{host}]' if ':' in host else host}:{port}")
    os.environ[HOME] = str(home.path)
    config = uvicorn.Config(
        "gateway.serving:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,  # its lines would hold the hooks' secrets
        log_config=None,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        server_header=False,
        proxy_headers=False,  # nothing here looks at the caller's address
    )
    with closing(home):  # after the gateway has it open: who closes SQLite last writes its whole log back first
        if workers == 1:
            config.load_app()
    _run(config)


def _run(config: uvicorn.Config) -> None:
    """The socket listens before the gateway is ready: when systemd hears READY, no call is refused."""
    listening = config.bind_socket()
    listening.listen(config.backlog)
    if config.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def application() -> Gateway:
    """What each process serves: the gateway of the home named by DAUYS_HOME."""
    set_up()
    gateway = build(open_home(Path(os.environ[HOME]), os.urandom), system_clock)
    gc.collect()
    gc.freeze()  # what is here stays: no collection need walk it
    gc.set_threshold(*COLLECTED)
    return gateway
