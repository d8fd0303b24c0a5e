"""COMMANDS: every command or group, where it lives, and its line of help. Only the one that is called is imported."""

import gc
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

if TYPE_CHECKING:
    from typer._click import Context


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of `dauys --help`."""

    module: str  # below gateway.cli; its add_to(app) hangs up this command, and perhaps others
    help: str  # the first line of the command's docstring, which a test compares


COMMANDS: dict[str, Place] = {
    "init": Place("init", "Make a home: config.toml with fresh secrets, keys, database, first official."),
    "info": Place("init", "Version, database and the addresses of the hooks, with their secrets."),
    "demo": Place("demo", "Serve an example aul with an open vote, to try everything on this box."),
    "serve": Place("serve", "Run the gateway until it is told to stop. GET /health says when it is ready."),
    "area": Place("areas", "Auls, districts and regions."),
    "round": Place("rounds", "Budget years of this gateway: each has its own rolls and its own key."),
    "cycle": Place("cycles", "Budget years of an area: create, configure, open."),
    "load": Place("loads", "Files into the gateway: all of a file, or nothing."),
    "sitting": Place("sitting", "Paper and assembly votes: two lists, two officials."),
    "slips": Place("slips", "Make slips."),
    "print": Place("printing", "Sheets of paper as PDF: poster, daily sheet, minutes, slips."),
    "close": Place("polls", "Close now, without grace; mix and tally."),
    "mix": Place("polls", "Open the sealed votes of today, except as many as hide the others."),
    "tally": Place("polls", "Count the opened ballots."),
    "leftovers": Place("leftovers", "Put together what closed cycles left over, and show what that would fund."),
    "export": Place("bulletins", "Write the public bulletin of a closed cycle, for a USB stick or a web server."),
    "verify": Place("bulletins", "Check a bulletin, and hold it against a poster's key and observers' SMS."),
    "verifier": Place("bulletins", "Write the verifier as one file that any Python 3.11 runs, for a USB stick."),
    "clock": Place("clock", "What the gateway believes of this box's clock."),
    "keys": Place("keys", "Key files of this home."),
    "backup": Place("backups", "Copy the database, check the copy, write it through to the disk."),
    "restore": Place("backups", "Put a backup in the database's place, as a new epoch."),
    "epoch": Place("backups", "Say that the database was restored by PostgreSQL's own tools."),
    "doctor": Place("doctor", "Look at everything, say what is wrong and how to mend it."),
    "systemd": Place("systemd", "Print a hardened unit for systemd."),
    "official": Place("officials", "People who hold a token."),
    "user": Place("users", "People who sign in to the console."),
    "recipient": Place("recipients", "Who receives tallies."),
    "announce": Place("announce", "Invitations, reminders and results by SMS to everybody on a list."),
    "outbox": Place("outbox", "Show what waits to leave, what did not leave and why, and which lines are down."),
    "replay": Place("replay", "Let every voter of a Pabulib file vote."),
    "phone": Place("phone", "Send and read texts and dial, one line each."),
    "kannel-config": Place(
        "kannel_config",
        "Print a configuration for Kannel: an operator's SMPP link, a GSM modem, or a fake operator to rehearse with.",
    ),
    "gammu-config": Place("gammu_config", "Print a gammu-smsdrc for a GSM modem and its database in the settings."),
    "version": Place("version", "Print the version."),
}


class Commands(TyperGroup):
    """The root of all commands."""

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002
        """In the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: "Context", cmd_name: str) -> Any:  # noqa: ARG002
        """The command, read from its module now; None if there is none."""
        place = COMMANDS.get(cmd_name)
        return None if place is None else _read(place.module)[cmd_name]

    def format_commands(self, ctx: "Context", formatter: Any) -> None:  # noqa: ARG002
        """What --help lists, without reading a module."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


def _read(module: str) -> dict[str, Any]:
    """All commands of a module, under their names."""
    gc.disable()  # no import leaves anything behind: to look for it took a third of their time
    import_module("gateway.logs").set_up()
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    import_module(f"gateway.cli.{module}").add_to(app)
    gc.freeze()
    gc.enable()
    return dict(get_group(app).commands)
