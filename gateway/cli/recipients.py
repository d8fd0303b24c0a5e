"""`dauys recipient …`: who receives tallies, by SMS, webhook or e-mail."""

from dataclasses import asdict
from typing import Annotated

import typer

from gateway import trials
from gateway.cli.common import JsonFlag, at_home, now, print_json
from gateway.errors import Unfit
from gateway.home import Home
from gateway.identity import Identity
from gateway.store import areas, audit, bulletins, recipients
from gateway.store.recipients import CHANNELS, FORMS, Recipient, shortened

RecipientArgument = Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.")]
group = typer.Typer(help="Who receives tallies.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="recipient")


@group.command()
def add(
    context: typer.Context,
    area: Annotated[int, typer.Argument(metavar="CODE", help="The area whose tallies are sent.")],
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help=", ".join(CHANNELS))],
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Phone, URL or e-mail address.")],
    *,
    language: Annotated[str | None, typer.Option(help="Default: the gateway's first.")] = None,
    form: Annotated[str, typer.Option(help=f"{' or '.join(FORMS)} (one line in Latin letters).")] = "digest",
    label: Annotated[str, typer.Option(help="Who that is.")] = "",
) -> None:
    """Send tallies there. The secret of a webhook is shown once."""
    with at_home(context) as home:
        languages = home.settings.gateway.languages
        if language is not None and language not in languages:
            raise Unfit(f"this gateway does not speak {language}: choose {', '.join(languages)}")
        with home.store.transaction() as tx:
            place = areas.by_code(tx, area)
            wanted = Recipient(
                0, place.id, channel, _address(home, channel, address), language or languages[0], form, label
            )
            kept = recipients.add(tx, home.keys, wanted, home.randomness)
            audit.record(tx, home.keys, now(), audit.OPERATOR, "add recipient", recipient=kept.id, channel=channel)
    print(f"Recipient {kept.id}: {kept.form} by {kept.channel} for area {area}")
    if kept.secret:
        print(f"Secret of the webhook, shown only now: {kept.secret}")


@group.command("list")
def list_(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Show all recipients, addresses shortened."""
    with at_home(context) as home, home.store.reading() as tx:
        codes = {place.id: place.code for place in areas.every(tx)}
        found = recipients.every(tx, home.keys)
    rows = [
        {
            "recipient": one.id,
            "area": codes[one.area_id],
            "channel": one.channel,
            "address": shortened(one),
            "language": one.language,
            "form": one.form,
            "label": one.label,
        }
        for one in found
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        print("  ".join(str(cell) for cell in row.values()))


@group.command()
def remove(context: typer.Context, recipient: RecipientArgument) -> None:
    """Send nothing there any more; the address is forgotten."""
    with at_home(context) as home, home.store.transaction() as tx:
        recipients.remove(tx, recipient)
        audit.record(tx, home.keys, now(), audit.OPERATOR, "remove recipient", recipient=recipient)


@group.command()
def test(context: typer.Context, recipient: RecipientArgument) -> None:
    """Send a message without figures the way of a tally; `sent` tells whether it arrived."""
    at = now()
    with at_home(context) as home, home.store.transaction() as tx:
        no = trials.send(tx, home, recipient, audit.OPERATOR, at)
    print(f"Test message {no} of today waits to leave; see dauys recipient sent {recipient}")


@group.command()
def sent(context: typer.Context, recipient: RecipientArgument, *, json: JsonFlag = False) -> None:
    """Show the last tallies and tests that were put in for a recipient, and what became of them."""
    with at_home(context) as home, home.store.reading() as tx:
        recipients.by_id(tx, home.keys, recipient)
        zone = home.settings.gateway.zone
        found = bulletins.sent(tx, recipient, trials.last_days(now(), zone))
    if json:
        print_json([asdict(one) | {"at": one.at.isoformat()} for one in found])
        return
    for one in found:
        what = f"cycle {one.cycle}, {one.slot}" if one.cycle else "test"
        print(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}  {what}  {one.state}  {one.error}".rstrip())


def _address(home: Home, channel: str, typed: str) -> str:
    if channel != "sms":
        return typed
    gateway = home.settings.gateway
    phone = Identity(gateway.country, gateway.our_numbers).read(typed).phone
    if not phone:
        raise Unfit(f"{typed} is not a mobile number of {gateway.country}")
    return phone
