"""`dauys announce …`: invitations, reminders and results by SMS to a whole contact list."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from gateway import announcing
from gateway.announcing import By, Preview, Wish
from gateway.cli.common import CycleArgument, JsonFlag, at_home, now, print_json
from gateway.errors import Unfit
from gateway.store import announcements
from gateway.store.announcements import Announcement
from gateway.store.engine import Tx
from gateway.store.outreach import Kind

group = typer.Typer(help="Invitations, reminders and results by SMS to everybody on a list.", no_args_is_help=True)

KindArgument = Annotated[Kind, typer.Argument(metavar="KIND", help="invitation, reminder or results.")]
IdArgument = Annotated[int, typer.Argument(metavar="ID", help="As `dauys announce list` shows it.")]
Texts = Annotated[
    list[str] | None,
    typer.Option("--text", metavar="LANG=TEXT", help="Your own text, once for each language; else our sentences."),
]
Budget = Annotated[int | None, typer.Option(min=0, help="Whole tenge that it may cost.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="announce")


@group.command()
def preview(
    context: typer.Context, cycle: CycleArgument, kind: KindArgument, *, texts: Texts = None, json: JsonFlag = False
) -> None:
    """Show what would be said in each language, to how many, and what it would cost. Nothing is sent."""
    with at_home(context) as home:
        with home.store.reading() as tx:
            seen = announcing.preview(tx, home, Wish(cycle, kind, _typed(texts)), now())
        hours = home.settings.announcements
    if json:
        print_json(_plain(seen))
        return
    _print(seen)
    print(f"It leaves between {hours.day_starts} and {hours.day_ends}, in about {_span(seen.lasts)} of sending")


@group.command()
def send(
    context: typer.Context, cycle: CycleArgument, kind: KindArgument, *, texts: Texts = None, budget: Budget = None
) -> None:
    """Send it to the whole contact list, by day and one part of the list after the other; print its id."""
    with at_home(context) as home, home.store.transaction() as tx:
        one = announcing.send(tx, home, Wish(cycle, kind, _typed(texts), budget), By(now()))
    print(one.id)


@group.command()
def pause(context: typer.Context, announcement: IdArgument) -> None:
    """Let nothing more of it leave, until it is resumed."""
    with at_home(context) as home, home.store.transaction() as tx:
        _print_progress(tx, announcing.pause(tx, home, announcement, By(now())))


@group.command()
def resume(context: typer.Context, announcement: IdArgument, *, budget: Budget = None) -> None:
    """Go on where it was paused, with another budget if one is given."""
    with at_home(context) as home, home.store.transaction() as tx:
        _print_progress(tx, announcing.resume(tx, home, announcement, By(now()), budget))


@group.command()
def cancel(context: typer.Context, announcement: IdArgument) -> None:
    """Let nothing more of it leave, ever."""
    with at_home(context) as home, home.store.transaction() as tx:
        _print_progress(tx, announcing.cancel(tx, home, announcement, By(now())))


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all announcements with their progress, in counts."""
    with at_home(context) as home, home.store.reading() as tx:
        found = announcements.every(tx)
        if json:
            print_json([_progress(tx, one) for one in found])
            return
        for one in found:
            _print_progress(tx, one)


def _typed(pairs: list[str] | None) -> Mapping[str, str]:
    typed: dict[str, str] = {}
    for pair in pairs or ():
        language, equals, text = pair.partition("=")
        if not equals:
            raise Unfit(f"{pair!r}: write LANG=TEXT, like --text 'kk=Ертең дауыс беріңіз.'")
        typed[language] = text
    return typed


def _plain(seen: Preview) -> dict[str, Any]:
    return {
        "texts": [
            {"language": one.language, "text": one.text, "parts": one.parts, "contacts": one.contacts}
            for one in seen.versions
        ],
        "contacts": seen.contacts,
        "stopped": seen.stopped,
        "parts": seen.parts,
        "tenge": seen.cost / 100 if seen.price else None,
        "seconds": round(seen.lasts.total_seconds()),
    }


def _print(seen: Preview) -> None:
    for one in seen.versions:
        print(f"{one.language}: {one.contacts} phones, SMS parts: {one.parts}\n  {one.text}")
    print(f"Phones: {seen.contacts}; refused announcements: {seen.stopped}; SMS parts in all: {seen.parts}")
    if seen.price:
        print(f"Cost: {seen.cost / 100:,.2f} tenge at {seen.price / 100:.2f} a part")
    else:
        print("Cost: not known; set announcements.price in config.toml")


def _progress(tx: Tx, one: Announcement) -> dict[str, Any]:
    copies = announcements.progress(tx, one.id)
    return {
        "announcement": one.id,
        "cycle": one.cycle,
        "kind": str(one.wanted.kind),
        "day": one.wanted.day,
        "state": str(one.state),
        "reason": str(one.reason),
        "contacts": one.wanted.contacts,
        "copies": one.queued,
        "parts": one.parts,
        "tenge": one.spent / 100 if one.wanted.price else None,
        "budget": one.wanted.budget,
        "outbox": copies,
    }


def _print_progress(tx: Tx, one: Announcement) -> None:
    told = _progress(tx, one)
    why = f" ({one.reason})" if one.reason else ""
    copies = ", ".join(f"{state} {count}" for state, count in sorted(told["outbox"].items()))
    print(
        f"{one.id}  cycle {one.cycle}  {one.wanted.kind} of {one.wanted.day}  {one.state}{why}  "
        f"{one.queued} of {one.wanted.contacts} in the outbox{f': {copies}' if copies else ''}"
    )


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(1, minutes)} min"
