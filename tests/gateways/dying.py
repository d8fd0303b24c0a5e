"""`python -m tests.gateways.dying HOME`: a gateway that is killed when its modem is told to delete what was taken."""

import os
import signal
import sys

from gateway.cli import main
from gateway.providers.gammu import Gammu
from gateway.settings import Settings
from tests.servers import free_port


def _die(_provider: Gammu, _found: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _mute(provider: Gammu, settings: Settings) -> None:
    """What it began to send would rest for a minute when it is dead."""
    _born(provider, settings)
    provider.rate = 0.0


_born = Gammu.__init__

if __name__ == "__main__":
    Gammu.__init__ = _mute  # type: ignore[method-assign]
    Gammu.forget = _die  # type: ignore[method-assign]
    sys.exit(main(["--home", sys.argv[1], "serve", "--port", str(free_port())]))
