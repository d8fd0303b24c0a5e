"""`dauys replay FILE.pb`: a real election voted again, by generated phones over the real hooks."""

import asyncio
import sys
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from ballots import pabulib
from gateway import mixing
from gateway.cli.common import CycleOption, FileArgument, JsonFlag, at_home, now, print_json
from gateway.cli.init import hooks as hook_addresses
from gateway.errors import NotThere, Unfit
from gateway.home import Home
from gateway.loads.roll import Onto, RollFile, load_roll
from gateway.replaying.booth import Occasion
from gateway.replaying.crowd import Crowd, Votes
from gateway.replaying.plan import Channel, Options, Plan, plan_of
from gateway.replaying.report import Counted, Report, published_votes, selected
from gateway.replaying.telling import lines
from gateway.replaying.via import VIAS, Hooks, Via, hooks_at, instance_at
from gateway.store import audit, cycles, polls, states, tallies


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(replay)


def replay(
    context: typer.Context,
    file: FileArgument,
    cycle: CycleOption,
    *,
    via: Annotated[str, typer.Option(help=f"Whose calls to make: {', '.join(VIAS)}.")] = "africastalking",
    url: Annotated[str, typer.Option(help="Where the gateway listens, if not where `dauys info` says.")] = "",
    channel: Annotated[Channel, typer.Option(help="How phones vote.")] = Channel.SMS,
    duplicates: Annotated[float, typer.Option(min=0, max=1, help="Share of deliveries posted twice.")] = 0.0,
    concurrency: Annotated[int, typer.Option(min=1, max=512, help="Voters at a time.")] = 32,
    seed: Annotated[int, typer.Option(min=0, help="Other phones, order, spelling and channels.")] = 0,
    close: Annotated[bool, typer.Option("--close", help="Close at the end, and compare with the file.")] = False,
    json: JsonFlag = False,
) -> None:
    """Let every voter of a Pabulib file vote. Exit code 0 only if every acknowledged vote is counted once."""
    election = pabulib.read(file.read_bytes())
    options = Options(channel, duplicates, seed)
    plan = plan_of(election, options)
    with at_home(context) as home:
        hooks = _hooks(home, via, url)
        occasion = _occasion(home, VIAS[via](hooks), cycle, options, plan)
        _put_on_roll(home, cycle, plan)
    started = time.monotonic()
    votes = _vote(plan, occasion, hooks, concurrency)
    seconds = time.monotonic() - started
    with at_home(context) as home:
        counted = _counted(home, cycle, close=close)
    report = Report(plan, votes, counted, published_votes(election), selected(election), seconds)
    if json:
        print_json({"file": file.name, "cycle": cycle, "seed": seed} | report.facts())
    else:
        print("\n".join(lines(file.name, report)))
    if not report.sound:
        raise typer.Exit(1)


def _hooks(home: Home, via: str, url: str) -> Hooks:
    addresses = hook_addresses(home).get(via, {})
    if via not in VIAS or not {"sms", "ussd"} <= addresses.keys():
        raise Unfit(f"there are no hooks for {via} here: choose an enabled one of {', '.join(VIAS)}")
    gateway = home.settings.gateway
    hooks = hooks_at(addresses["sms"], addresses["ussd"], gateway.short_code, gateway.service_code, url)
    answering = asyncio.run(instance_at(hooks.origin))
    if not answering:
        raise NotThere(f"no gateway answers at {hooks.origin}: start it with dauys serve, or name another --url")
    with home.store.reading() as tx:
        if answering != states.instance(tx):
            raise Unfit(f"the gateway at {hooks.origin} serves another home than {home.path}")
    return hooks


def _occasion(home: Home, via: Via, cycle: int, options: Options, plan: Plan) -> Occasion:
    with home.store.reading() as tx:
        known = cycles.by_id(tx, cycle)
        paper = polls.published(tx, known.poll)
    numbered = {proposal.number: proposal.proposal_id for proposal in paper.proposals}
    if numbered != dict(enumerate(plan.projects, 1)):
        raise Unfit(f"cycle {cycle} does not have this file's proposals: load it with dauys load election")
    return Occasion(via, options.seed, str(cycle), known.place.code, now(), options.duplicates)


def _put_on_roll(home: Home, cycle: int, plan: Plan) -> None:
    """As `dauys load roll` does."""
    with home.store.reading() as tx:
        known = cycles.by_id(tx, cycle)
    phones = RollFile(tuple(voter.phone for voter in plan.voters), (), 0, ())
    with _progress() as bar:
        task = bar.add_task("roll", total=len(plan.voters))
        load_roll(home, Onto(known.round_id, known.place), phones, now(), lambda done: bar.advance(task, done))


def _vote(plan: Plan, occasion: Occasion, hooks: Hooks, concurrency: int) -> Votes:
    with _progress() as bar:
        task = bar.add_task("votes", total=len(plan.voters))
        crowd = Crowd(plan, occasion, hooks.origin, lambda through: bar.advance(task, through))
        return asyncio.run(crowd.vote(concurrency))


def _counted(home: Home, cycle: int, *, close: bool) -> Counted:
    """As `dauys close` and `dauys tally` do."""
    with home.store.reading() as tx:
        poll = cycles.by_id(tx, cycle).poll
    if close:
        mixing.close(home, poll, now(), audit.OPERATOR, early=True)
    with home.store.reading() as tx:
        found = tallies.tally_of(tx, cycle)
    closed = found.paper.phase not in cycles.BEFORE_CLOSING
    return Counted(found.accepted, closed, found.tally.votes, found.tally.funded)


def _progress() -> Progress:
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=not sys.stderr.isatty())
