"""`dauys cycle …`: create, configure, open and show cycles."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from ballots.model import BallotForm, Bound, Ties, Visibility
from ballots.rules import RULES, quotas
from gateway import timekeeping
from gateway.cli.common import CycleArgument, JsonFlag, at_home, by_language, instant, now, print_json
from gateway.cli.previews import show_preview
from gateway.errors import Unfit
from gateway.home import Home
from gateway.methods import METHODS, settings_of
from gateway.store import alarms, audit, copying, cycles, phases, polls, proposals
from gateway.store.phases import Decision
from gateway.store.polls import Opening
from handlers.telling import in_language

group = typer.Typer(help="Budget years of an area: create, configure, open.", no_args_is_help=True)

Budget = Annotated[int | None, typer.Option(min=0, help="Whole tenge to be voted on.")]
TotalBudget = Annotated[int | None, typer.Option(min=0, help="Whole tenge of the area's year.")]
Form = Annotated[BallotForm | None, typer.Option(help="What one ballot may hold.")]
Least = Annotated[int | None, typer.Option(min=1, help="Fewest proposals on a ballot.")]
Most = Annotated[int | None, typer.Option(min=1, help="Most proposals on a ballot.")]
MostCost = Annotated[int | None, typer.Option(min=1, help="Whole tenge that a knapsack ballot may cost.")]
Rule = Annotated[str | None, typer.Option(help=f"Counting rule: {', '.join(RULES)}.")]
TieRule = Annotated[Ties | None, typer.Option(help="Who comes first among equals.")]
Threshold = Annotated[int | None, typer.Option(min=0, help="Fewer votes than this are never funded.")]
Floor = Annotated[
    list[str] | None, typer.Option("--floor", metavar="TRAIT:VALUES=PERCENT", help="Reserved: like sdg:3,4=30; `none`.")
]
Cap = Annotated[
    list[str] | None,
    typer.Option("--cap", metavar="TRAIT:VALUES=PERCENT", help="Not exceeded: like category:roads=50; `none`."),
]
Seed = Annotated[str | None, typer.Option(help="Published before the vote; orders ties under `lot`.")]
Instant = Annotated[str | None, typer.Option(metavar="INSTANT", help="Like 2026-05-20T18:00, local time.")]
Grace = Annotated[int | None, typer.Option(min=0, help="Seconds in which a text sent before closing still counts.")]
Seen = Annotated[Visibility | None, typer.Option(help="What is shown while voting runs.")]
Publish = Annotated[str | None, typer.Option(help="ballots, or totals where few voters could be recognised.")]
TallyAt = Annotated[str | None, typer.Option(metavar="HH:MM", help="Local time of the daily mix and tally.")]
MixMin = Annotated[int | None, typer.Option(min=1, help="Fewest ballots of a batch.")]
ConfirmSms = Annotated[bool | None, typer.Option(help="Does an SMS vote wait for its confirmation?")]
Echo = Annotated[bool | None, typer.Option(help="Does an SMS reply repeat the choice?")]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Settings as typed; None: not typed."""

    values: dict[str, Any]

    def settings(self, home: Home) -> dict[str, Any]:
        """For the store; floors and caps, if any are typed, replace all that were set. Raises Unfit, BadQuota."""
        chosen = {name: value for name, value in self.values.items() if value is not None}
        for name in ("opens_at", "closes_at"):
            if name in chosen:
                chosen[name] = instant(chosen[name], home)
        if "rule" in chosen and chosen["rule"] not in RULES:
            raise Unfit(f"there is no rule {chosen['rule']}: choose {', '.join(RULES)}")
        typed = {bound: chosen.pop(f"{bound}s", []) for bound in Bound}
        if any(typed.values()):
            chosen["quotas"] = [
                quotas.write(quotas.parse(bound, text))
                for bound, texts in typed.items()
                for text in texts
                if text != "none"
            ]
        return chosen


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="cycle")


