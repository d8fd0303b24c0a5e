"""`dauys slips`: numbers for slips (талон) as a file for a printer of one's own. `dauys print slips` makes PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import slips
from gateway.cli.common import at_home, now, write_private
from gateway.slips import Batch, Slip, Undo
from gateway.store.areas import Place

Aul = Annotated[int, typer.Argument(metavar="AUL", help="The aul's code.")]
Count = Annotated[int, typer.Option(min=1, max=100_000, help="How many.")]
Name = Annotated[str, typer.Option("--batch", help="Name of this print, like a gathering's date.")]


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command("slips")(make_slips)


def make_slips(
    context: typer.Context,
    aul: Aul,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new CSV file for the printer; keep it locked away.")],
    *,
    count: Count,
    batch: Name,
) -> None:
    """Make slips. Only tags of their numbers are kept: FILE is the only place where the numbers stand."""

    def put(_place: Place, _batch: str, made: Sequence[Slip]) -> Undo:
        write_private(file, "".join(f"{line}\n" for line in ("slip", *(slip.number for slip in made))).encode())
        return file.unlink

    with at_home(context) as home:
        slips.make(home, Batch(aul, batch, count), now(), put)
    print(f"{count} slips for aul {aul} in {file}")
