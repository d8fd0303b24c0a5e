"""`dauys sitting …`: paper and assembly votes, entered by two officials."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from gateway import sittings
from gateway.cli.common import CycleArgument, FileArgument, JsonFlag, at_home, now, print_json, tell
from gateway.sheets import read
from gateway.store import audit, cycles
from gateway.store import sittings as kept
from gateway.store.sittings import Sitting

group = typer.Typer(help="Paper and assembly votes: two lists, two officials.", no_args_is_help=True)

SittingArgument = Annotated[int, typer.Argument(metavar="S", help="As `dauys sitting new` printed it.")]
Label = Annotated[str, typer.Option(help="Where and when, as it shall stand in the audit log.")]
Official = Annotated[str, typer.Argument(metavar="NAME", help="An official of the area: clerk, akim or administrator.")]
Line = Annotated[int, typer.Argument(metavar="LINE", help="On the list of voters, from 1.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="sitting")


@group.command()
def new(context: typer.Context, cycle: CycleArgument, *, label: Label = "") -> None:
    """Begin a sitting; print its number."""
    with at_home(context) as home:
        print(sittings.begin(home, cycle, label, now(), audit.OPERATOR).id)


@group.command()
def voters(context: typer.Context, sitting: SittingArgument, file: FileArgument) -> None:
    """Who votes on paper: a column `phone` or `slip`. They vote nowhere else from now on."""
    with at_home(context) as home:
        _say(sittings.enter_voters(home, sitting, read(file.read_bytes()), now()))


@group.command()
def ballots(context: typer.Context, sitting: SittingArgument, file: FileArgument) -> None:
    """The ballots, in any order: a column `choices`. Nothing of a voter."""
    with at_home(context) as home:
        _say(sittings.enter_ballots(home, sitting, read(file.read_bytes())))


@group.command("strike-voter")
def strike_voter(context: typer.Context, sitting: SittingArgument, line: Line) -> None:
    """Take a voter off the list: the phone or slip may vote elsewhere again."""
    with at_home(context) as home:
        _say(sittings.strike_voter(home, sitting, line))


@group.command("strike-ballots")
def strike_ballots(context: typer.Context, sitting: SittingArgument) -> None:
    """Take all ballots out, to enter them anew."""
    with at_home(context) as home:
        _say(sittings.strike_ballots(home, sitting))


@group.command()
def confirm(context: typer.Context, sitting: SittingArgument, official: Official) -> None:
    """An official has seen both lists. With the second, another one, the ballots count."""
    with at_home(context) as home:
        done = sittings.confirm(home, sitting, official, now(), audit.OPERATOR)
        if done.batch is None:
            print(f"{official} has confirmed sitting {sitting}; another official must, too")
            return
        with home.store.reading() as tx:
            mix_min = min(cycle.mix_min for cycle in cycles.every(tx) if cycle.poll == done.batch.poll)
    if done.batch.size < mix_min:
        tell(f"only {done.batch.size} ballots in this sitting: whoever knows its voters may guess their choices")
    print(f"{done.batch.size} ballots counted as batch {done.batch.batch}, confirmed by {' and '.join(done.by)}")


@group.command("give-up")
def give_up(context: typer.Context, sitting: SittingArgument) -> None:
    """Erase both lists: nothing counts, and its voters may vote elsewhere."""
    with at_home(context) as home:
        sittings.give_up(home, sitting, now(), audit.OPERATOR)
    print(f"Nothing of sitting {sitting} is left")


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show sittings that are not confirmed yet."""
    with at_home(context) as home, home.store.reading() as tx:
        found = kept.every(tx)
    if json:
        print_json([_plain(one) for one in found])
        return
    for one in found:
        _say(one)


def _plain(one: Sitting) -> dict[str, Any]:
    return asdict(one) | {"opened_at": one.opened_at.isoformat()}


def _say(one: Sitting) -> None:
    confirmed = f", confirmed by {one.confirmed_by}" if one.confirmed_by else ""
    print(f"{one.id}  cycle {one.cycle}  {one.label}  voters {one.voters}, ballots {one.ballots}{confirmed}")
