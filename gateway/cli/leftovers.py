"""`dauys leftovers`: what closed cycles could not spend, put together; ties are settled as the first cycle says."""

from typing import Annotated

import typer

from ballots import leftovers
from ballots.rules.decisions import Decision
from ballots.rules.words import grouped
from gateway.cli.common import JsonFlag, at_home, print_json
from gateway.cli.polls import counted_at
from gateway.errors import NotNow, Unfit
from gateway.store import cycles

Cycles = Annotated[list[int], typer.Argument(metavar="C...", help="Cycles of different areas, all closed.")]


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command("leftovers")(show)


def show(context: typer.Context, cycle_ids: Cycles, *, json: JsonFlag = False) -> None:
    """Put together what closed cycles left over, and show what that would fund."""
    with at_home(context) as home:
        parts = [counted_at(home, cycle) for cycle in dict.fromkeys(cycle_ids)]
    areas = [part.paper.area.code for part in parts]
    if len(set(areas)) < len(areas):
        raise Unfit("two of these cycles are of one area: name one cycle of each")
    for part in parts:
        if part.paper.phase in cycles.BEFORE_CLOSING:
            raise NotNow(f"cycle {part.paper.cycle} is {part.paper.phase}: leftovers are known from closing on")
    pooled = leftovers.pool([(part.paper, part.tally) for part in parts], parts[0].paper.rules)
    if json:
        print_json({"left": pooled.left, "funded": list(pooled.funded), "remains": pooled.remains})
        return
    print(f"left over together: {grouped(pooled.left)} tenge")
    for step in pooled.steps:
        funded = "  funded" if step.decision == Decision.FUNDED else ""
        print(f"{step.proposal_id:<16}{step.votes:>8}{grouped(step.cost):>14}{funded}")
    print(f"nothing fits into the rest: {grouped(pooled.remains)} tenge")
