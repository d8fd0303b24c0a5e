"""`dauys sitting …`: paper and assembly votes, entered by two officials."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from gateway import sittings
from gateway.cli.common import CycleArgument, FileArgument, JsonFlag, at_home, now, print_json, tell
from gateway.errors import NotThere
from gateway.loads.paper import lines_of, records_of
from gateway.sheets import read
from gateway.store import cycles, officials
from gateway.store import sittings as kept
from gateway.store.engine import Tx
from gateway.store.sittings import Sitting

group = typer.Typer(help="Paper and assembly votes: two lists, two officials.", no_args_is_help=True)

SittingArgument = Annotated[int, typer.Argument(metavar="S", help="As `dauys sitting new` printed it.")]
Label = Annotated[str, typer.Option(help="Where and when, as it shall stand in the audit log.")]
Official = Annotated[
    str,
    typer.Argument(metavar="NAME", help="First a clerk or an administrator, then another one or the akim."),
]
Line = Annotated[int, typer.Argument(metavar="LINE", help="On the list of voters, from 1.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="sitting")


@group.command()
def new(context: typer.Context, cycle: CycleArgument, *, label: Label = "") -> None:
    """Begin a sitting; print its number."""
    with at_home(context) as home, home.store.transaction() as tx:
        print(sittings.begin(tx, home, cycle, label, now()).id)


@group.command()
def voters(context: typer.Context, sitting: SittingArgument, file: FileArgument) -> None:
    """Who votes on paper: a column `phone` or `slip`. They vote nowhere else from now on."""
    records = records_of(read(file.read_bytes()), ("phone", "slip"))
    with at_home(context) as home, home.store.transaction() as tx:
        _say(tx, sittings.enter_voters(tx, home, sitting, lines_of(records, "phone", "slip"), now()))


@group.command()
def ballots(context: typer.Context, sitting: SittingArgument, file: FileArgument) -> None:
    """The ballots, in any order: a column `choices`. Nothing of a voter."""
    records = records_of(read(file.read_bytes()), ("choices",))
    with at_home(context) as home, home.store.transaction() as tx:
        _say(tx, sittings.enter_ballots(tx, home, sitting, lines_of(records, "choices")))


@group.command("strike-voter")
def strike_voter(context: typer.Context, sitting: SittingArgument, line: Line) -> None:
    """Take a voter off the list: the phone or slip may vote elsewhere again."""
    with at_home(context) as home, home.store.transaction() as tx:
        _say(tx, sittings.strike_voter(tx, sitting, line))


@group.command("strike-ballots")
def strike_ballots(context: typer.Context, sitting: SittingArgument) -> None:
    """Take all ballots out, to enter them anew."""
    with at_home(context) as home, home.store.transaction() as tx:
        _say(tx, sittings.strike_ballots(tx, sitting))


@group.command()
def confirm(context: typer.Context, sitting: SittingArgument, official: Official) -> None:
    """An official has seen both lists. With the second, another one, the ballots count."""
    with at_home(context) as home:
        with home.store.transaction() as tx:
            found = officials.by_name(tx, official)
            if found is None:
                raise NotThere(f"there is no official named {official!r}; see dauys official list")
            done = sittings.confirm(tx, home, sitting, found, now())
        if done.batch is None:
            print(f"{found.name} has confirmed sitting {sitting}; another official must, too")
            return
        sittings.settle(home, done.batch.poll)
        with home.store.reading() as tx:
            mix_min = min(cycle.mix_min for cycle in cycles.every(tx) if cycle.poll == done.batch.poll)
    if done.batch.size < mix_min:
        tell(f"only {done.batch.size} ballots in this sitting: whoever knows its voters may guess their choices")
    print(f"{done.batch.size} ballots counted as batch {done.batch.batch}, confirmed by {' and '.join(done.by)}")


@group.command("give-up")
def give_up(context: typer.Context, sitting: SittingArgument) -> None:
    """Erase both lists: nothing counts, and its voters may vote elsewhere."""
    with at_home(context) as home:
        with home.store.transaction() as tx:
            poll = kept.by_id(tx, sitting).poll
            sittings.give_up(tx, home, sitting, now())
        sittings.settle(home, poll)
    print(f"Nothing of sitting {sitting} is left")


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show sittings that are not confirmed yet."""
    with at_home(context) as home, home.store.reading() as tx:
        found = kept.every(tx)
        if json:
            print_json([_plain(tx, one) for one in found])
            return
        for one in found:
            _say(tx, one)


def _plain(tx: Tx, one: Sitting) -> dict[str, Any]:
    return asdict(one) | {"opened_at": one.opened_at.isoformat(), "confirmed_by": _confirmed_by(tx, one)}


def _say(tx: Tx, one: Sitting) -> None:
    first = _confirmed_by(tx, one)
    confirmed = f", confirmed by {first}" if first else ""
    print(f"{one.id}  cycle {one.cycle}  {one.label}  voters {one.voters}, ballots {one.ballots}{confirmed}")


def _confirmed_by(tx: Tx, one: Sitting) -> str:
    asked = sittings.first_of(tx, one)
    return "" if asked is None else officials.names(tx)[asked.asked_by]
