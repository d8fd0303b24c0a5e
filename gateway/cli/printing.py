"""`dauys print …`: sheets of paper as PDF files."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ballots.model import Paper
from gateway import slips
from gateway.cli.common import CycleArgument, at_home, now, tell, write_private
from gateway.cli.slips import Aul, Name
from gateway.errors import NotNow, Unfit
from gateway.home import Home
from gateway.printing import collecting
from gateway.printing.board import board_sheet
from gateway.printing.collecting import Asked, Press
from gateway.printing.fonts import unprintable
from gateway.printing.minutes import minutes as minutes_sheet
from gateway.printing.minutes_facts import Commission, Minutes
from gateway.printing.pictures import pictures_in
from gateway.printing.poster import poster as poster_sheet
from gateway.printing.slips import SlipSheets, slip_sheets
from gateway.slips import Batch, Put, Reason, Replaced, Slip, Undo
from gateway.store import audit, few
from gateway.store.areas import Place

group = typer.Typer(help="Sheets of paper as PDF: poster, daily sheet, minutes, slips.", no_args_is_help=True)
NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="A new PDF file.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", metavar="LANG", help="kk, ru, en; more than once. Usually kk and ru.")
]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="Like 2026-05-02; otherwise the newest tally.")]
Office = Annotated[bool, typer.Option("--office", help="For officials: totals, too, where they may see them.")]
Count = Annotated[int, typer.Option(min=1, max=10_000, help="How many; six on a page.")]
USUAL = ("kk", "ru")


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.add_typer(group, name="print")


@group.command()
def poster(
    context: typer.Context,
    cycle: CycleArgument,
    file: NewFile,
    *,
    languages: Languages = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, exists=True, help="Pictures named 3.jpg, 12.png.")
    ] = None,
) -> None:
    """Print the poster: proposals with their numbers, how to vote, what verifies the count. Of a draft: a preview."""
    with at_home(context) as home, home.store.reading() as tx:
        facts = collecting.poster_of(tx, Press.of(home), _asked(cycle, languages))
    if pictures is not None:
        facts = facts.with_pictures(pictures_in(pictures, facts.imprint.paper))
    _warn(facts.imprint.paper)
    _write(file, poster_sheet(facts))


@group.command()
def sheet(
    context: typer.Context,
    cycle: CycleArgument,
    file: NewFile,
    *,
    languages: Languages = None,
    day: Day = None,
    office: Office = False,
) -> None:
    """Print the sheet of a daily tally for the notice board: turnout and the head of the log; after closing, totals."""
    with at_home(context) as home, home.store.reading() as tx:
        facts = collecting.board_sheet_of(tx, Press.of(home), _asked(cycle, languages), _date(day), office=office)
    _write(file, board_sheet(facts))


@group.command()
def minutes(
    context: typer.Context,
    cycle: CycleArgument,
    file: NewFile,
    *,
    languages: Languages = None,
    chair: Annotated[str, typer.Option(help="Name of the commission's chair.")] = "",
    secretary: Annotated[str, typer.Option(help="Name of its secretary.")] = "",
    member: Annotated[list[str] | None, typer.Option(help="Name of a member; more than once.")] = None,
    akim: Annotated[str, typer.Option(help="Name of the akim.")] = "",
    observer: Annotated[list[str] | None, typer.Option(help="Name of an observer; more than once.")] = None,
    officials: Annotated[
        list[str] | None, typer.Option("--officials", metavar="NAME", help="Twice: who reads totals of few ballots.")
    ] = None,
) -> None:
    """Print the minutes of a closed vote for signature, one part per language."""
    commission = Commission(chair, secretary, tuple(member or ()), akim, tuple(observer or ()))
    asked = _asked(cycle, languages)
    with at_home(context) as home:
        with home.store.reading() as tx:
            facts = collecting.minutes_of(tx, Press.of(home), asked, commission)
        if facts.for_two:
            facts = _read_by_two(home, asked, facts, officials or [])
    _warn(facts.imprint.paper)
    _write(file, minutes_sheet(facts))


@group.command("slips")
def slips_(
    context: typer.Context, aul: Aul, file: NewFile, *, count: Count, batch: Name, languages: Languages = None
) -> None:
    """Make slips and print them, six on a page. FILE is the only place where their numbers stand: lock it away."""
    with at_home(context) as home:
        slips.make(home, Batch(aul, batch, count), now(), _printing(home, file, languages))
    print(file)


@group.command()
def replacement(
    context: typer.Context,
    aul: Aul,
    file: NewFile,
    *,
    slip: Annotated[str, typer.Option(help="Number of the old slip, or its mark, which the office has kept.")],
    reason: Annotated[Reason, typer.Option(help="Why it is replaced.")],
    languages: Languages = None,
) -> None:
    """Print a new slip for a lost or spoiled one, which admits nobody any more. The audit log tells of it."""
    with at_home(context) as home:
        slips.replace(home, Replaced(aul, slip, reason), now(), _printing(home, file, languages))
    print(file)


def _printing(home: Home, file: Path, languages: list[str] | None) -> Put:
    """Slips go into this file, or nowhere."""
    press = Press.of(home)

    def put(place: Place, batch: str, made: Sequence[Slip]) -> Undo:
        said = tuple(dict.fromkeys(languages or USUAL))
        facts = SlipSheets(place.area, batch, tuple(made), press.gateway.short_code, press.dial, said)
        write_private(file, slip_sheets(facts))
        return file.unlink

    return put


def _read_by_two(home: Home, asked: Asked, facts: Minutes, officials: list[str]) -> Minutes:
    """The minutes of few ballots, once the log names who reads them. Raises NotNow without two people."""
    names = sorted({name.strip() for name in officials} - {""})
    if len(names) < 2:
        raise NotNow(
            f"only {facts.counted.tally.ballots} ballots: these totals tell who voted how, so two officials read them"
            " together: --officials A --officials B"
        )
    with home.store.transaction() as tx:
        few.note_reading(tx, home.keys, asked.at, facts.imprint.paper, (audit.OPERATOR, *names))
        return collecting.minutes_of(tx, Press.of(home), asked, facts.commission)


def _asked(cycle: int, languages: list[str] | None) -> Asked:
    return Asked(cycle, tuple(dict.fromkeys(languages or USUAL)), now())


def _date(typed: str | None) -> date | None:
    try:
        return None if typed is None else date.fromisoformat(typed)
    except ValueError as error:
        raise Unfit(f"{typed!r} is no date: write it like 2026-05-02") from error


def _warn(paper: Paper) -> None:
    """Say which characters the sheets cannot show."""
    lost = "".join(dict.fromkeys("".join(unprintable(said) for said in _texts(paper))))
    if lost:
        tell(f"the sheets have no sign for {' '.join(lost)}: \ufffd stands there; write the proposal without it")


def _texts(paper: Paper) -> Iterator[str]:
    yield from paper.title.values()
    for proposal in paper.proposals:
        for texts in (proposal.names, proposal.texts):
            yield from texts.values()


def _write(file: Path, content: bytes) -> None:
    write_private(file, content)
    print(file)
