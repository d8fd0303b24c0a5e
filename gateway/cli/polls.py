"""`dauys close`, `mix`, `tally`: from sealed votes to a result."""

import csv
import sys
from typing import Annotated

import typer

from ballots import comparing, pabulib
from ballots.elections import election_of
from gateway import daily, mixing, timekeeping
from gateway.cli.common import CycleArgument, JsonFlag, at_home, now, print_json, tell
from gateway.cli.comparing import lines as comparing_lines
from gateway.errors import Unfit
from gateway.home import Home
from gateway.sheets import harmless
from gateway.store import audit, cycles, few, tallies
from gateway.store.ballots import Batch
from gateway.store.tallies import Counted
from handlers.telling import in_language


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.command()(close)
    app.command()(mix)
    app.command()(tally)


def close(context: typer.Context, cycle: CycleArgument) -> None:
    """Close now, without grace; mix and tally. One person's act, audited as such."""
    with at_home(context) as home:
        at = timekeeping.believed(home, now())
        with home.store.reading() as tx:
            poll = tallies.tally_of(tx, cycle).paper.poll
        mixing.close(home, poll, at, audit.OPERATOR, early=True)
        daily.show(home, poll)
        counted = counted_at(home, cycle)
    print(
        f"Cycle {cycle} is closed: {counted.tally.ballots} ballots; funded: {', '.join(counted.tally.funded) or 'none'}"
    )


def mix(context: typer.Context, cycle: CycleArgument) -> None:
    """Open the sealed votes of today, except as many as hide the others. Once a day."""
    with at_home(context) as home:
        at = timekeeping.believed(home, now())
        slot = at.astimezone(home.settings.gateway.zone).date().isoformat()
        with home.store.reading() as tx:
            counted = tallies.tally_of(tx, cycle)
            least = 2 * cycles.by_id(tx, cycle).mix_min
        batch = mixing.mix(home, counted.paper.poll, slot, at)
    print(_mixed(batch, counted.pending, least))


def tally(
    context: typer.Context,
    cycle: CycleArgument,
    *,
    json: JsonFlag = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Proposals with their votes, for spreadsheets.")] = False,
    as_pb: Annotated[bool, typer.Option("--pb", help="The election in Pabulib's format.")] = False,
    all_rules: Annotated[
        bool, typer.Option("--all-rules", help="What each counting rule would fund, and why.")
    ] = False,
) -> None:
    """Count the opened ballots. Accepted votes are the sealed ones and the ballots."""
    if json + as_csv + as_pb > 1 or (all_rules and as_csv + as_pb):
        raise Unfit("choose one of --json, --csv, --pb; --all-rules goes with --json or alone")
    with at_home(context) as home:
        counted = counted_at(home, cycle)
        language, zone = home.settings.gateway.languages[0], home.settings.gateway.zone
    if all_rules:
        _print_comparison(counted, language, json=json)
    elif json:
        print_json(counted.plain())
    elif as_csv:
        _print_csv(counted, language)
    elif as_pb:
        election = election_of(counted.paper, counted.ballots, counted.tally, language, zone)
        sys.stdout.write(pabulib.write(election).decode())
    else:
        _print(counted, language)


def counted_at(home: Home, cycle: int) -> Counted:
    """The tally. That the operator read totals of few is noted: who rules the box could read them anyhow."""
    with home.store.reading() as tx:
        counted = tallies.tally_of(tx, cycle)
        if not few.ended_with_few(tx, counted):
            return counted
    tell(f"only {counted.tally.ballots} ballots: these totals tell who voted how, so show them to two officials only")
    with home.store.transaction() as tx:
        few.note_reading(tx, home.keys, now(), counted.paper, (audit.OPERATOR,))
        return tallies.tally_of(tx, cycle)


def _mixed(batch: Batch | None, pending: int, least: int) -> str:
    if batch is not None:
        return f"Mixed {batch.size} votes; {batch.held_back} are held back to hide the next ones"
    if pending < least:
        return f"{pending} votes wait; a mix opens from {least} on, so that nobody can be recognised"
    return "Nothing was mixed: today's mix is done, or voting is over"


def _print(counted: Counted, language: str) -> None:
    print(f"accepted {counted.accepted}, sealed {counted.pending}, ballots {counted.tally.ballots}")
    for proposal in counted.paper.proposals:
        funded = "  funded" if proposal.proposal_id in counted.tally.funded else ""
        name = in_language(proposal.names, language)
        print(f"{proposal.number:>4}  {counted.tally.votes[proposal.proposal_id]:>6}  {name}{funded}")
    print(f"head of the audit log {counted.head}")


def _print_comparison(counted: Counted, language: str, *, json: bool) -> None:
    compared = comparing.compare(counted.paper, counted.ballots)
    if json:
        print_json({"cycle": counted.paper.cycle, **comparing.as_plain(compared, language)})
    else:
        print("\n".join(comparing_lines(compared, language)))


def _print_csv(counted: Counted, language: str) -> None:
    out = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    out.writerow(["number", "proposal_id", "name", "cost", "votes", "funded"])
    for proposal in counted.paper.proposals:
        funded = int(proposal.proposal_id in counted.tally.funded)
        votes = counted.tally.votes[proposal.proposal_id]
        cells = [proposal.proposal_id, in_language(proposal.names, language)]
        out.writerow([proposal.number, *map(harmless, cells), proposal.cost, votes, funded])
