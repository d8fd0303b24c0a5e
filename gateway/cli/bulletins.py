"""`dauys export` and `dauys verify`: the public bulletin of a closed cycle, and whether one is in order."""

from pathlib import Path
from typing import Annotated

import typer

from ballots.__main__ import load, reader_language, report
from ballots.bulletin import digest as sms
from ballots.bulletin import verifying
from ballots.bulletin.findings import Asked, Finding, State
from ballots.bulletin.phrases import LANGUAGES
from ballots.bulletin.publishing import public
from gateway.cli.common import CycleArgument, at_home, now, tell
from gateway.errors import NotThere, Unfit
from gateway.home import Home
from gateway.publishing import Press, note_export, write_file, write_folder
from gateway.publishing import verifier as packed_verifier
from gateway.store import audit, cycles, few, tallies
from gateway.store.engine import Tx

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]
WithFew = Annotated[
    bool,
    typer.Option("--with-few", help="All of a poll with very few ballots: for two officials only."),
]
Place = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="A bulletin, folder or zip; none: this gateway's own.", exists=True),
]
Fingerprint = Annotated[str, typer.Option("--key", metavar="FINGERPRINT", help="As it stands on the poster.")]
Heads = Annotated[list[str] | None, typer.Option("--head", metavar="H", help="From an observer's SMS; repeatable.")]
Sms = Annotated[str, typer.Option("--digest", metavar="SMS", help='A whole SMS of an observer: "A7 D07 N57 … H:…".')]
Language = Annotated[str, typer.Option(metavar="LANG", help=f"Of the report: {', '.join(LANGUAGES)}.")]


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.command()(export)
    app.command()(verify)
    app.command()(verifier)


def export(context: typer.Context, cycle: CycleArgument, folder: Folder, *, with_few: WithFew = False) -> None:
    """Write the public bulletin of a closed cycle, for a USB stick or a web server."""
    with at_home(context) as home:
        press = Press(home.keys, home.settings.gateway)
        with home.store.reading() as tx:
            press.whole(tx, cycle)
        few_alone = _note(home, cycle, with_few=with_few)
        with home.store.reading() as tx:
            whole = press.whole(tx, cycle)
    write_folder(folder, press.signed(whole if with_few and few_alone else public(whole)))
    if few_alone and with_few:
        tell(f"only {whole.tally['ballots']} ballots: this tells who voted how. Show it to two officials only")
    elif few_alone:
        tell(f"only {whole.tally['ballots']} ballots: the bulletin tells how many voted, and no more")
    tell(f"key {home.keys.fingerprint}; anybody checks it with: python -m ballots verify {folder}")
    print(folder)


def _note(home: Home, cycle: int, *, with_few: bool) -> bool:
    """The audit log says that the bulletin was handed out, or the totals of few were read. Are they few?"""
    with home.store.transaction() as tx:
        note_export(tx, home.keys, now(), cycle)
        counted = tallies.tally_of(tx, cycle)
        few_alone = few.ended_with_few(tx, counted)
        if few_alone and with_few:
            few.note_reading(tx, home.keys, now(), counted.paper, (audit.OPERATOR,))
    return few_alone


def verify(  # noqa: PLR0917
    context: typer.Context,
    place: Place = None,
    key: Fingerprint = "",
    head: Heads = None,
    digest: Sms = "",
    language: Language = "",
) -> None:
    """Check a bulletin, and hold it against a poster's key and observers' SMS.

    Without DIR the bulletins of this gateway are looked through for the one that an observer's SMS (--digest) tells of.
    """
    spoken = language or reader_language()
    if spoken not in LANGUAGES:
        raise Unfit(f"--language is {language!r}: choose {', '.join(LANGUAGES)}")
    asked = Asked(key, tuple(head or ()), digest)
    if place is not None:
        found = verifying.verify(load(place), asked)
    elif digest:
        found = _own(context, asked)
    else:
        raise Unfit('name a bulletin: dauys verify DIR; or an SMS: dauys verify --digest "A7 D07 N57 … H:…"')
    if not report(found, spoken):
        raise typer.Exit(1)


def verifier(file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, like ballots.pyz.")]) -> None:
    """Write the verifier as one file that any Python 3.11 runs, for a USB stick."""
    write_file(file, packed_verifier())
    tell(f"python {file.name} verify BULLETIN --key FINGERPRINT --head H")
    print(file)


def _own(context: typer.Context, asked: Asked) -> tuple[Finding, ...]:
    """Of the bulletins of the SMS's area the one that agrees best. Raises BadDigest, NotThere."""
    area = sms.parse(asked.digest).area
    with at_home(context) as home, home.store.reading() as tx:
        found = [
            verifying.verify(Press(home.keys, home.settings.gateway).public(tx, cycle), asked)
            for cycle in _closed(tx, area)
        ]
    if not found:
        raise NotThere(f"no vote of area {area} is closed here: its bulletin is made from closing on")
    return min(found, key=lambda findings: sum(finding.state is State.WRONG for finding in findings))


def _closed(tx: Tx, area: int) -> list[int]:
    return [
        cycle.id for cycle in cycles.every(tx) if cycle.place.code == area and cycle.phase not in cycles.BEFORE_CLOSING
    ]