@group.command()
def new(
    context: typer.Context,
    area: Annotated[int, typer.Argument(metavar="CODE", help="The area's code.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="In every language that --title does not give.")],
    *,
    titles: Annotated[list[str] | None, typer.Option("--title", metavar="LANG=TEXT")] = None,
    budget: Budget = None,
    method: Annotated[str | None, typer.Option(help=f"A template of a regulation: {', '.join(METHODS)}.")] = None,
    like: Annotated[int | None, typer.Option(metavar="C", help="A cycle to copy proposals and rules from.")] = None,
) -> None:
    """Make a draft; print its id. Configure it with `dauys cycle set`."""
    at = now()
    if method and like is not None:
        raise Unfit("choose one of --method and --like")
    with at_home(context) as home, home.store.transaction() as tx:
        texts = by_language(title, titles or [], home.settings.gateway.languages)
        settings = settings_of(method) if method else {}
        made = cycles.new(tx, area, texts, at, **settings) if like is None else copying.copy(tx, like, area, at, texts)
        cycle = made if budget is None else cycles.change(tx, made.id, pb_budget=budget)
        facts = {} if like is None else {"like": like}
        audit.record(tx, home.keys, at, audit.OPERATOR, "new cycle", cycle=cycle.id, area=area, **facts)
    print(cycle.id)


@group.command("set")
def set_(
    context: typer.Context,
    cycle: CycleArgument,
    *,
    pb_budget: Annotated[int | None, typer.Option("--budget", min=0, help="Whole tenge to be voted on.")] = None,
    total_budget: TotalBudget = None,
    form: Form = None,
    min_choices: Least = None,
    max_choices: Most = None,
    max_cost: MostCost = None,
    rule: Rule = None,
    ties: TieRule = None,
    threshold: Threshold = None,
    lot_seed: Seed = None,
    floors: Floor = None,
    caps: Cap = None,
    opens_at: Instant = None,
    closes_at: Instant = None,
    grace_seconds: Annotated[int | None, typer.Option("--grace", min=0, help="Seconds for texts sent in time.")] = None,
    visibility: Seen = None,
    publish: Publish = None,
    tally_at: TallyAt = None,
    mix_min: MixMin = None,
    confirm_sms: ConfirmSms = None,
    echo: Echo = None,
) -> None:
    """Configure a cycle. Once it is open, only --publish and --tally-at."""
    typed = {name: value for name, value in locals().items() if name not in {"context", "cycle"}}
    with at_home(context) as home, home.store.transaction() as tx:
        settings = Chosen(typed).settings(home)
        if not settings:
            raise Unfit("nothing to set: see dauys cycle set --help")
        cycles.change(tx, cycle, **settings)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "set cycle", cycle=cycle, settings=sorted(settings))


@group.command("open")
def open_(context: typer.Context, cycle: CycleArgument, *, closes_at: Instant = None) -> None:
    """Freeze the paper and let votes in, now or at the instant that was set."""
    with at_home(context) as home:
        at = timekeeping.believed(home, now())
        with home.store.transaction() as tx:
            poll = cycles.by_id(tx, cycle).poll
            if closes_at is not None:
                cycles.change(tx, cycle, closes_at=instant(closes_at, home))
        opening = Opening(audit.OPERATOR, home.settings.gateway.languages)
        with home.store.reading() as tx:
            proved = polls.prove(tx, poll, at, opening)
        with home.store.transaction() as tx:
            paper = polls.open_poll(tx, home.keys, poll, at, proved)
            fingerprint = tx.row("SELECT manifest_hash FROM poll WHERE id = ?", poll)
    zone = home.settings.gateway.zone
    print(f"Cycle {cycle} is open from {paper.opens_at.astimezone(zone):%Y-%m-%d %H:%M}")
    print(f"It closes at {paper.closes_at.astimezone(zone):%Y-%m-%d %H:%M}")
    print(f"Manifest: {fingerprint[0] if fingerprint else ''}")


@group.command()
def extend(
    context: typer.Context,
    cycle: CycleArgument,
    closes_at: Annotated[str, typer.Argument(metavar="INSTANT", help="Like 2026-05-25T18:00, local time.")],
    *,
    reason: Annotated[str, typer.Option(help="Stands in the audit log.")],
) -> None:
    """Let voting close later. One person's act, audited as such; in the console it takes two officials."""
    with at_home(context) as home:
        zone = home.settings.gateway.zone
        until, at = instant(closes_at, home), timekeeping.believed(home, now())
        with home.store.transaction() as tx:
            phases.extend(tx, home.keys, cycle, until, at, Decision(reason=reason))
    print(f"Cycle {cycle} closes at {until.astimezone(zone):%Y-%m-%d %H:%M}")


@group.command()
def certify(context: typer.Context, cycle: CycleArgument) -> None:
    """Let the result stand. One person's act, audited as such; in the console it takes two officials."""
    with at_home(context) as home:
        at = timekeeping.believed(home, now())
        with home.store.transaction() as tx:
            phases.certify(tx, home.keys, cycle, at, Decision())
    print(f"The result of cycle {cycle} is certified")


@group.command()
def withdraw(
    context: typer.Context,
    cycle: CycleArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the proposal, as on the poster.")],
    *,
    reason: Annotated[str, typer.Option(help="Stands in the audit log.")],
) -> None:
    """Take a proposal off the ballot: nobody can vote for it any more, and its number is not used again."""
    with at_home(context) as home, home.store.transaction() as tx:
        proposals.withdraw(tx, cycle, number, reason)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "withdraw", cycle=cycle, number=number, reason=reason)
    print(f"Proposal {number} of cycle {cycle} is withdrawn")


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all cycles."""
    with at_home(context) as home, home.store.reading() as tx:
        found, odd = cycles.every(tx), alarms.every(tx)
        language = home.settings.gateway.languages[0]
    if json:
        print_json(
            [
                {
                    "cycle": cycle.id,
                    "area": cycle.place.code,
                    "title": dict(cycle.title),
                    "phase": str(cycle.phase),
                    "budget": cycle.pb_budget,
                    "alarms": [str(alarm.kind) for alarm in odd if alarm.cycle == cycle.id],
                }
                for cycle in found
            ]
        )
        return
    for cycle in found:
        print(f"{cycle.id}  {cycle.phase}  {cycle.place.code}  {in_language(cycle.title, language)}")
        for alarm in (alarm for alarm in odd if alarm.cycle == cycle.id):
            print(f"   ! {alarms.sentence(alarm)}")


group.command("preview")(show_preview)
