"""`dauys systemd`: a unit for the gateway of this home, shut in as far as it can be."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from gateway.cli.common import home_path
from gateway.errors import Unfit
from gateway.settings import Gammu, load

HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))  # what ProtectHome= hides

UNIT = """\
# Written by `dauys systemd`: save it as /etc/systemd/system/dauys.service, then
# systemctl daemon-reload; systemctl enable --now dauys
[Unit]
Description=Dauys: voting by SMS and USSD
After=network.target time-sync.target postgresql.service
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess={access}
User={user}
ExecStart={program} --home {home} serve
Restart=always
RestartSec=1
WatchdogSec=60
TimeoutStartSec=600
TimeoutStopSec=30
UMask=0077
LimitNOFILE=8192
LimitCORE=0
OOMScoreAdjust=-500

ProtectSystem=strict
ReadWritePaths={writable}
ProtectHome={protect_home}
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"""


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(systemd)


def systemd(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Option(help="The user that the gateway runs as; the home is this user's.")] = "dauys",
    writable: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Written to as well. Repeatable."),
    ] = None,
) -> None:
    """Print a hardened unit for systemd. It is restarted when it hangs and writes into its home only."""
    home = home_path(context).resolve()
    program = Path(sys.executable).with_name("dauys")
    settings = load(home)
    inbox = _inbox(settings.providers.gammu)
    hidden = any(path.is_relative_to(folder) for path in (home, program) for folder in HIDDEN)
    print(
        UNIT.format(
            access="all" if settings.server.workers > 1 else "main",  # each worker speaks
            user=user,
            program=_escaped(program),
            home=_escaped(home),
            writable=" ".join(dict.fromkeys(_escaped(path.resolve()) for path in (home, *inbox, *(writable or ())))),
            protect_home="read-only" if hidden else "yes",
        ),
        end="",
    )


def _inbox(modem: Gammu) -> list[Path]:
    """Where a modem's SQLite database lies: its journal is made beside it."""
    if not modem.enabled or not modem.database.startswith("sqlite:"):
        return []
    return [Path(make_url(modem.database).database or "").parent]


def _escaped(path: Path) -> str:
    """A path as systemd.syntax(7) reads it back. Raises Unfit."""
    text = str(path)
    if not re.fullmatch(r"[^\x00-\x1f\"'\\$]+", text):
        raise Unfit(f"{text!r} cannot stand in a unit: choose a folder without quotes, backslashes and dollars")
    text = text.replace("%", "%%")
    return f'"{text}"' if " " in text else text
