"""`dauys outbox`: what waits to leave, what did not, and which lines are down."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from gateway.cli.common import JsonFlag, at_home, now, print_json, tell
from gateway.store import audit, lines, outbox, stock
from gateway.store.engine import Tx

KINDS = {1: "replies", 3: "digests", 7: "announcements"}


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command(name="outbox")(show)


def show(
    context: typer.Context,
    *,
    try_now: Annotated[
        bool, typer.Option("--now", help="Try again now what waits, on lines that are down, too: the bill is paid.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Show what waits to leave, what did not leave and why, and which lines are down."""
    with at_home(context) as home:
        at = now()
        if try_now:
            with home.store.transaction() as tx:
                hurried = _hurry(tx, at)
                audit.record(tx, home.keys, at, audit.OPERATOR, "try outbox now", messages=hurried)
            tell(f"{hurried} messages that waited for a later try are due now")
        with home.store.reading() as tx:
            found = _found(tx, at)
    if json:
        print_json(found)
    else:
        print("\n".join(_sentences(found)))


def _hurry(tx: Tx, at: datetime) -> int:
    for down in lines.every(tx):
        lines.up(tx, down.line)
    return outbox.hurry(tx, at)


def _found(tx: Tx, at: datetime) -> dict[str, Any]:
    """For --json; ages in seconds."""
    piles = stock.piles(tx)
    return {
        "lines_down": [
            {"line": down.line, "reason": down.reason, "since": down.since.isoformat(), "seconds": _age(down.since, at)}
            for down in lines.every(tx)
        ],
        "messages": [
            {
                "provider": pile.provider,
                "kind": KINDS.get(pile.priority, str(pile.priority)),
                "state": pile.state,
                "messages": pile.messages,
                "oldest": _age(pile.oldest, at),
            }
            for pile in piles
        ],
        "dead": [asdict(loss) for loss in stock.losses(tx)],
    }


def _sentences(found: dict[str, Any]) -> list[str]:
    said = [f"Line {one['line']} is down for {_span(one['seconds'])}: {one['reason']}" for one in found["lines_down"]]
    said += [
        f"{one['provider']}: {one['messages']} {one['kind']} {one['state']}, the oldest from {_span(one['oldest'])} ago"
        for one in found["messages"]
    ]
    said += [f"Dead: {one['messages']} by {one['provider']}, {one['reason']}" for one in found["dead"]]
    return said or ["Nothing waits, nothing is lost."]


def _age(since: datetime, at: datetime) -> int:
    return max(0, round((at - since).total_seconds()))


def _span(seconds: int) -> str:
    """The largest whole unit: 40 s, 12 min, 5 h, 3 d."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
