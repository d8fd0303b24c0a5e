"""`dauys clock`: what the gateway believes of its clock, and a person's word on it."""

from datetime import datetime
from typing import Any

import typer

from gateway import timekeeping
from gateway.cli.common import JsonFlag, at_home, now, print_json
from gateway.home import Home
from gateway.store import audit
from gateway.timekeeping import Told

group = typer.Typer(help="What the gateway believes of this box's clock.")


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="clock")


@group.callback(invoke_without_command=True)
def show(context: typer.Context, *, json: JsonFlag = False) -> None:
    """What the gateway believes of this box's clock."""
    if context.invoked_subcommand is not None:
        return
    with at_home(context) as home, home.store.reading() as tx:
        told = timekeeping.tell(tx, now())
    if json:
        print_json(_plain(told))
        return
    for line in _lines(told, home):
        print(line)


@group.command()
def confirm(context: typer.Context) -> None:
    """This box's clock is right: go by it. Audited as one person's act."""
    with at_home(context) as home:
        with home.store.transaction() as tx:
            timekeeping.confirm(tx, home, now(), audit.OPERATOR)
        print(f"The gateway goes by this box's clock: {_local(now(), home)}")


@group.command()
def reset(context: typer.Context) -> None:
    """What was seen before was wrong: forget it, and go by this box's clock. Audited as one person's act."""
    with at_home(context) as home:
        with home.store.transaction() as tx:
            timekeeping.reset(tx, home, now(), audit.OPERATOR)
        print(f"The gateway goes by this box's clock, also back: {_local(now(), home)}")


def _plain(told: Told) -> dict[str, Any]:
    doubt = told.doubt
    return {
        "trusted": doubt is None,
        "wall": told.wall.isoformat(),
        "seen": None if told.seen is None else told.seen.isoformat(),
        "step": None if doubt is None else str(doubt.why),
        "since": None if doubt is None else doubt.since.isoformat(),
        "doubtful": {str(poll): votes for poll, votes in told.doubtful.items()},
        "late": {str(poll): votes for poll, votes in told.late.items()},
    }


def _lines(told: Told, home: Home) -> list[str]:
    seen = "nothing yet" if told.seen is None else _local(told.seen, home)
    lines = [f"this box says {_local(told.wall, home)}", f"highest seen  {seen}"]
    if told.doubt is None:
        return [*lines, "The clock is trusted"]
    lines += [
        f"The clock is in doubt: it went {told.doubt.why} after {_local(told.doubt.since, home)}",
        "Nothing opens, closes or is mixed by itself until a newer time of an operator or you confirm it",
        "Set this box's clock, then: dauys clock confirm",
        "If what was seen before was wrong: dauys clock reset",
    ]
    for poll, votes in told.doubtful.items():
        lines.append(f"poll {poll}: {votes} votes were taken in doubt, {told.late.get(poll, 0)} of them after its end")
    return lines


def _local(at: datetime, home: Home) -> str:
    return f"{at.astimezone(home.settings.gateway.zone):%Y-%m-%d %H:%M:%S}"
