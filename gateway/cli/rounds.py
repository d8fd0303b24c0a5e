"""`dauys round …`: budget years of the whole gateway, each with rolls and a key of its own."""

from typing import Annotated

import typer

from gateway.cli.common import JsonFlag, at_home, now, print_json, tell
from gateway.mixing import truncate_wal
from gateway.store import audit, rounds

group = typer.Typer(help="Budget years of this gateway: each has its own rolls and its own key.", no_args_is_help=True)
EXPORTS = "Exports of keys and backups made before hold what was shredded: export the keys anew, destroy the old files."


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="round")


@group.command()
def new(
    context: typer.Context, label: Annotated[str, typer.Argument(metavar="LABEL", help="Like 2027, for people.")]
) -> None:
    """Begin the next round: rolls are empty and loaded anew, drafts go along. Print its number."""
    with at_home(context) as home, home.store.transaction() as tx:
        begun = rounds.follow(tx, home.keys, label, now())
        audit.record(tx, home.keys, now(), audit.OPERATOR, "new round", round=begun.id, label=label)
    tell("Export the keys again (dauys keys export): the new round has one of its own.")
    print(begun.id)


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all rounds; the last one is the one that cycles are made in."""
    with at_home(context) as home, home.store.reading() as tx:
        found = rounds.every(tx)
    if json:
        print_json([{"round": one.id, "label": one.label, "shredded": one.shredded} for one in found])
        return
    for one in found:
        print(f"{one.id}  {one.label}" + ("  shredded" if one.shredded else ""))


@group.command()
def shred(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ROUND", help="As `dauys round list` shows it.")],
) -> None:
    """Destroy the key of a round that is over and erase its numbers: nobody can tell any more who took part."""
    with at_home(context) as home:
        with home.store.transaction() as tx:
            erased = rounds.shred(tx, number)
            audit.record(tx, home.keys, now(), audit.OPERATOR, "shred round", round=number, contacts=erased)
        destroyed = home.keys.destroy_round(number)
        truncate_wal(home.store)
    tell(EXPORTS)
    print(f"Round {number}: {erased} numbers erased, the key {'destroyed' if destroyed else 'was gone before'}")
