"""`dauys slips`: numbers for slips (талон) to be printed and handed out."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ballots.slips import show
from gateway.cli.common import at_home, now
from gateway.errors import Taken
from gateway.home import Home
from gateway.store import areas, audit, rounds, slips
from gateway.store.areas import Place

CHUNK = 2000  # rows of one transaction


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command("slips")(make_slips)


def make_slips(
    context: typer.Context,
    aul: Annotated[int, typer.Argument(metavar="AUL", help="The aul's code.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new CSV file for the printer; keep it locked away.")],
    *,
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")],
    batch: Annotated[str, typer.Option(help="Name of this print, like a gathering's date.")],
) -> None:
    """Make slips. Only tags of their numbers are kept: FILE is the only place where the numbers stand."""
    with at_home(context) as home:
        with home.store.reading() as tx:
            place, round_id = areas.by_code(tx, aul), rounds.current(tx).id
            if slips.batch_exists(tx, round_id, place.id, batch):
                raise Taken(f"aul {aul} has slips named {batch!r} already: choose another name")
            drawn = slips.draw(tx, home.keys, round_id, count, home.randomness)
        _write(file, [show(digits) for digits in sorted(drawn.values())])
        try:
            _keep(home, place, round_id, batch, list(drawn))
        except BaseException:
            file.unlink()
            raise
    print(f"{count} slips for aul {aul} in {file}")


def _keep(home: Home, place: Place, round_id: int, batch: str, tags: list[bytes]) -> None:
    for start in range(0, len(tags), CHUNK):
        with home.store.transaction() as tx:
            slips.keep(tx, round_id, place.id, batch, tags[start : start + CHUNK])
    with home.store.transaction() as tx:
        audit.record(tx, home.keys, now(), audit.OPERATOR, "slips", area=place.code, count=len(tags), batch=batch)


def _write(file: Path, numbers: list[str]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("".join(f"{number}\n" for number in ("slip", *numbers)))
        out.flush()
        os.fsync(out.fileno())
