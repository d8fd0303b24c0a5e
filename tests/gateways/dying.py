"""`python -m tests.gateways.dying HOME`: a gateway that is killed when its modem is told to delete what was taken."""

import os
import signal
import sys

from gateway.cli import main
from gateway.providers.gammu import Gammu
from tests.servers import free_port


def _die(_provider: Gammu, _found: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Gammu.forget = _die  # type: ignore[method-assign]
    sys.exit(main(["--home", sys.argv[1], "serve", "--port", str(free_port())]))
