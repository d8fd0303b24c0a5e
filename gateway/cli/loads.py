"""`dauys load …`: rolls, proposals, elections, sittings on paper."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ballots import pabulib
from ballots.model import Ties
from gateway.cli.common import CycleOption, FileArgument, at_home, now, tell
from gateway.errors import Unfit
from gateway.home import Home
from gateway.identity import Identity
from gateway.loads.election import Terms
from gateway.loads.election import load_election as make_cycle
from gateway.loads.paper import Sitting, load_paper_voters, load_paper_votes
from gateway.loads.proposals import read_proposals
from gateway.loads.roll import Onto, RollFile, check_all_good, lines, load_roll, read_roll
from gateway.sheets import read
from gateway.store import areas, audit, cycles
from gateway.store import proposals as kept_proposals

group = typer.Typer(help="Files into the gateway: all of a file, or nothing.", no_args_is_help=True)
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Load the good rows although there are bad ones.")]
Officials = Annotated[list[str] | None, typer.Option("--officials", metavar="NAME", help="Twice: two officials.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="load")


@group.command()
def roll(
    context: typer.Context,
    file: FileArgument,
    cycle: CycleOption,
    *,
    aul: Annotated[int | None, typer.Option(metavar="CODE", help="An aul of the cycle's district.")] = None,
    skip_bad: SkipBad = False,
) -> None:
    """Put phones on the roll: CSV or XLSX with a column `phone`. It may grow while voting is open."""
    content = file.read_bytes()
    with at_home(context) as home:
        gateway = home.settings.gateway
        with home.store.reading() as tx:
            known = cycles.by_id(tx, cycle)
            place = known.place if aul is None else areas.by_code(tx, aul)
            if place.id not in areas.below(tx, known.place.id):
                raise Unfit(f"area {place.code} is no part of area {known.place.code}")
        found = read_roll(read(content), Identity(gateway.country, gateway.our_numbers))
        check_all_good(found.bad, "phone", skip_bad=skip_bad)
        _say_bad(found.bad)
        _load(home, Onto(known.round_id, place), found)


@group.command()
def proposals(
    context: typer.Context,
    file: FileArgument,
    cycle: CycleOption,
    *,
    skip_bad: SkipBad = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take the draft's proposals off first.")] = False,
) -> None:
    """Put proposals on the ballot: CSV or XLSX with number, cost and names."""
    content = file.read_bytes()
    at = now()
    with at_home(context) as home:
        found = read_proposals(read(content), home.settings.gateway.languages)
        check_all_good(found.bad, "proposal", skip_bad=skip_bad)
        _say_bad(found.bad)
        with home.store.transaction() as tx:
            if replace:
                kept_proposals.clear(tx, cycle)
            kept_proposals.put_on_ballot(tx, cycle, found.proposals)
            count = len(found.proposals)
            audit.record(tx, home.keys, at, audit.OPERATOR, "load proposals", cycle=cycle, proposals=count)
    if found.ignored:
        tell(f"columns ignored: {', '.join(found.ignored)}")
    if found.filled:
        tell(f"without names of their own: {', '.join(found.filled)}; another language's are shown")
    print(f"{count} proposals on the ballot of cycle {cycle}")


@group.command()
def election(
    context: typer.Context,
    file: FileArgument,
    aul: Annotated[int, typer.Option(metavar="CODE", help="The aul's code; a new one is created.")],
    *,
    opens: Annotated[bool, typer.Option("--open", help="Open now, for 30 days.")] = False,
    rule: Annotated[str | None, typer.Option(help="Counting rule; default: the file's.")] = None,
    ties: Annotated[Ties, typer.Option(help="Who comes first among equals.")] = Ties.CHEAPER,
    threshold: Annotated[int, typer.Option(min=0, help="Fewer votes than this are never funded.")] = 0,
) -> None:
    """Make a cycle of a Pabulib file (.pb). The last line printed is its id."""
    found = pabulib.read(file.read_bytes())
    with at_home(context) as home:
        cycle = make_cycle(home, found, Terms(aul, opens, rule, ties, threshold), now())
    if found.remarks:
        first = found.remarks[0]
        tell(f"{len(found.remarks)} remarks on the file; the first: line {first.line}: {first.text}")
    tell(f"{len(found.projects)} proposals for aul {aul}, {cycle.phase}; load its roll: dauys load roll FILE --cycle C")
    print(cycle.id)


@group.command("paper-voters")
def paper_voters(context: typer.Context, file: FileArgument, cycle: CycleOption) -> None:
    """Who voted on paper: a column `phone` or `slip`. Their ballots are loaded by `load paper-votes`."""
    with at_home(context) as home:
        count = load_paper_voters(home, Sitting(cycle, ()), read(file.read_bytes()), now())
    print(f"{count} voters have voted on paper")


@group.command("paper-votes")
def paper_votes(context: typer.Context, file: FileArgument, cycle: CycleOption, officials: Officials = None) -> None:
    """The ballots of a sitting: a column `choices`, as many rows as voters on paper. Two officials."""
    with at_home(context) as home:
        batch = load_paper_votes(home, Sitting(cycle, tuple(officials or ())), read(file.read_bytes()), now())
        with home.store.reading() as tx:
            mix_min = cycles.by_id(tx, cycle).mix_min
    if batch.size < mix_min:
        tell(f"only {batch.size} ballots in this sitting: whoever knows its voters may guess their choices")
    print(f"{batch.size} ballots counted as batch {batch.batch}")


def _say_bad(bad: Sequence[object]) -> None:
    for sentence in bad:
        tell(f"skipped: {sentence}")


def _load(home: Home, onto: Onto, found: RollFile) -> None:
    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("phones", total=len(found.phones))
        loaded = load_roll(home, onto, found, now(), lambda done: bar.advance(task, done))
    for line in lines(loaded):
        print(line)
