"""`dauys cycle preview`: all that a villager will read of a draft, and what keeps it from being opened."""

from typing import Annotated, Any

import typer

from gateway.cli.common import CycleArgument, JsonFlag, at_home, now, print_json, tell
from gateway.errors import Unfit
from gateway.home import Home
from gateway.remarks import Remark, remarks
from gateway.store import cycles, polls
from handlers.preview import Shown, parts, preview
from handlers.rehearsing import Village

Language = Annotated[str | None, typer.Option(help="Of the villager; default: the first one of this gateway.")]


def show_preview(
    context: typer.Context, cycle: CycleArgument, *, language: Language = None, json: JsonFlag = False
) -> None:
    """Show every screen and message of a draft with its length, and what keeps it from being opened."""
    at = now()
    with at_home(context) as home:
        village = _village(home, language)
        with home.store.reading() as tx:
            poll = cycles.by_id(tx, cycle).poll
            paper, others = polls.sketch(tx, poll, at), polls.neighbours(tx, poll)
    shown, found = preview(paper, village), remarks(paper, others, village.languages)
    if json:
        print_json(_plain(shown, found))
        return
    for one in shown:
        print(_framed(one))
    cost = parts(shown)
    print(f"SMS parts for one voter: {cost.vote} to vote, {cost.reading} with the list and one proposal")
    for remark in found:
        tell(f"{'' if remark.refuses else 'advice: '}{remark.says}")


def _village(home: Home, language: str | None) -> Village:
    gateway = home.settings.gateway
    if language is not None and language not in gateway.languages:
        raise Unfit(f"this gateway does not speak {language}: choose {', '.join(gateway.languages)}")
    return Village(
        languages=gateway.languages,
        language=language or gateway.languages[0],
        service_code=gateway.service_code,
        short_code=gateway.short_code,
        ussd=gateway.ussd,
    )


def _framed(one: Shown) -> str:
    size = one.size
    length = f"{size.used} / {size.limit}" + (f", {size.parts} SMS" if one.place.startswith("sms") else "")
    about = f" №{one.number}" if one.number else ""
    lines = "\n".join(f"  | {line}" for line in one.exchange.text.split("\n"))
    return f"{one.place}{about}  {one.exchange.done.does} {one.exchange.done.typed}  ({length})\n{lines}"


def _plain(shown: tuple[Shown, ...], found: tuple[Remark, ...]) -> dict[str, Any]:
    cost = parts(shown)
    return {
        "texts": [
            {
                "place": one.place,
                "number": one.number,
                "text": one.exchange.text,
                "used": one.size.used,
                "limit": one.size.limit,
                "parts": one.size.parts,
            }
            for one in shown
        ],
        "parts": {"vote": cost.vote, "reading": cost.reading},
        "remarks": [
            {
                "number": one.number,
                "field": one.field,
                "language": one.language,
                "says": one.says,
                "refuses": one.refuses,
            }
            for one in found
        ],
    }
